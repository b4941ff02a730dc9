import { createHash, createHmac, randomBytes } from 'node:crypto'
import { decodeBase64 } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, isSame, knownAlgorithm, type Known } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { stampOf } from '../timestamps.ts'
import { readAuthParams } from './auth-params.ts'

const HASHES: Readonly<Record<string, string>> = {
  'HMAC-SHA1': 'sha1',
  'HMAC-SHA256': 'sha256',
  'HMAC-SHA512': 'sha512',
}
const TOLERANCE = 300

type Pairs = readonly (readonly [name: string, value: string])[]

/** OAuth 1.0a (RFC 5849) in the `Authorization` header. The first secret is the consumer's, the second the token's, if there is one. */
export const oauth1: Scheme = {
  id: 'oauth1',
  name: 'OAuth 1.0a',
  headerNames: ['Authorization'],
  resign: 'yes',
  needsUrl: true,
  toleranceSeconds: TOLERANCE,
  secretEncoding: 'utf8',
  judge: judgeOauth1,
  sign: signOauth1,
}

function judgeOauth1(call: Call): Judgement {
  const params = oauthParams(call)
  if (params === null) return failed(knownAlgorithm('none'), 'header-missing', 'No Authorization header of OAuth.')
  const method = params.get('oauth_signature_method') ?? ''
  const known: Known = knownAlgorithm(method)
  const hash = HASHES[method]
  if (hash === undefined && method !== 'PLAINTEXT') {
    return failed(known, 'algorithm-refused', `The signature method ${method.slice(0, 40)} is not known.`)
  }
  if ((params.get('oauth_version') ?? '1.0') !== '1.0') {
    return failed(known, 'header-malformed', 'The oauth_version is not 1.0.')
  }
  const { url } = call
  if (url === null) return failed(known, 'needs-url', 'OAuth signs the full URL, which is not known.')
  const ts = params.get('oauth_timestamp') ?? null
  if (ts === null && hash !== undefined) return failed(known, 'timestamp-missing', 'There is no oauth_timestamp.')
  const stamp = ts === null ? null : stampOf(ts, 's', call.receivedAt)
  if (stamp?.at === null) return failed({ ...known, stamp }, 'timestamp-malformed', 'The oauth_timestamp is no number.')
  const bodyHash = params.get('oauth_body_hash')
  if (bodyHash !== undefined && !isBodyHash(call.body, bodyHash, hash ?? 'sha1')) {
    return failed({ ...known, stamp }, 'body-hash-mismatch', 'The oauth_body_hash is of another body.')
  }
  const text = params.get('oauth_signature') ?? ''
  const bases = bodyReadings(call).map((pairs) => baseString(call.method, url, [...oauthPairs(params), ...pairs]))
  const given = hash === undefined ? Buffer.from(text) : decodeBase64(text)
  return judgeMac(call, {
    name: 'OAuth 1.0a',
    algorithm: method,
    encoding: 'utf8',
    received: [text],
    digests: given === null || given.length === 0 ? [] : [hash === undefined ? hashOf(given) : given],
    expected: (key, index) =>
      tokenSecrets(call, index).flatMap((token) => {
        const pair = `${encode(key.toString())}&${encode(token)}`
        return hash === undefined
          ? [hashOf(Buffer.from(pair))]
          : bases.map((base) => createHmac(hash, pair).update(base).digest())
      }),
    spell: (bytes) => (hash === undefined ? '…' : Buffer.from(bytes).toString('base64')),
    signed: () => (hash === undefined ? null : Buffer.from(bases[0] ?? '')),
    stamp,
    tolerance: TOLERANCE,
  })
}

function oauthParams({ headers }: Pick<Call, 'headers'>): Map<string, string> | null {
  const raw = readAuthParams(findHeader(headers, 'Authorization'), 'OAuth')
  return raw === null
    ? null
    : new Map([...raw].map(([name, value]) => [name, name === 'realm' ? value : decode(value)]))
}

/** All but the realm and the signature itself is signed. */
function oauthPairs(params: ReadonlyMap<string, string>): Pairs {
  return [...params].filter(([name]) => name !== 'realm' && name !== 'oauth_signature')
}

/** The fields of a form count. Where no content type is told, both readings are possible. */
function bodyReadings({ headers, body }: Pick<Call, 'headers' | 'body'>): readonly Pairs[] {
  const type = findHeader(headers, 'content-type')
  const fields: Pairs = [...new URLSearchParams(Buffer.from(body).toString())]
  if (type === null) return body.length === 0 ? [[]] : [fields, []]
  return /^application\/x-www-form-urlencoded/i.test(type) ? [fields] : [[]]
}

function baseString(method: string, url: string, pairs: Pairs): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1).replace(/#.*$/, '') : ''
  const all = [...pairs, ...new URLSearchParams(query)].map(([name, value]) => [encode(name), encode(value)] as const)
  const sorted = all.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
  const base = parsed === null ? url.replace(/[?#].*$/, '') : `${parsed.protocol}//${parsed.host}${parsed.pathname}`
  return [method.toUpperCase(), base, sorted.map((pair) => pair.join('=')).join('&')].map(encode).join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The other secrets may be the token's; there may be none. */
function tokenSecrets({ keys }: Pick<Call, 'keys'>, index: number): readonly string[] {
  return [...keys.secrets.filter((_, other) => other !== index), '']
}

function isBodyHash(body: Uint8Array, text: string, hash: string): boolean {
  const given = decodeBase64(text)
  return given !== null && isSame(given, createHash(hash).update(body).digest())
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** RFC 3986: all but letters, digits and `-._~` is escaped. */
function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not an escape after all.
    return text
  }
}

function signOauth1(call: SignCall): Signed {
  const consumer = signingKey(call, 'OAuth 1.0a', 'utf8').toString()
  const { url } = call
  if (url === null) throw new RangeError('Signing as OAuth takes the full URL.')
  const before = oauthParams(call)
  const params = new Map(before ?? [['oauth_consumer_key', 'local-test']])
  const method = params.get('oauth_signature_method') ?? 'HMAC-SHA1'
  params.set('oauth_signature_method', method)
  if (call.keepTimestamp !== true || !params.has('oauth_timestamp')) {
    params.set('oauth_timestamp', String(Math.floor(call.now / 1000)))
    params.set('oauth_nonce', randomBytes(16).toString('hex'))
  }
  const hash = HASHES[method]
  if (hash === undefined && method !== 'PLAINTEXT') throw new RangeError(`OAuth's ${method} takes the sender's key.`)
  if (params.has('oauth_body_hash')) {
    params.set(
      'oauth_body_hash',
      createHash(hash ?? 'sha1')
        .update(call.body)
        .digest('base64'),
    )
  }
  const pair = `${encode(consumer)}&${encode(call.keys.secrets[1] ?? '')}`
  const base = baseString(call.method, url, [...oauthPairs(params), ...(bodyReadings(call)[0] ?? [])])
  params.set('oauth_signature', hash === undefined ? pair : createHmac(hash, pair).update(base).digest('base64'))
  const written = [...params].map(([name, value]) => `${name}="${name === 'realm' ? value : encode(value)}"`)
  const headers = rewriteLines(call.headers, [
    { name: 'Authorization', values: [`OAuth ${written.join(', ')}`], isNeeded: true },
  ])
  return { headers, body: call.body, url, dropped: [] }
}
