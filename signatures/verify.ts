import { timingSafeEqual } from 'node:crypto'
import { computeDigest } from './digest.ts'
import { isHexDigest, readSignatureHeader, type ReadHeader } from './read-header.ts'
import type { Line, Scheme } from './scheme.ts'
import { findScheme, schemes } from './schemes.ts'

/** A scheme that a request's header lines speak of. `headerNames` are those present, as the sender wrote them; the one that is judged comes first. */
export type DetectedScheme = { readonly id: string; readonly name: string; readonly headerNames: readonly string[] }

/** Which known sender's signature a request carries, told by its header lines alone; null when none. */
export function detectScheme(lines: readonly Line[]): DetectedScheme | null {
  for (const scheme of schemes) {
    const present = scheme.headers.flatMap(({ name }) =>
      lines.filter(([written]) => written.toLowerCase() === name.toLowerCase()).map(([written]) => written),
    )
    if (present.length > 0) return { id: scheme.id, name: scheme.name, headerNames: [...new Set(present)] }
  }
  return null
}

export type VerifyInput = {
  readonly scheme: string
  readonly headers: readonly Line[]
  /** Raw bytes as received: a signature covers them, so nothing may parse and re-encode. */
  readonly body: Uint8Array
  /** Tried one after the other. */
  readonly secrets: readonly string[]
  /** The moment that a signed timestamp is judged against, epoch ms. */
  readonly receivedAt: number
}

export type FailureReason =
  | 'header-missing'
  | 'header-malformed'
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'timestamp-out-of-tolerance'
  | 'mismatch'

export type Verdict = {
  /** As people write it: HMAC-SHA-256. */
  readonly algorithm: string
  /** Seconds between the signed timestamp and the receipt, where one is signed. */
  readonly ageSeconds: number | null
} & (
  | { readonly ok: true; /** Which of the secrets it was. */ readonly secretIndex: number }
  | { readonly ok: false; readonly code: FailureReason; /** One sentence to act on. */ readonly reason: string }
)

/**
 * Judges a request's signature in constant time over the raw bytes.
 * @throws RangeError for a scheme that is not in the table.
 */
export function verifyRequest(input: VerifyInput): Verdict {
  const scheme = findScheme(input.scheme)
  if (scheme === null) throw new RangeError(`There is no signature scheme "${input.scheme}".`)
  const read = readSignatureHeader(scheme, input.headers)
  if (read === null) {
    const wanted = scheme.headers[0]?.name ?? 'signature header'
    return { ok: false, algorithm: 'none', ageSeconds: null, code: 'header-missing', reason: `No ${wanted}.` }
  }
  const age = readAge(scheme, read, input.receivedAt)
  const told = { algorithm: algorithmName(read), ageSeconds: age.kind === 'age' ? age.seconds : null }
  if (age.kind === 'problem') return { ok: false, ...told, code: age.code, reason: age.reason }
  const digests = read.digests.filter((digest) => isHexDigest(read.header, digest))
  if (digests.length === 0) {
    return { ok: false, ...told, code: 'header-malformed', reason: describeShape(read) }
  }
  const secretIndex = input.secrets.findIndex((secret) => matches(scheme, read, digests, { ...input, secret }))
  if (secretIndex === -1) {
    const reason =
      'It does not match this secret: either the secret is another one, or the body was changed on its way.'
    return { ok: false, ...told, code: 'mismatch', reason }
  }
  const limit = scheme.toleranceSeconds
  if (limit !== null && age.kind === 'age' && Math.abs(age.seconds) > limit) {
    const reason = `It matches, but its timestamp is ${describeAge(age.seconds)}; ${scheme.name} allows ${limit} s.`
    return { ok: false, ...told, code: 'timestamp-out-of-tolerance', reason }
  }
  return { ok: true, ...told, secretIndex }
}

function matches(
  scheme: Scheme,
  read: ReadHeader,
  digests: readonly string[],
  { body, secret }: { readonly body: Uint8Array; readonly secret: string },
): boolean {
  const expected = computeDigest(scheme, read.header, { body, timestamp: read.timestamp, secret })
  // Every candidate is compared, so that time does not tell which one it was.
  return digests.map((digest) => timingSafeEqual(Buffer.from(digest, 'hex'), expected)).includes(true)
}

type Age =
  | { readonly kind: 'none' }
  | { readonly kind: 'age'; readonly seconds: number }
  | { readonly kind: 'problem'; readonly code: FailureReason; readonly reason: string }

function readAge(scheme: Scheme, read: ReadHeader, receivedAt: number): Age {
  if (scheme.toleranceSeconds === null) return { kind: 'none' }
  if (read.timestamp === null) {
    return { kind: 'problem', code: 'timestamp-missing', reason: `${read.header.name} has no timestamp.` }
  }
  if (!/^\d{1,15}$/.test(read.timestamp)) {
    const reason = `The timestamp in ${read.header.name} is not a number of seconds.`
    return { kind: 'problem', code: 'timestamp-malformed', reason }
  }
  return { kind: 'age', seconds: Math.round(receivedAt / 1000 - Number(read.timestamp)) }
}

function describeAge(seconds: number): string {
  return seconds >= 0 ? `${seconds} s old` : `${-seconds} s ahead of this clock`
}

function algorithmName({ header }: ReadHeader): string {
  return `HMAC-${header.algorithm.replace('sha', 'SHA-')}`
}

function describeShape({ header }: ReadHeader): string {
  const { format } = header
  const shape =
    format.kind === 'prefix'
      ? `${format.prefix}<hex digits>`
      : `${format.timestampKey}=<seconds>${format.separator}${format.signatureKey}=<hex digits>`
  return `${header.name} does not have the form ${shape}.`
}
