import type { SignatureReport } from '../../../../protocol/signature.ts'
import { formatDuration } from '../../../format/duration.ts'

export type Signed = Exclude<SignatureReport, { state: 'none' }>
export type Failed = Extract<Signed, { state: 'failed' }>
export type Judged = Extract<Signed, { state: 'verified' | 'failed' }>

/** What fits beside "Failed": the whole sentence stands at the line. First the codes that differ from their family. */
const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^edited-here$/, 'edited here'],
  [/^other-secret$/, 'another secret'],
  [/^other-scheme$/, 'another scheme'],
  [/^(timestamp-out-of-tolerance|expired)$/, 'too old'],
  [/^timestamp-/, 'timestamp'],
  [/^secret-/, 'secret miswritten'],
  [/^body-/, 'body changed'],
  [/^(url-|needs-url)/, 'URL differs'],
  [/^(algorithm|encoding)-/, 'another algorithm'],
  [/^key-/, 'key'],
  [/^(unsigned|header-missing)$/, 'not signed'],
  [/^(header-|missing-prefix|wrong-|id-missing|covered-)/, 'line malformed'],
  [/^mismatch$/, 'secret or body'],
]

export function shortReason({ code, ageSeconds }: Failed): string {
  if (code === 'timestamp-out-of-tolerance' && ageSeconds !== null && ageSeconds < 0) return 'from the future'
  return SHORT.find(([pattern]) => pattern.test(code))?.[1] ?? ''
}

/** A channel that writes bodies anew leaves nothing to be checked: that is no failure of the sender's. */
export function isUncheckable(signature: Signed): boolean {
  return signature.state === 'failed' && signature.code === 'channel-rewrote-body'
}

export function formatAge(seconds: number): string {
  const size = Math.abs(seconds)
  return size < 10 ? `${Number(size.toFixed(1))} s` : formatDuration(size * 1000)
}

/** "0.9 s old, Stripe allows 300 s". */
export function ageWords({ ageSeconds, allowedSeconds, schemeName }: Judged): string | null {
  if (ageSeconds === null) return null
  const age =
    ageSeconds < 0 ? `${formatAge(ageSeconds)} ahead of the receipt` : `${formatAge(ageSeconds)} old at receipt`
  return allowedSeconds === null ? age : `${age}, ${schemeName} allows ${allowedSeconds} s`
}

/** "SHA-256" of "HMAC-SHA256" and the like: what is left to tell in a narrow place. */
export function shortAlgorithm(algorithm: string): string {
  return algorithm.replace(/^hmac[-_ ]?/i, '').replace(/^sha-?(\d+)$/i, 'SHA-$1')
}

const SAME_CHARS = 8
const OTHER_HEAD = 10
const OTHER_TAIL = 4

/** A signature cut to what can be compared by eye: what both begin with, and how it goes on. */
export function comparedText(
  value: string,
  other: string | undefined,
): { readonly same: string; readonly rest: string } {
  let at = 0
  if (other !== undefined) while (at < value.length && value[at] === other[at]) at += 1
  if (other === undefined || at === value.length) return { same: shortened(value), rest: '' }
  const same = value.slice(0, at)
  return {
    same: same.length > 2 * SAME_CHARS ? `${same.slice(0, SAME_CHARS)}…${same.slice(-SAME_CHARS)}` : same,
    rest: shortened(value.slice(at)),
  }
}

function shortened(text: string): string {
  if (text.length <= OTHER_HEAD + OTHER_TAIL + 1) return text
  return `${text.slice(0, OTHER_HEAD)}…${text.slice(-OTHER_TAIL)}`
}
