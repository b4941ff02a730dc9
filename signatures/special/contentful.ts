import { createHmac } from 'node:crypto'
import { decodeDigest } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, knownAlgorithm, type Known } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import type { Call, Judgement, Line, Scheme, SignCall, Signed } from '../scheme.ts'
import { pathOf } from '../signed-parts.ts'
import { stampOf, writeTimestamp } from '../timestamps.ts'

const SIGNATURE = 'x-contentful-signature'
const NAMES = 'x-contentful-signed-headers'
const TIMESTAMP = 'x-contentful-timestamp'
const TOLERANCE = 30

/**
 * Contentful: HMAC-SHA-256 over method, path, the headers that it lists, and body, a line each. The query is escaped twice, as its own toolkit does.
 */
export const contentful: Scheme = {
  id: 'contentful',
  name: 'Contentful',
  headerNames: [SIGNATURE],
  resign: 'yes',
  needsUrl: true,
  toleranceSeconds: TOLERANCE,
  secretEncoding: 'utf8',
  judge: judgeContentful,
  sign: signContentful,
}

function judgeContentful(call: Call): Judgement {
  const known: Known = knownAlgorithm('HMAC-SHA-256')
  const text = findHeader(call.headers, SIGNATURE)
  if (text === null) return failed(known, 'header-missing', `No ${SIGNATURE}.`)
  if (call.url === null) return failed(known, 'needs-url', 'Contentful signs the path, which is not known.')
  const ts = findHeader(call.headers, TIMESTAMP)
  if (ts === null) return failed(known, 'timestamp-missing', `No ${TIMESTAMP}.`)
  const stamp = stampOf(ts, 'ms', call.receivedAt)
  if (stamp.at === null) return failed(known, 'timestamp-malformed', `The timestamp "${ts}" is not a number (ms).`)
  const names = namesIn(call.headers)
  if (!names.includes(NAMES) || !names.includes(TIMESTAMP)) {
    return failed(known, 'header-malformed', `${NAMES} does not list itself and ${TIMESTAMP}.`)
  }
  const missing = names.find((name) => findHeader(call.headers, name) === null)
  if (missing !== undefined) {
    return failed(known, 'covered-header-missing', `The signature covers the header ${missing}, which is not there.`)
  }
  const signed = signedBytes({ ...call, url: call.url }, names, ts)
  const digest = decodeDigest(text, 'hex', 32)
  return judgeMac(call, {
    name: 'Contentful',
    algorithm: 'HMAC-SHA-256',
    encoding: 'utf8',
    received: [text],
    digests: digest === null ? [] : [digest],
    expected: (key) => [createHmac('sha256', key).update(signed).digest()],
    spell: (bytes) => Buffer.from(bytes).toString('hex'),
    signed: () => signed,
    stamp,
    tolerance: TOLERANCE,
  })
}

function namesIn(lines: readonly Line[]): readonly string[] {
  const names = (findHeader(lines, NAMES) ?? '').split(',').map((name) => name.trim().toLowerCase())
  return [...new Set(names)].filter((name) => name !== '').toSorted()
}

type Canonical = Pick<Call, 'method' | 'headers' | 'body'> & { readonly url: string }

function signedBytes({ method, url, headers, body }: Canonical, names: readonly string[], ts: string): Buffer {
  const values = names.map((name) => {
    const value = name === NAMES ? names.join(',') : name === TIMESTAMP ? ts : (findHeader(headers, name) ?? '')
    return `${name}:${value}`
  })
  return Buffer.concat([Buffer.from(`${method}\n${canonicalPath(url)}\n${values.join(';')}\n`, 'latin1'), body])
}

function canonicalPath(url: string): string {
  // By way of bytes, so that half a surrogate pair is no error.
  const [path = '', query] = Buffer.from(pathOf(url)).toString().split('?')
  return query === undefined || query === '' ? encodeURI(path) : encodeURI(`${path}?${encodeURIComponent(query)}`)
}

function signContentful(call: SignCall): Signed {
  const key = signingKey(call, 'Contentful', 'utf8')
  if (call.url === null) throw new RangeError('Signing as Contentful takes the path.')
  const before = findHeader(call.headers, TIMESTAMP)
  const ts = call.keepTimestamp === true && before !== null ? before : writeTimestamp(call.now, 'ms', before)
  const kept = namesIn(call.headers).filter((name) => findHeader(call.headers, name) !== null)
  const names = [...new Set([...kept, NAMES, TIMESTAMP])].toSorted()
  const signature = createHmac('sha256', key)
    .update(signedBytes({ ...call, url: call.url }, names, ts))
    .digest('hex')
  const headers = rewriteLines(call.headers, [
    { name: SIGNATURE, values: [signature], isNeeded: true },
    { name: NAMES, values: [names.join(',')], isNeeded: true },
    { name: TIMESTAMP, values: [ts], isNeeded: true },
  ])
  return { headers, body: call.body, url: call.url, dropped: [] }
}
