import type { Random } from './burst-random.ts'

/** A request that the relay must not take, and why. */
export type RefusedRequest = {
  /** Stands in its `X-Case` line, which is its first. */
  readonly number: number
  readonly what: string
  readonly method: string
  readonly target: string
  readonly wire: Buffer
  /** As docs/relay.md names it. */
  readonly reason: string
  /** Whether the request line can be read: only then is it shown where the table says "when it can be told". */
  readonly isTold: boolean
  /** Its sender goes away amid the body. */
  readonly breaksOff: boolean
}

export type RefusedInputs = {
  readonly usual: string
  /** One that takes bodies of at most `SMALL_BODY` bytes. */
  readonly small: string
}

export const SMALL_BODY = 1000

type Kind = {
  readonly what: string
  readonly reason: string
  readonly method?: string
  readonly version?: string
  /** What follows the input's id. */
  readonly rest?: string
  /** Lines with their ends. */
  readonly lines?: string
  readonly body?: string
  readonly small?: true
  readonly isTold?: false
  readonly breaksOff?: true
}

const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const token = 'parser:HPE_INVALID_HEADER_TOKEN'
const length = 'parser:HPE_INVALID_CONTENT_LENGTH'
const size = 'parser:HPE_INVALID_CHUNK_SIZE'

/** Every way of being refused that a request can have by itself. Those of time and of a full relay are proven where they are at home. */
const KINDS: readonly [Kind, ...Kind[]] = [
  { what: 'a method in small letters', reason: 'parser:HPE_INVALID_METHOD', method: 'post' },
  { what: 'a method nobody knows', reason: 'parser:HPE_INVALID_METHOD', method: 'FETCHME' },
  { what: 'CONNECT', reason: 'connect', method: 'CONNECT' },
  { what: 'latin-1 in the target', reason: 'parser:HPE_INVALID_URL', rest: '/caf\xe9' },
  { what: 'a control character in the target', reason: 'parser:HPE_INVALID_URL', rest: '/a\x01b' },
  { what: 'a blank in the target', reason: 'parser:HPE_INVALID_CONSTANT', rest: '/a b' },
  { what: 'HTTP/2.0', reason: 'http-version', version: 'HTTP/2.0' },
  { what: 'HTTP/0.9', reason: 'http-version', version: 'HTTP/0.9' },
  { what: 'HTTP/3.0', reason: 'parser:HPE_INVALID_VERSION', version: 'HTTP/3.0' },
  { what: 'another protocol', reason: 'parser:HPE_INVALID_CONSTANT', version: 'FTP/1.1' },
  { what: 'a folded line', reason: token, lines: 'X-A: a\r\n b\r\n' },
  { what: 'a blank before the colon', reason: token, lines: 'X-A : a\r\n' },
  { what: 'a name of no token', reason: token, lines: 'X(A): a\r\n' },
  { what: 'a line of no name', reason: token, lines: ': a\r\n' },
  { what: 'a line of no colon', reason: token, lines: 'nothing\r\n' },
  { what: 'a control character in a value', reason: token, lines: 'X-A: a\x01b\r\n' },
  { what: 'NUL in a value', reason: token, lines: 'X-A: a\x00b\r\n' },
  { what: 'DEL in a value', reason: token, lines: 'X-A: a\x7fb\r\n' },
  { what: 'a line that ends with LF alone', reason: 'parser:HPE_CR_EXPECTED', lines: 'X-A: a\nX-B: b\r\n' },
  { what: 'a line that ends with CR alone', reason: 'parser:HPE_LF_EXPECTED', lines: 'X-A: a\rX-B: b\r\n' },
  {
    what: 'the same length twice',
    reason: 'parser:HPE_UNEXPECTED_CONTENT_LENGTH',
    lines: 'Content-Length: 1\r\n'.repeat(2),
    body: 'a',
  },
  { what: 'two lengths in a line', reason: length, lines: 'Content-Length: 1, 1\r\n', body: 'a' },
  { what: 'a length with a sign', reason: length, lines: 'Content-Length: +1\r\n', body: 'a' },
  { what: 'a length of no digits', reason: length, lines: 'Content-Length: \r\n' },
  { what: 'an endless length', reason: length, lines: `Content-Length: ${'9'.repeat(30)}\r\n` },
  {
    what: 'a length, then chunks',
    reason: 'parser:HPE_INVALID_TRANSFER_ENCODING',
    lines: `Content-Length: 1\r\n${CHUNKED}`,
    body: '0\r\n\r\n',
  },
  { what: 'chunks, then a length', reason: length, lines: `${CHUNKED}Content-Length: 1\r\n`, body: '0\r\n\r\n' },
  {
    what: 'chunks with a tab behind',
    reason: 'parser:HPE_INVALID_TRANSFER_ENCODING',
    lines: 'Transfer-Encoding: chunked\t\r\n',
    body: '0\r\n\r\n',
  },
  {
    what: 'gzip, chunked',
    reason: 'transfer-encoding',
    lines: 'Transfer-Encoding: gzip, chunked\r\n',
    body: '0\r\n\r\n',
  },
  {
    what: 'chunked, chunked',
    reason: 'transfer-encoding',
    lines: 'Transfer-Encoding: chunked, chunked\r\n',
    body: '0\r\n\r\n',
  },
  { what: 'chunked twice', reason: 'transfer-encoding', lines: CHUNKED.repeat(2), body: '0\r\n\r\n' },
  {
    what: 'a coding that is not chunked',
    reason: 'transfer-encoding',
    lines: 'Transfer-Encoding: gzip\r\n',
    body: 'abc',
  },
  { what: 'no coding', reason: 'transfer-encoding', lines: 'Transfer-Encoding: \r\n' },
  { what: 'an expectation nobody meets', reason: 'expectation', lines: 'Expect: miracle\r\n' },
  {
    what: 'an expectation beside the one that is met',
    reason: 'expectation',
    lines: 'Expect: 100-continue, miracle\r\n',
  },
  { what: 'an expectation that sounds like it', reason: 'expectation', lines: 'Expect: no-100-continue\r\n' },
  { what: 'a length over the limit', reason: 'body-too-large', lines: 'Content-Length: 26214401\r\n' },
  {
    what: 'a length over the limit, before 100 Continue',
    reason: 'body-too-large',
    lines: 'Expect: 100-continue\r\nContent-Length: 26214401\r\n',
  },
  {
    what: 'a body over its input’s limit',
    reason: 'body-too-large',
    lines: 'Content-Length: 1001\r\n',
    body: 'x'.repeat(1001),
    small: true,
  },
  {
    what: 'chunks over the limit',
    reason: 'body-too-large',
    lines: CHUNKED,
    body: `3e9\r\n${'x'.repeat(1001)}\r\n0\r\n\r\n`,
    small: true,
  },
  { what: 'too many lines', reason: 'header-lines', lines: 'a:\r\n'.repeat(1000) },
  {
    what: 'too many trailers',
    reason: 'trailer-lines',
    lines: CHUNKED,
    body: `1\r\na\r\n0\r\n${'a:\r\n'.repeat(1001)}\r\n`,
  },
  {
    what: 'too long a head',
    reason: 'parser:HPE_HEADER_OVERFLOW',
    lines: `X-A: ${'a'.repeat(70_000)}\r\n`,
    isTold: false,
  },
  {
    what: 'too long a trailer',
    reason: 'parser:HPE_HEADER_OVERFLOW',
    lines: CHUNKED,
    body: `1\r\na\r\n0\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`,
  },
  { what: 'a size of no digits', reason: size, lines: CHUNKED, body: 'zz\r\n' },
  { what: 'a size with 0x', reason: size, lines: CHUNKED, body: '0x1\r\na\r\n0\r\n\r\n' },
  { what: 'a size with a blank behind', reason: size, lines: CHUNKED, body: '1 \r\na\r\n0\r\n\r\n' },
  { what: 'an endless size', reason: size, lines: CHUNKED, body: `${'f'.repeat(20)}\r\na\r\n0\r\n\r\n` },
  { what: 'a chunk longer than its size', reason: 'parser:HPE_STRICT', lines: CHUNKED, body: '1\r\nab\r\n0\r\n\r\n' },
  {
    what: 'a size that ends with LF alone',
    reason: 'parser:HPE_CR_EXPECTED',
    lines: CHUNKED,
    body: '1\na\r\n0\r\n\r\n',
  },
  {
    what: 'too long an extension',
    reason: 'parser:HPE_CHUNK_EXTENSIONS_OVERFLOW',
    lines: CHUNKED,
    body: `1;${'a'.repeat(20_000)}\r\na\r\n0\r\n\r\n`,
  },
  { what: 'a folded trailer', reason: token, lines: CHUNKED, body: '1\r\na\r\n0\r\nX: a\r\n b\r\n\r\n' },
  {
    what: 'a trailer that says how long',
    reason: length,
    lines: CHUNKED,
    body: '1\r\na\r\n0\r\nContent-Length: 1\r\n\r\n',
  },
  {
    what: 'a sender that breaks off',
    reason: 'aborted',
    lines: 'Content-Length: 100000\r\n',
    body: 'x'.repeat(70_000),
    breaksOff: true,
  },
]

/** How many kinds there are: as many in a row are one of each. */
export const REFUSED_KINDS = KINDS.length

export function refusedRequest(random: Random, number: number, at: number, inputs: RefusedInputs): RefusedRequest {
  const kind = KINDS[at % KINDS.length] ?? KINDS[0]
  const method = kind.method ?? random.pick(['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'])
  const target = `/in/${kind.small ? inputs.small : inputs.usual}${kind.rest ?? random.pick(['', '/', '//a?b', '/..%2f?'])}`
  const lines = `X-Case: ${number}\r\n${random.pick(['', 'Host: x\r\n', 'Host: 127.0.0.1\r\n'])}${kind.lines ?? ''}`
  const text = `${method} ${target} ${kind.version ?? 'HTTP/1.1'}\r\n${lines}\r\n${kind.body ?? ''}`
  return {
    number,
    what: kind.what,
    method,
    target,
    wire: Buffer.from(text, 'latin1'),
    reason: kind.reason,
    isTold: kind.isTold ?? true,
    breaksOff: kind.breaksOff ?? false,
  }
}
