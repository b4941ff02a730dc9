import { candidatesOf } from './detect.ts'
import type { Judgement, Keys, Line } from './scheme.ts'
import { findScheme } from './schemes.ts'

/** A scheme that a request's header lines speak of. `headerNames` are those present, as the sender wrote them; the one that is judged comes first. */
export type DetectedScheme = { readonly id: string; readonly name: string; readonly headerNames: readonly string[] }

/** Which known sender's signature a request carries, told by its header lines alone; null when none is likely. */
export function detectScheme(lines: readonly Line[]): DetectedScheme | null {
  const [first] = candidatesOf({ headers: lines, body: null })
  if (first === undefined || first.certainty === 'possible') return null
  return { id: first.scheme, name: first.name, headerNames: first.headerNames }
}

export type VerifyInput = Partial<Keys> & {
  readonly scheme: string
  readonly headers: readonly Line[]
  /** Raw bytes as received: a signature covers them, so nothing may parse and re-encode. */
  readonly body: Uint8Array
  /** Tried one after the other. */
  readonly secrets: readonly string[]
  /** The moment that a signed timestamp is judged against, epoch ms; null: its age is not judged. */
  readonly receivedAt: number | null
  /** Seconds, instead of what the scheme allows. */
  readonly toleranceSeconds?: number | undefined
  /** POST when left out. */
  readonly method?: string | undefined
  /** Full, as the sender used it; for schemes that sign it. */
  readonly url?: string | null | undefined
}

/** A judgement, and the seconds between the signed timestamp and the receipt, where one is signed. */
export type Verdict = Judgement & { readonly ageSeconds: number | null }

/**
 * Judges a request's signature in constant time over the raw bytes.
 * @throws RangeError for a scheme that is not known.
 */
export function verifyRequest(input: VerifyInput): Verdict {
  const scheme = findScheme(input.scheme)
  if (scheme === null) throw new RangeError(`There is no signature scheme "${input.scheme}".`)
  const judgement = scheme.judge({
    method: input.method ?? 'POST',
    url: input.url ?? null,
    headers: input.headers,
    body: input.body,
    receivedAt: input.receivedAt,
    toleranceSeconds: input.toleranceSeconds,
    keys: input,
  })
  const age = judgement.stamp?.ageSeconds ?? null
  return { ...judgement, ageSeconds: age === null ? null : Math.round(age) }
}
