/** A request that servers along one way might cut differently; `behind` is a whole request of its own that follows. */
export type Shape = {
  readonly name: string
  readonly write: (target: string, behind: string) => string
  /** Bytes of the body, where it is no attack but a request that must be taken. */
  readonly taken?: number
  /** What comes behind a taken one is a request of its own and taken, unless this is why not. */
  readonly behindRefusedAs?: string
  /** What comes behind a refused one is not taken, unless it is certain where that ended. */
  readonly behindIsTaken?: boolean
}

const head = (target: string, ...lines: readonly string[]): string =>
  `${[`POST ${target} HTTP/1.1`, 'Host: x', ...lines].join('\r\n')}\r\n\r\n`

const lines = (name: string, given: readonly string[], body = 'abc'): Shape => ({
  name,
  write: (target, behind) => `${head(target, ...given)}${body}${behind}`,
})
const chunks = (name: string, body: string): Shape => lines(name, ['Transfer-Encoding: chunked'], body)
const whole = (name: string, write: Shape['write']): Shape => ({ name, write })
const taken = (taken: number, shape: Shape): Shape => ({ ...shape, taken })

const CHUNKED_ABC = '3\r\nabc\r\n0\r\n\r\n'

const LENGTHS: readonly Shape[] = [
  lines('two lengths that differ', ['Content-Length: 3', 'Content-Length: 4']),
  lines('two lengths alike', ['Content-Length: 3', 'Content-Length: 3']),
  lines('two lengths in a line', ['Content-Length: 3, 3']),
  ...['+3', '-3', '0x3', '3e0', '3 3', '3;', '"3"', '', '99999999999999999999', '18446744073709551619', '3.0'].map(
    (value) => lines(`the length "${value}"`, [`Content-Length: ${value}`]),
  ),
  lines('a length whose name has a NUL', ['Content-Length\0: 3']),
  lines('a length whose name is folded away', ['X: a', ' Content-Length: 3']),
]

const CODINGS: readonly Shape[] = [
  lines('a length, then chunked', ['Content-Length: 3', 'Transfer-Encoding: chunked'], CHUNKED_ABC),
  lines('chunked, then a length', ['Transfer-Encoding: chunked', 'Content-Length: 3'], CHUNKED_ABC),
  lines('chunked in two lines', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], CHUNKED_ABC),
  lines('chunked beside identity', ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'], CHUNKED_ABC),
  ...[
    'xchunked',
    'chunkedx',
    'chunked, gzip',
    'gzip, chunked',
    'gzip',
    'identity',
    'chunked, chunked',
    'chunked;q=1',
    '"chunked"',
    '',
    '\x0bchunked',
    'chunked\x0c',
    ', chunked',
  ].map((value) => lines(`the coding "${JSON.stringify(value)}"`, [`Transfer-Encoding: ${value}`], CHUNKED_ABC)),
  lines('a coding behind a blank name', ['Transfer-Encoding : chunked'], CHUNKED_ABC),
  lines('a folded coding', ['Transfer-Encoding:', ' chunked'], CHUNKED_ABC),
  lines('a coding behind a tab', ['Transfer-Encoding\t: chunked'], CHUNKED_ABC),
  {
    ...taken(
      3,
      whole(
        'chunked in HTTP/1.0, whose connection ends with it',
        (target, behind) => `POST ${target} HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED_ABC}${behind}`,
      ),
    ),
    behindRefusedAs: 'parser:HPE_CLOSED_CONNECTION',
  },
]

const LINE_ENDS: readonly Shape[] = [
  whole(
    'bare LF everywhere',
    (target, behind) => `POST ${target} HTTP/1.1\nHost: x\nContent-Length: 3\n\nabc${behind}`,
  ),
  whole(
    'bare LF behind one line',
    (target, behind) => `POST ${target} HTTP/1.1\r\nHost: x\nContent-Length: 3\r\n\r\nabc${behind}`,
  ),
  whole(
    'bare LF at the end of the head',
    (target, behind) => `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\nabc${behind}`,
  ),
  whole(
    'bare CR behind one line',
    (target, behind) => `POST ${target} HTTP/1.1\r\nHost: x\rContent-Length: 3\r\n\r\nabc${behind}`,
  ),
  lines('CR in a value', ['X: a\rb', 'Content-Length: 3']),
  lines('LF in a value', ['X: a\nb', 'Content-Length: 3']),
  lines('NUL in a value', ['X: a\0b', 'Content-Length: 3']),
  lines('NUL in a name', ['X\0Y: a', 'Content-Length: 3']),
  lines('a blank before the colon', ['X : a', 'Content-Length: 3']),
  lines('a length behind a blank', ['Content-Length : 3']),
  lines('a folded line', ['X: a', ' b', 'Content-Length: 3']),
  lines('a line without a colon', ['nonsense', 'Content-Length: 3']),
  lines('a line without a name', [': a', 'Content-Length: 3']),
  {
    ...taken(0, lines('a head that ends early', ['', 'Content-Length: 3'])),
    behindRefusedAs: 'parser:HPE_INVALID_METHOD',
  },
]

const CHUNKS: readonly Shape[] = [
  taken(3, chunks('good chunks', CHUNKED_ABC)),
  ...['FFFFFFFFFFFFFFFFF', '10000000000000003', '-3', '+3', '0x3', '3g', '', ' 3', '\t3', '3 ', '3\0', '3h;x'].map(
    (size) => chunks(`the chunk size ${JSON.stringify(size)}`, `${size}\r\nabc\r\n0\r\n\r\n`),
  ),
  chunks('bare LF behind the size', '3\nabc\r\n0\r\n\r\n'),
  chunks('bare LF behind the chunk', '3\r\nabc\n0\r\n\r\n'),
  chunks('bare CR behind the size', '3\rabc\r\n0\r\n\r\n'),
  chunks('a chunk longer than its size', '3\r\nabcdef\r\n0\r\n\r\n'),
  chunks('a chunk shorter than its size', '8\r\nabc\r\n0\r\n\r\n'),
  chunks('bare LF in the end', '3\r\nabc\r\n0\r\n\n'),
  chunks('an end without its last line', '3\r\nabc\r\n0\r\n'),
  chunks('an extension with a line end', '3;a\nb\r\nabc\r\n0\r\n\r\n'),
  chunks('extensions without end', `3;${'x'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`),
  chunks('a length among the trailers', '3\r\nabc\r\n0\r\nContent-Length: 50\r\n\r\n'),
  chunks('a coding among the trailers', '3\r\nabc\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n'),
  chunks('a folded trailer', '3\r\nabc\r\n0\r\nX: a\r\n b\r\n\r\n'),
  { ...chunks('too many trailers', `3\r\nabc\r\n0\r\n${'X: a\r\n'.repeat(1001)}\r\n`), behindIsTaken: true },
  chunks('trailers without end', `3\r\nabc\r\n0\r\n${`X: ${'a'.repeat(1000)}\r\n`.repeat(80)}\r\n`),
]

const FIRST_LINES: readonly Shape[] = [
  whole('HTTP/0.9', (target, behind) => `GET ${target}\r\n\r\n${behind}`),
  whole('HTTP/0.9 by number', (target, behind) => `GET ${target} HTTP/0.9\r\n\r\n${behind}`),
  whole('HTTP/2 by number', (target, behind) => `GET ${target} HTTP/2.0\r\n\r\n${behind}`),
  whole('the preface of HTTP/2', (_target, behind) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${behind}`),
  whole('a version with a tail', (target, behind) => `GET ${target} HTTP/1.1x\r\nHost: x\r\n\r\n${behind}`),
  whole('a TLS ClientHello', () => `\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03${'\x07'.repeat(505)}`),
  whole('a banner of SSH', () => 'SSH-2.0-OpenSSH_9.6\r\n'),
  whole('a method in small letters', (target, behind) => `post ${target} HTTP/1.1\r\nHost: x\r\n\r\n${behind}`),
  taken(
    0,
    whole('two blanks in the first line', (target, behind) => `GET  ${target} HTTP/1.1\r\nHost: x\r\n\r\n${behind}`),
  ),
  taken(
    0,
    whole('line ends before it', (target, behind) => `\r\n\r\nGET ${target} HTTP/1.1\r\n\r\n${behind}`),
  ),
  whole('tabs in the first line', (target, behind) => `GET\t${target}\tHTTP/1.1\r\nHost: x\r\n\r\n${behind}`),
  whole('a blank in the target', (target, behind) => `GET ${target} /x HTTP/1.1\r\nHost: x\r\n\r\n${behind}`),
  whole('CR in the target', (target, behind) => `GET ${target}\r/x HTTP/1.1\r\nHost: x\r\n\r\n${behind}`),
  whole('NUL in the target', (target, behind) => `GET ${target}\0/x HTTP/1.1\r\nHost: x\r\n\r\n${behind}`),
  whole('a head of 70 KB', (target, behind) => `${head(target, `X: ${'a'.repeat(70_000)}`)}${behind}`),
  whole('nothing but NULs', () => '\0'.repeat(1000)),
]

export const SHAPES: readonly Shape[] = [...LENGTHS, ...CODINGS, ...LINE_ENDS, ...CHUNKS, ...FIRST_LINES]
