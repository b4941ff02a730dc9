import { createHash, createHmac } from 'node:crypto'
import { decodeDigest, decodeBase64 } from '../decode.ts'
import { findHeader, findHeaders, rewriteLines } from '../header-lines.ts'
import { failed, isSame, knownAlgorithm, type Known } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { stampOf } from '../timestamps.ts'
import { componentLine, type Message } from './rfc9421-components.ts'

const INPUT = 'Signature-Input'
const SIGNATURE = 'Signature'
const DIGEST = 'Content-Digest'
const DIGEST_HASHES: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' }
const FRESH_COMPONENTS = '("@method" "@authority" "@path" "content-digest")'

/** HTTP Message Signatures (RFC 9421) with a shared secret, `hmac-sha256`. A covered `Content-Digest` is checked against the body (RFC 9530). */
export const rfc9421: Scheme = {
  id: 'rfc9421-hmac-sha256',
  name: 'HTTP Message Signatures',
  headerNames: [SIGNATURE, INPUT],
  resign: 'yes',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'auto',
  judge: judgeRfc9421,
  sign: signRfc9421,
}

/** One signature of a message. */
type Input = {
  readonly label: string
  /** The list of components as written, brackets included. */
  readonly list: string
  readonly components: readonly string[]
  /** What stands behind the list, as written. */
  readonly params: string
}

const COMPONENT = /"[^"]*"(?:;[a-z0-9_*.-]+(?:="(?:[^"\\]|\\.)*"|=[^;\s)"]+)?)*/g

function readInputs(call: Pick<Call, 'headers'>): readonly Input[] {
  const text = findHeaders(call.headers, INPUT).join(', ')
  const entry =
    /([a-z*][a-z0-9_.*-]*)=(\((?:[^()"]|"[^"]*")*\))((?:;[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[^"\\]|\\.)*"|[^;,\s]+))?)*)/g
  return [...text.matchAll(entry)].map(([, label = '', list = '', params = '']) => {
    return { label, list, components: list.match(COMPONENT) ?? [], params }
  })
}

function paramOf({ params }: Input, name: string): string | null {
  const [, quoted, bare] = new RegExp(`;${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;]+))`).exec(params) ?? []
  return quoted ?? bare ?? null
}

function judgeRfc9421(call: Call): Judgement {
  const none = knownAlgorithm('HMAC-SHA-256')
  const inputs = readInputs(call)
  const written = findHeaders(call.headers, SIGNATURE).join(', ')
  if (inputs.length === 0 || written === '') {
    return failed(none, 'header-missing', inputs.length === 0 ? `No ${INPUT}.` : `No ${SIGNATURE}.`)
  }
  const shared = inputs.filter((input) => (paramOf(input, 'alg') ?? 'hmac-sha256') === 'hmac-sha256')
  if (shared.length === 0) return failed(none, 'algorithm-refused', 'None of its signatures is hmac-sha256.')
  const verdicts = shared.map((input) => judgeInput(call, input, signatureOf(written, input.label)))
  return verdicts.find(({ ok }) => ok) ?? verdicts[0] ?? failed(none, 'header-missing', `No ${SIGNATURE}.`)
}

function signatureOf(written: string, label: string): string | null {
  for (const [, name, text] of written.matchAll(/([a-z*][a-z0-9_.*-]*)=:([^:]*):/g)) {
    if (name === label && text !== undefined) return text
  }
  return null
}

function judgeInput(call: Call, input: Input, text: string | null): Judgement {
  const created = paramOf(input, 'created')
  const stamp = created === null ? null : stampOf(created, 's', call.receivedAt)
  const known: Known = { ...knownAlgorithm('HMAC-SHA-256'), stamp }
  if (text === null) return failed(known, 'header-missing', `There is no signature ${input.label}.`)
  const lines = input.components.map((component) => componentLine(messageOf(call), component))
  const missing = input.components.find((_, index) => lines[index] === null)
  if (missing !== undefined) {
    return failed(known, 'covered-header-missing', `The signature covers ${missing}, which is not there.`)
  }
  const signed = Buffer.from([...lines, `"@signature-params": ${input.list}${input.params}`].join('\n'))
  const digest = decodeDigest(text, 'base64', 32)
  const verdict = judgeMac(call, {
    name: 'HTTP Message Signatures',
    algorithm: 'HMAC-SHA-256',
    encoding: 'auto',
    received: [text],
    digests: digest === null ? [] : [digest],
    expected: (key) => [createHmac('sha256', key).update(signed).digest()],
    spell: (bytes) => Buffer.from(bytes).toString('base64'),
    signed: () => signed,
    stamp,
  })
  if (!verdict.ok) return verdict
  const expires = paramOf(input, 'expires')
  if (expires !== null && call.receivedAt !== null && Number(expires) < Math.floor(call.receivedAt / 1000)) {
    return failed(verdict, 'expired', 'It matches, but the signature had run out.')
  }
  const isCovered = input.components.some((component) => component.startsWith('"content-digest"'))
  if (isCovered && !isDigestOf(call.body, findHeader(call.headers, DIGEST) ?? '')) {
    return failed(verdict, 'body-hash-mismatch', `The signature is right, but the ${DIGEST} is of another body.`)
  }
  return verdict
}

function messageOf({ method, url, headers }: Pick<Call, 'method' | 'url' | 'headers'>): Message {
  return { method, url: url !== null && URL.canParse(url) ? new URL(url) : null, target: url, headers }
}

/** Whether all digests of known algorithms are the body's, and there is one. */
function isDigestOf(body: Uint8Array, value: string): boolean {
  const known = [...value.matchAll(/([a-z0-9-]+)=:([^:]*):/g)].flatMap(([, name = '', text = '']) => {
    const hash = DIGEST_HASHES[name]
    return hash === undefined ? [] : [{ hash, given: decodeBase64(text) }]
  })
  return (
    known.length > 0 &&
    known.every(({ hash, given }) => given !== null && isSame(given, createHash(hash).update(body).digest()))
  )
}

function signRfc9421(call: SignCall): Signed {
  const key = signingKey(call, 'HTTP Message Signatures', 'auto')
  const before = readInputs(call).find((input) => (paramOf(input, 'alg') ?? 'hmac-sha256') === 'hmac-sha256')
  const list = before?.list ?? FRESH_COMPONENTS
  const label = before?.label ?? 'sig1'
  const created = Math.floor(call.now / 1000)
  const params = before === undefined ? `;created=${created};keyid="local-test"` : freshParams(before, call, created)
  const isCovered = /"content-digest"/.test(list)
  const bodyDigest = `sha-256=:${createHash('sha256').update(call.body).digest('base64')}:`
  const withDigest = rewriteLines(call.headers, [{ name: DIGEST, values: [bodyDigest], isNeeded: isCovered }])
  const message = messageOf({ ...call, headers: withDigest })
  const lines = (list.match(COMPONENT) ?? []).map((component) => {
    const line = componentLine(message, component)
    if (line === null) throw new RangeError(`The signature covers ${component}, which this request does not have.`)
    return line
  })
  const signed = [...lines, `"@signature-params": ${list}${params}`].join('\n')
  const signature = createHmac('sha256', key).update(signed).digest('base64')
  const headers = rewriteLines(withDigest, [
    { name: INPUT, values: [`${label}=${list}${params}`], isNeeded: true },
    { name: SIGNATURE, values: [`${label}=:${signature}:`], isNeeded: true },
  ])
  return { headers, body: call.body, url: call.url, dropped: [] }
}

/** The parameters with a new moment, and as long a life as before. */
function freshParams(input: Input, call: SignCall, created: number): string {
  if (call.keepTimestamp === true) return input.params
  const lifetime = Number(paramOf(input, 'expires') ?? 0) - Number(paramOf(input, 'created') ?? 0)
  return input.params
    .replace(/;created=\d+/, `;created=${created}`)
    .replace(/;expires=\d+/, `;expires=${created + Math.max(lifetime, 60)}`)
}
