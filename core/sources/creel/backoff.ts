import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS } from '../../../protocol/limits.ts'

/**
 * How long to wait after this many failures in a row, in ms: full jitter, so that a thousand agents of a relay that comes back do not come at once.
 * `random` is in [0, 1).
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.max(0, failures - 1))
  return Math.round(random * ceiling)
}
