import type { KeepLimits } from '../../protocol/settings.ts'
import { countOf, formatBytes } from './bytes.ts'

/** "Kept: 30 days, 5.0 GB at most". */
export function describeLimits({ days, bytes, count }: KeepLimits): string {
  const limits = [
    ...(days === null ? [] : [countOf(days, 'day')]),
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    ...(count === null ? [] : [countOf(count, 'request')]),
  ]
  return limits.length === 0 ? 'Kept without limit' : `Kept: ${limits.join(', ')} at most`
}
