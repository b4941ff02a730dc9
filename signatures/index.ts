import { createPrivateKey } from 'node:crypto'
import { candidatesOf, type Candidate } from './detect.ts'
import { explainFailure } from './explain/explain.ts'
import type { Diagnosis, Others } from './explain/diagnosis.ts'
import type { HandshakeAnswer } from './handshake/answer.ts'
import { answerHandshake } from './handshake/handshake.ts'
import { differsAt, shownBytes, type ShownBytes } from './shown-bytes.ts'
import type { Evidence, Jwk, Line, Scheme, SignCall, Stamp } from './scheme.ts'
import { findScheme } from './schemes.ts'
import { isTestKeyScheme, makeTestKeys, testKeysOf, type TestKeyScheme } from './test-keys.ts'
import { momentOf, textOf, textsOf, VectorError } from './vector-fields.ts'
import { callOf, checked, keysOf, requestOf, type Vector, type VectorKeys, type VectorRequest } from './vector.ts'

/** What `verify` found. */
export type Verification = {
  readonly ok: boolean
  readonly scheme: string
  /** `verified`, or why not: the code of the judgement. */
  readonly code: string
  /** One sentence; empty when it holds. */
  readonly reason: string
  readonly algorithm: string
  /** Which of the secrets or keys it was, counted from 0; null when none. */
  readonly secretIndex: number | null
  /** What was signed, as text with control characters visible and as hex; null where nothing is. */
  readonly signedString: ShownBytes | null
  readonly expected: Evidence['expected']
  readonly received: Evidence['received']
  /** Where the first expected and the first received value begin to differ; null when they do not. */
  readonly differsAt: number | null
  readonly timestamp: Stamp | null
  /** Seconds from the signed timestamp to the receipt; negative: ahead of this clock. */
  readonly skew: number | null
  /** The cause, found by trying what commonly goes wrong. Empty when it holds. */
  readonly diagnosis: readonly Diagnosis[]
  /** Where a missing key can be fetched. This library never does. */
  readonly keyUrl: string | null
}

/**
 * Verifies a request against its scheme, and explains why where it does not hold.
 * @throws RangeError for a scheme that is not known; VectorError, which is one, naming a field that holds something else than it should.
 */
export function verify(vector: Vector, others: Others = {}): Verification {
  const scheme = schemeOf(vector)
  const call = callOf(vector)
  const judgement = scheme.judge(call)
  const { signed, expected, received } = judgement.evidence()
  return {
    ok: judgement.ok,
    scheme: scheme.id,
    code: judgement.ok ? 'verified' : judgement.code,
    reason: judgement.ok ? '' : judgement.reason,
    algorithm: judgement.algorithm,
    secretIndex: judgement.ok ? judgement.secretIndex : null,
    signedString: signed === null ? null : shownBytes(signed),
    expected,
    received,
    differsAt: judgement.ok ? null : differsAt(expected[0], received[0]),
    timestamp: judgement.stamp,
    skew: judgement.stamp?.ageSeconds ?? null,
    diagnosis: judgement.ok ? [] : [explainFailure(scheme, call, judgement, others)],
    keyUrl: judgement.ok ? null : (judgement.keyUrl ?? null),
  }
}

/** What `sign` made, in the fields of a vector: `{ ...vector, ...signed }` verifies. */
export type SignedVector = {
  readonly headers: readonly Line[]
  readonly body: Uint8Array
  readonly bodyBase64: string
  readonly url: string | null
  /** Signature headers that were left out, because nothing is known to make them with. */
  readonly dropped: readonly string[]
  /** Of the test key pair that it was signed with, to be set in the app under test. */
  readonly publicKey?: string
  readonly jwk?: Jwk
}

export type VectorToSign = Vector & {
  /** Epoch ms of the fresh timestamp; else `timestampNow`, else this moment. */
  readonly now?: number
  readonly keepTimestamp?: boolean
  /** PEM (PKCS #8); without one a scheme with a private key is signed with a new test pair. */
  readonly privateKey?: string
  /** Seed of an Ed25519 key, in hexadecimal. */
  readonly privateKeySeedHex?: string
}

/**
 * Signs a request as its sender would.
 * @throws RangeError for a scheme that is not known, whose key its sender alone holds, or that misses something, naming it.
 */
export function sign(vector: VectorToSign): SignedVector {
  const scheme = schemeOf(vector)
  const keys = privateKeyOf(scheme, vector)
  const call: SignCall = {
    ...requestOf(vector),
    keys: keysOf(vector),
    privateKey: keys?.privateKey,
    now: momentOf('now', vector.now, 1) ?? momentOf('timestampNow', vector.timestampNow, 1000) ?? Date.now(),
    keepTimestamp: vector.keepTimestamp === true,
  }
  const signed = withKey('privateKey', 'PEM of the kind that this scheme takes', () => scheme.sign(call))
  const { headers, body, url, dropped } = signed
  const bodyBase64 = Buffer.from(body).toString('base64')
  const publicKey = keys?.publicKey
  const isJwk = publicKey !== undefined && publicKey.startsWith('{')
  return {
    headers: headers.map(([name, value]): Line => [name, Buffer.from(value, 'latin1').toString()]),
    body,
    bodyBase64,
    url,
    dropped,
    ...(publicKey === undefined || isJwk ? {} : { publicKey }),
    ...(isJwk ? { jwk: JSON.parse(publicKey) as Jwk } : {}),
  }
}

/** All schemes that a request may be signed by, the likeliest first. @throws VectorError naming the field that is something else. */
export function detect(request: VectorRequest): readonly Candidate[] {
  return candidatesOf(requestOf(request))
}

/** A request that may be a handshake: its fields themselves, or under `request`; whose it is under `provider` or `scheme`. */
export type VectorHandshake = VectorRequest &
  VectorKeys & {
    readonly provider?: string | null | undefined
    readonly scheme?: string | null | undefined
    readonly request?: VectorRequest | null | undefined
    readonly topics?: readonly string[] | null | undefined
  }

/** What to answer to a sender's check of the address; undefined when it is none. @throws VectorError naming the field that is something else. */
export function handshake(vector: VectorHandshake): HandshakeAnswer | undefined {
  const request = requestOf(checked(vector).request ?? vector)
  const sender = textOf('provider', vector.provider) ?? textOf('scheme', vector.scheme)
  const topics = vector.topics ?? null
  return answerHandshake(request, sender, {
    ...keysOf(vector),
    topics: topics === null ? undefined : textsOf('topics', topics),
  })
}

function schemeOf(vector: Vector): Scheme {
  const { scheme: value } = checked(vector)
  const id = textOf('scheme', value)
  const scheme = id === null ? null : findScheme(id)
  if (scheme === null) throw new RangeError(`There is no signature scheme "${id}".`)
  return scheme
}

type PrivateKey = { readonly privateKey: string; readonly publicKey?: string }

/** What stands before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410). */
const ED25519_PKCS8 = '302e020100300506032b657004220420'

/** Null where a shared secret signs. */
function privateKeyOf({ id, resign }: Scheme, vector: VectorToSign): PrivateKey | null {
  const pairOf = resign === 'test-keys' && isTestKeyScheme(id) ? id : null
  const privateKey = textOf('privateKey', vector.privateKey)
  const seedHex = textOf('privateKeySeedHex', vector.privateKeySeedHex)
  if (privateKey !== null) {
    return pairOf === null ? { privateKey } : withKey('privateKey', 'PEM', () => testKeysOf(pairOf, privateKey))
  }
  if (pairOf === null) return null
  if (seedHex === null) return makeTestKeys(pairOf)
  return withKey('privateKeySeedHex', '32 bytes in hexadecimal digits', () => keysOfSeed(pairOf, seedHex))
}

/** What OpenSSL says of a key that it cannot use, as the field's fault. */
function withKey<Made>(field: string, form: string, make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw new VectorError(field, `a private key as ${form}`, { cause: error })
  }
}

function keysOfSeed(scheme: TestKeyScheme, seedHex: string): PrivateKey {
  // The decoder stops silently at what is no digit, and OpenSSL passes over what comes behind the seed.
  if (!/^[0-9a-f]{64}$/i.test(seedHex)) throw new TypeError('It is not 32 bytes.')
  const key = createPrivateKey({ key: Buffer.from(ED25519_PKCS8 + seedHex, 'hex'), format: 'der', type: 'pkcs8' })
  return testKeysOf(scheme, key.export({ format: 'pem', type: 'pkcs8' }).toString())
}
