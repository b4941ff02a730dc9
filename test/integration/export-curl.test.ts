import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCurl } from '../../core/compose/parse-curl.ts'
import { toWireRequest } from '../../core/compose/wire-request.ts'
import { toCurlBash } from '../../core/export/curl-bash.ts'
import type { ExportedRequest } from '../../core/export/exported-request.ts'
import { RequestId, RequestUid } from '../../protocol/ids.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import { startRawTarget, type RawTarget } from '../helpers/raw-target.ts'
import { runBash, whyNoCurl } from '../helpers/run-bash.ts'

let target: RawTarget

beforeEach(async () => {
  target = await startRawTarget()
})

afterEach(() => target.close())

type Sent = {
  readonly method: string
  readonly target: string
  readonly headers: readonly HeaderLine[]
  readonly body: Buffer
}

function exported({ method, target: path, headers, body }: Sent): ExportedRequest {
  return {
    body,
    sent: { origin: target.url, target: path, headers },
    request: {
      id: RequestId.parse(1),
      uid: RequestUid.parse('uid'),
      kind: 'captured',
      sourceId: null,
      source: null,
      receivedAt: 0,
      method,
      requestTarget: path,
      mountBytes: 0,
      bodyBytes: body.length,
      contentType: null,
      provider: null,
      event: null,
      parentId: null,
      pinned: false,
      colour: null,
      hasNote: false,
      note: '',
      read: true,
      detail: null,
      result: null,
      storedAt: 0,
      relaySeq: null,
      remote: null,
      headers: [...headers],
      trailers: [],
      bodySha256: null,
    },
  }
}

/** What the target got last, but for the lines that curl sets for the connection. */
function received(): Sent {
  const { head, body } = target.requests.at(-1) ?? { head: '', body: Buffer.alloc(0) }
  const [line = '', ...lines] = head.split('\r\n').slice(0, -2)
  const [method = '', path = ''] = line.split(' ')
  const headers = lines.map((each): HeaderLine => {
    const colon = each.indexOf(':')
    return [each.slice(0, colon), each.slice(colon + 1).trimStart()]
  })
  return { method, target: path, headers: headers.filter(([name]) => !/^(?:host|content-length)$/i.test(name)), body }
}

async function replay(sent: Sent): Promise<Sent> {
  const ran = await runBash(toCurlBash(exported(sent)))
  expect(ran).toMatchObject({ status: 0 })
  return received()
}

const USUAL: readonly HeaderLine[] = [
  ['User-Agent', 'GitHub-Hookshot/1'],
  ['Accept', '*/*'],
  ['content-TYPE', 'application/json'],
]

const hard: readonly [string, Sent][] = [
  [
    'text with every quote',
    {
      method: 'POST',
      target: '/',
      headers: USUAL,
      body: Buffer.from(`it's "q" \\n $HOME \`id\` !! $(id) \u00fc \ud83d\udca5\n`),
    },
  ],
  [
    'control characters and line ends of Windows',
    { method: 'PUT', target: '/', headers: USUAL, body: Buffer.from("\u0001\u001b[2J\ta\r\nb\u007f it's !x\r\n") },
  ],
  [
    'bytes that are no text',
    { method: 'POST', target: '/', headers: USUAL, body: Buffer.from(Array.from({ length: 256 }, (_, n) => n)) },
  ],
  ['NUL bytes', { method: 'POST', target: '/', headers: USUAL, body: Buffer.from('a\0b') }],
  ['a body that begins with @', { method: 'POST', target: '/', headers: USUAL, body: Buffer.from('@/etc/hostname') }],
  [
    'a body longer than an argument may be',
    { method: 'POST', target: '/', headers: USUAL, body: randomBytes(400_000) },
  ],
  ['a long text', { method: 'POST', target: '/', headers: USUAL, body: Buffer.from('x\u00fc'.repeat(100_000)) }],
  ['no body where one is expected', { method: 'POST', target: '/', headers: [], body: Buffer.alloc(0) }],
  ['no body', { method: 'DELETE', target: '/a?b', headers: [], body: Buffer.alloc(0) }],
  ['a GET with a body', { method: 'GET', target: '/', headers: [], body: Buffer.from('{}') }],
  [
    'a path that URL parsers change',
    { method: 'POST', target: '/a/../b/./%2e%2E//c?x=[1,2]&y={z}&q=1#f', headers: [], body: Buffer.from('x') },
  ],
  [
    'a path with bytes',
    { method: 'POST', target: '/caf\u00c3\u00a9/\u00ff"\'\\|^`', headers: [], body: Buffer.from('x') },
  ],
  [
    'lines with duplicates, without values, with bytes and quotes',
    {
      method: 'POST',
      target: '/',
      headers: [
        ['X-Twice', '1'],
        ['x-twice', '2'],
        ['X-Empty', ''],
        ['X-Bytes', 'caf\u00e9 \u00c3\u00a9'],
        ['X-Quotes', `it's "q" $x \\ !`],
        ['Expect-Not', '1'],
      ],
      body: randomBytes(5000),
    },
  ],
]

describe.skipIf(whyNoCurl !== null)('a request as cURL for bash', () => {
  it.each(hard)('sends the same again: %s', async (_name, sent) => {
    const again = await replay(sent)
    expect({ ...again, body: null }).toEqual({ ...sent, headers: [...sent.headers], body: null })
    expect(again.body.equals(sent.body)).toBe(true)
  })

  it.each(readdirSync(new URL('../fixtures/bodies/', import.meta.url)))('sends each byte of %s', async (file) => {
    const body = readFileSync(new URL(`../fixtures/bodies/${file}`, import.meta.url))
    expect((await replay({ method: 'POST', target: '/', headers: USUAL, body })).body.equals(body)).toBe(true)
  })
})

const token = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/)
  .filter(
    (name) =>
      !/^(?:host|content-length|connection|te|trailer|upgrade|expect|keep-alive|transfer-encoding|proxy-connection)$/i.test(
        name,
      ),
  )
// As they are stored: without blanks around them, text as its bytes.
const value = fc
  .stringMatching(/^[\x20-\x7e\u00a1-\u00ff\t\u20ac]{0,20}$/)
  .map((text) => Buffer.from(text.trim()).toString('latin1'))
const path = fc.stringMatching(/^\/[\x21\x22\x24-\x7e]{0,30}$/)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => Buffer.from(text)),
)

describe('a request as cURL that is pasted again', () => {
  it('is the same request', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'QUERY', 'OPTIONS'),
        path,
        fc.array(fc.tuple(token, value), { maxLength: 6 }),
        body,
        (method, requestTarget, headers, bytes) => {
          const sent = { method, target: requestTarget, headers, body: bytes }
          const parsed = parseCurl(toCurlBash(exported(sent)))
          const wire = toWireRequest(parsed.content, null, [])
          expect({ method: wire.method, target: wire.requestTarget, headers: wire.headers }).toEqual({
            method,
            target: requestTarget,
            headers,
          })
          expect(Buffer.from(parsed.body).equals(bytes)).toBe(true)
          expect(parsed.notes).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })
})

const pasted: readonly [string, string][] = [
  ['data', 'curl URL/x -d a=1 -d "b=2 \\"3\\""'],
  ['data of a here-document', 'curl URL/x --data-binary @- <<\'EOF\'\n{\n\t"a": "$b"\n}\nEOF'],
  ['data of a here-document, as -d', 'curl URL/x -d @- <<EOF\na\\$b\nc\nEOF'],
  [
    'data that is encoded',
    "curl URL/x --data-urlencode 'q=a b&c/\u00e9~*()' --data-urlencode '=x=y' --data-urlencode 'p q'",
  ],
  ['a query', "curl -G URL/x?a=1 -d b=2 --data-urlencode 'c=3 4'"],
  ['ANSI quotes', String.raw`curl URL/x --data-raw $'a\'b\n\x41\u00e9\101\\ \t\xff!'`],
  ['JSON', `curl URL/x --json '{"a":1}'`],
  ['HEAD', 'curl -I URL/x'],
  ['user, cookies, agent, referer', "curl URL/x -u me:p@w -b 'a=1' -b 'b=2' -A agent -e http://r/"],
  ['a bearer, a range', 'curl URL/x --oauth2-bearer T -r 0-9'],
  ['written together', "curl -sSXPATCH URL/x -d'x=1' -H'X-A: 1' -H 'X-Empty;' -H 'Accept:'"],
  ['another target', "curl --request-target '/a//b?c' URL/"],
  ['another method', 'curl -X PURGE URL/x'],
]

describe.skipIf(whyNoCurl !== null)('a pasted command', () => {
  it.each(pasted)('is what curl itself would send: %s', async (_name, written) => {
    const command = written.replace('URL', target.url)
    expect(await runBash(`${command} -s`.replace(/^(.*?)( <<[^]*) -s$/, '$1 -s$2'))).toMatchObject({ status: 0 })
    const curl = received()
    const { content, body: bytes } = parseCurl(command)
    const wire = toWireRequest(content, null, [])
    expect({ method: wire.method, target: wire.requestTarget }).toEqual({ method: curl.method, target: curl.target })
    expect(Buffer.from(bytes).equals(curl.body)).toBe(true)
    // But for what curl says of itself.
    const own = (lines: readonly HeaderLine[]): ReadonlySet<string> =>
      new Set(
        lines.map((line) => line.join(': ')).filter((line) => !/^(?:User-Agent: curl\/.*|Accept: \*\/\*)$/.test(line)),
      )
    expect(own(wire.headers)).toEqual(own(curl.headers))
  })

  it('is the form that curl would send, but for its boundary', async () => {
    const command = `curl ${target.url}/x -F 'a=1' -F 'b="x;y\\"z";type=text/plain;filename="n \u00fc.txt"' --form-string 'c=@d;type=e'`
    expect(await runBash(command)).toMatchObject({ status: 0 })
    const { headers, body: bytes } = received()
    const parsed = parseCurl(command)
    const boundary = (type: string | undefined) => /boundary=(.+)$/.exec(type ?? '')?.[1] ?? ''
    const theirs = boundary(headers.find(([name]) => name === 'Content-Type')?.[1])
    const ours = boundary(parsed.content.headers.find(({ name }) => name === 'Content-Type')?.value)
    expect(ours).not.toBe('')
    expect(Buffer.from(parsed.body).toString().replaceAll(ours, 'B')).toBe(bytes.toString().replaceAll(theirs, 'B'))
  })
})
