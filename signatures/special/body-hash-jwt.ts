import { createHash } from 'node:crypto'
import { decodeHex } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, isSame, knownAlgorithm, matched, type Known } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import { textAt } from '../json-tree.ts'
import { givenPublicKeys, judgePublicKey } from '../public-keys.ts'
import type { Call, Judgement, Jwk, Scheme, SignCall, Signed } from '../scheme.ts'
import { stampOf } from '../timestamps.ts'
import { claimsOf, isJwsSigned, jwsMac, readJws, writeEs256, writeHs256, type Jws } from './jws.ts'
import { jwksFor } from './jwt.ts'

const NETLIFY = 'X-Webhook-Signature'
const PLAID = 'Plaid-Verification'
const PLAID_TOLERANCE = 300
const PLAID_KEYS = 'https://production.plaid.com/webhook_verification_key/get'

/** Netlify: a JWS with HS256 whose `sha256` claim is the body's. Both are checked. */
export const netlify: Scheme = {
  id: 'netlify',
  name: 'Netlify',
  headerNames: [NETLIFY],
  resign: 'yes',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeNetlify,
  sign: (call) => {
    const key = signingKey(call, 'Netlify', 'utf8')
    const before = readJws(findHeader(call.headers, NETLIFY) ?? '')
    return withHeader(
      call,
      NETLIFY,
      writeHs256({ iss: 'netlify', ...claimsOf(before), sha256: hexHash(call.body) }, key),
    )
  },
}

/** Plaid: a JWS with ES256 whose `request_body_sha256` claim is the body's; the key is asked for by its id. */
export const plaid: Scheme = {
  id: 'plaid',
  name: 'Plaid',
  headerNames: [PLAID],
  resign: 'test-keys',
  needsUrl: false,
  toleranceSeconds: PLAID_TOLERANCE,
  secretEncoding: 'utf8',
  judge: judgePlaid,
  sign: (call) => {
    if (call.privateKey === undefined) throw new RangeError('Signing as Plaid takes a test key pair of your own.')
    const before = claimsOf(readJws(findHeader(call.headers, PLAID) ?? ''))
    const iat =
      call.keepTimestamp === true && typeof before['iat'] === 'number' ? before['iat'] : Math.floor(call.now / 1000)
    const claims = { iat, request_body_sha256: hexHash(call.body) }
    const header = { alg: 'ES256', kid: 'local-test-key', typ: 'JWT' }
    return withHeader(call, PLAID, writeEs256(claims, call.privateKey, header))
  },
}

function withHeader(call: SignCall, name: string, value: string): Signed {
  const headers = rewriteLines(call.headers, [{ name, values: [value], isNeeded: true }])
  return { headers, body: call.body, url: call.url, dropped: [] }
}

function hexHash(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

function isBody(body: Uint8Array, hex: string | null): boolean {
  const given = decodeHex(hex ?? '')
  return given !== null && isSame(given, createHash('sha256').update(body).digest())
}

type Opened = { readonly jws: Jws; readonly known: Known } | { readonly problem: Judgement }

function open(call: Call, name: string, alg: string): Opened {
  const text = findHeader(call.headers, name)
  const none = knownAlgorithm(alg)
  if (text === null) return { problem: failed(none, 'header-missing', `No ${name}.`) }
  const jws = readJws(text)
  if (jws === null)
    return { problem: failed(none, 'header-malformed', `${name} is not a JWS of three parts in base64url.`) }
  const known: Known = {
    ...none,
    evidence: () => ({ signed: Buffer.from(jws.signed), expected: [], received: [text] }),
  }
  if (jws.alg !== alg) {
    return {
      problem: failed(known, 'algorithm-refused', `${name} says ${jws.alg ?? 'no algorithm'}; only ${alg} counts.`),
    }
  }
  return { jws, known }
}

const CHANGED = 'The signature is right, but its hash is of another body: the body was changed on its way.'

function judgeNetlify(call: Call): Judgement {
  const opened = open(call, NETLIFY, 'HS256')
  if ('problem' in opened) return opened.problem
  const { jws, known } = opened
  const verdict = judgeMac(call, {
    name: 'Netlify',
    algorithm: 'HMAC-SHA-256',
    encoding: 'utf8',
    received: [jws.signature.toString('base64url')],
    digests: [jws.signature],
    expected: (key) => [jwsMac(jws, key) ?? Buffer.alloc(0)],
    spell: (digest) => Buffer.from(digest).toString('base64url'),
    signed: () => Buffer.from(jws.signed),
  })
  if (!verdict.ok) return verdict
  if (textAt(jws.payload, 'iss') !== 'netlify') return failed(known, 'mismatch', "The token's issuer is not Netlify.")
  return isBody(call.body, textAt(jws.payload, 'sha256')) ? verdict : failed(known, 'body-hash-mismatch', CHANGED)
}

function judgePlaid(call: Call): Judgement {
  const opened = open(call, PLAID, 'ES256')
  if ('problem' in opened) return opened.problem
  const { jws } = opened
  const iat = textAt(jws.payload, 'iat')
  const known: Known = { ...opened.known, stamp: iat === null ? null : stampOf(iat, 's', call.receivedAt) }
  if (known.stamp === null || known.stamp.at === null)
    return failed(known, 'timestamp-missing', `${PLAID} has no iat in seconds.`)
  const verdict = judgePublicKey({ ...call, toleranceSeconds: Number.POSITIVE_INFINITY }, known, {
    name: 'Plaid',
    missing: `Checking it takes Plaid's key ${jws.kid ?? ''}, asked for with your client id.`,
    keyUrl: PLAID_KEYS,
    keys: [...jwksFor(withValidKeys(call), jws), ...givenPublicKeys(call)],
    isSigned: (key) => isJwsSigned(jws, key),
  })
  if (!verdict.ok) return verdict
  if (!isBody(call.body, textAt(jws.payload, 'request_body_sha256')))
    return failed(known, 'body-hash-mismatch', CHANGED)
  const { secretIndex, secretForm } = verdict
  return matched(call, known, { secretIndex, secretForm }, { name: 'Plaid', tolerance: PLAID_TOLERANCE })
}

/** Without the keys that Plaid had given up before the receipt: `expired_at`, in seconds. */
function withValidKeys(call: Call): Call {
  const { keys, receivedAt } = call
  const isValid = ({ expired_at: at }: Jwk) => typeof at !== 'number' || receivedAt === null || at * 1000 > receivedAt
  return { ...call, keys: { ...keys, jwks: (keys.jwks ?? []).filter(isValid) } }
}
