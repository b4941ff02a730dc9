import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { CHUNK_BYTES, MAX_BODY_BYTES, MIB } from '../../../protocol/limits.ts'
import { decodeBody } from '../../../renderer/body/charset.ts'
import { type KeptRequest, readBody, readKept, sha256 } from '../../helpers/exact-history.ts'
import { type ExactRig, startExactRig } from '../../helpers/exact-rig.ts'
import { bytesOfHex, bytesOfText, showText } from '../../helpers/exact-views.ts'
import { hurtfulBodies, type HurtfulBody } from '../../helpers/hurtful-bodies.ts'
import { report } from '../../helpers/ledger.ts'
import { exchangeRaw, type RawAnswer } from '../../helpers/raw-http.ts'
import type { RawTarget } from '../../helpers/raw-target.ts'

const SECRET = "It's a Secret to Everybody"
const ARRIVAL = { timeout: 60_000, interval: 50 }
const bodies = hurtfulBodies()

test('17 bodies made to hurt have one SHA-256 at sender, history and target, and a good HMAC there, with their length and in chunks', async () => {
  const rig = await startExactRig()
  const input = await rig.newInput()
  const { id, target } = await rig.addTarget('', {})
  await rig.services.engine.sources.update(rig.sourceId, { targets: [id] })
  await rig.services.engine.signatures.setSecret('github', SECRET)

  for (const [at, one] of bodies.entries()) {
    expect((await sendWithLength(rig.port, input, at, one)).status, one.name).toBe(200)
    expect((await sendInChunks(rig.port, input, at, one)).status, one.name).toBe(200)
  }
  const all = bodies.length * 2
  await expect.poll(() => target.requests.length, ARRIVAL).toBe(all)
  const kept = await readKept(rig)
  expect(kept).toHaveLength(all)
  const good = { history: 0, target: 0, hmac: 0, verified: 0, resent: 0 }
  for (const one of kept) {
    const { body } = bodies[one.number] ?? { body: Buffer.of() }
    const digest = sha256(body)
    if (one.detail.bodySha256 === digest && sha256(one.body) === digest) good.history += 1
    const { state } = await rig.services.engine.signatures.of(one.detail.id)
    if (state === 'verified') good.verified += 1
  }
  good.target = countGood(target, 0, (at, body) => sha256(body) === sha256(bodies[at]?.body ?? Buffer.of()))
  good.hmac = countGood(target, 0, isSigned)
  for (const { detail } of kept) await rig.services.engine.resend(detail.id, null)
  await expect.poll(() => target.requests.length, ARRIVAL).toBe(all * 2)
  good.resent = countGood(target, all, isSigned)

  report('bodies made to hurt, each with its length and in chunks', { bodies: bodies.length, sent: all, ...good })
  expect(good).toEqual({ history: all, target: all, hmac: all, verified: all, resent: all })
  expect(bodies).toHaveLength(17)
  await expectRanges(
    rig,
    kept.find(({ body }) => body.length === MAX_BODY_BYTES),
  )
  expect(rig.services.errors).toEqual([])
})

test('a body of a byte more than the relay takes is 413, and a rejected row says so', async () => {
  const rig = await startExactRig()
  const input = await rig.newInput()
  const size = MAX_BODY_BYTES + 1
  const head = `POST /in/${input} HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`
  const answer = await exchangeRaw(rig.port, head, Buffer.alloc(size))
  expect(answer.status).toBe(413)
  await expect.poll(async () => (await rig.rows()).length, ARRIVAL).toBe(1)
  const [row] = await readKept(rig)
  const rejected = { status: 413, reason: expect.stringMatching(/over the limit of 25 MB$/), bodyBytes: size }
  expect(row?.detail).toMatchObject({ kind: 'rejected', detail: { kind: 'rejected', rejected }, bodyBytes: 0 })
})

test.each(bodies.filter(isShort).map((one) => [one.name, one] as const))(
  'Raw shows the exact text and Hex the exact bytes of %s',
  async (_name, { body, contentType, encoding }) => {
    const charset = contentType?.includes('iso-8859-1') ? 'windows-1252' : 'utf-8'
    // What a Content-Encoding hides is not of that type yet.
    const shown = await showText(body, encoding === undefined ? contentType : null, 'raw')
    expect(sha256(bytesOfText(shown.text, charset))).toBe(sha256(body))
    expect(sha256(bytesOfHex(body))).toBe(sha256(body))
  },
)

test('the text of 25 MB that are none holds every byte', () => {
  const { body, contentType } = bodies.find((one) => !isShort(one)) ?? { body: Buffer.of(), contentType: null }
  const { text } = decodeBody(body, contentType)
  expect(sha256(bytesOfText(text, 'utf-8'))).toBe(sha256(body))
})

test.each(bodies.filter(isJson).map((one) => [one.name, one] as const))(
  'Pretty alters no number, text or order of %s',
  async (_name, { body, contentType }) => {
    const raw = await showText(body, contentType, 'raw')
    const pretty = await showText(body, contentType, 'pretty')
    expect(pretty.kind).toBe('json')
    // One of them breaks off amid a text: that is said, and it stands as it came.
    expect(pretty.text === raw.text).toBe(pretty.problem !== null)
    expect(tokens(pretty.text)).toEqual(tokens(raw.text))
  },
)

function isShort({ body }: HurtfulBody): boolean {
  return body.length < 4 * MIB
}

function isJson({ contentType, encoding }: HurtfulBody): boolean {
  return contentType?.startsWith('application/json') === true && encoding === undefined
}

function tokens(json: string): string[] {
  return json.match(/"(?:[^"\\]|\\.)*"|[-+.\w]+|[{}[\],:]/gs) ?? []
}

function head(input: string, at: number, one: HurtfulBody, framing: string): string {
  const lines = [
    'Host: x',
    `X-Case: ${at}`,
    'User-Agent: GitHub-Hookshot/044aadd',
    'X-GitHub-Event: push',
    ...(one.contentType === null ? [] : [`Content-Type: ${one.contentType}`]),
    ...(one.encoding === undefined ? [] : [`Content-Encoding: ${one.encoding}`]),
    `X-Hub-Signature-256: ${signature(one.body)}`,
    framing,
  ]
  return `POST /in/${input}/${at} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}

function sendWithLength(port: number, input: string, at: number, one: HurtfulBody): Promise<RawAnswer> {
  return exchangeRaw(port, head(input, at, one, `Content-Length: ${one.body.length}`), one.body)
}

/** Cut where it hurts: amid characters, numbers and lines. */
function sendInChunks(port: number, input: string, at: number, one: HurtfulBody): Promise<RawAnswer> {
  const size = one.body.length < 4096 ? 7 : 65_521
  const parts: Buffer[] = []
  for (let from = 0; from < one.body.length; from += size) {
    const piece = one.body.subarray(from, from + size)
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  parts.push(Buffer.from('0\r\n\r\n'))
  return exchangeRaw(port, head(input, at, one, 'Transfer-Encoding: chunked'), Buffer.concat(parts))
}

function signature(body: Uint8Array): string {
  return `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
}

/** As a program behind the target does: the line that came against the bytes that came. */
function isSigned(_at: number, body: Buffer, wireHead: string): boolean {
  return wireHead.includes(`\r\nX-Hub-Signature-256: ${signature(body)}\r\n`)
}

function countGood(
  target: RawTarget,
  from: number,
  isGood: (at: number, body: Buffer, head: string) => boolean,
): number {
  return target.requests.slice(from).filter((request) => {
    const at = Number(/^X-Case: (\d+)\r$/m.exec(request.head)?.[1])
    return isGood(at, request.body, request.head)
  }).length
}

/** The window reads long bodies by stretches: any of them is those bytes. */
async function expectRanges(rig: ExactRig, one: KeptRequest | undefined): Promise<void> {
  if (!one) throw new Error('The body of 25 MB is not there.')
  const last = one.body.length - 1
  for (const [from, to] of [
    [0, 15],
    [CHUNK_BYTES - 3, CHUNK_BYTES + 2],
    [MIB - 1, 3 * MIB],
    [last - 20, last],
  ] as const) {
    const stretch = await readBody(rig, one.detail.id, `bytes=${from}-${to}`)
    expect(stretch.equals(one.body.subarray(from, to + 1)), `${from} to ${to}`).toBe(true)
  }
}
