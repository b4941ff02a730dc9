import { timingSafeEqual } from 'node:crypto'
import type { Call, Evidence, FailureCode, Judgement, SecretEncoding, Stamp } from './scheme.ts'
import { describeAge, isFresh } from './timestamps.ts'

/** What is known before the verdict. */
export type Known = { readonly algorithm: string; readonly stamp: Stamp | null; readonly evidence: () => Evidence }

const NO_EVIDENCE: Evidence = { signed: null, expected: [], received: [] }

/** Nothing is known but the algorithm. */
export function knownAlgorithm(algorithm: string): Known {
  return { algorithm, stamp: null, evidence: () => NO_EVIDENCE }
}

export function failed(known: Known, code: FailureCode, reason: string, keyUrl?: string): Judgement {
  // Named one by one: what is known may be a verdict that held until now.
  const { algorithm, stamp, evidence } = known
  return { ok: false, code, reason, algorithm, stamp, evidence, ...(keyUrl === undefined ? {} : { keyUrl }) }
}

export function mismatch(known: Known): Judgement {
  const reason = 'It does not match this secret: either the secret is another one, or the body was changed on its way.'
  return failed(known, 'mismatch', reason)
}

/** A signature that matches, which may still be too old. `tolerance` in seconds is the scheme's own; the call's goes before. */
export function matched(
  call: Call,
  known: Known,
  found: { readonly secretIndex: number; readonly secretForm: SecretEncoding },
  limit: { readonly name: string; readonly tolerance: number | null; readonly oneSided?: boolean | undefined },
): Judgement {
  const seconds = call.toleranceSeconds ?? limit.tolerance
  if (isFresh(known.stamp, seconds, limit.oneSided)) {
    const { secretIndex, secretForm } = found
    return {
      ok: true,
      secretIndex,
      secretForm,
      algorithm: known.algorithm,
      stamp: known.stamp,
      evidence: known.evidence,
    }
  }
  const age = describeAge(known.stamp?.ageSeconds ?? 0)
  return failed(
    known,
    'timestamp-out-of-tolerance',
    `It matches, but its timestamp is ${age}; ${limit.name} allows ${seconds} s.`,
  )
}

/** Whether two byte strings are the same, in a time that tells only about their lengths. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** `HMAC-SHA-256`. */
export function macName(algorithm: string): string {
  return `HMAC-${hashName(algorithm)}`
}

/** `SHA-256`. */
export function hashName(algorithm: string): string {
  return algorithm.replace('sha', 'SHA-')
}
