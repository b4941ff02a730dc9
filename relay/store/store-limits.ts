import { MIB, UNCOMMITTED_BYTES, UNCOMMITTED_BYTES_PER_REQUEST } from '../../protocol/limits.ts'
import type { BucketSettings } from './store.ts'

/** What a relay sets for all its buckets; a bucket's own settings go before the first five. Sizes in bytes, times in ms. */
export type StoreLimits = {
  /** Items of one bucket that somebody has not acknowledged yet. */
  readonly maxItems: number
  /** Bodies of these items together. */
  readonly maxBytes: number
  readonly ttlMs: number
  readonly overflow: 'refuse' | 'drop-oldest'
  readonly keepAckedMs: number
  /** A subscription unseen for this long holds nothing up, as long as another one of its bucket was seen. */
  readonly deadAfterMs: number
  readonly uncommittedBytes: number
  readonly uncommittedBytesPerRequest: number
  readonly retryAfterSeconds: number
}

const HOUR_MS = 3_600_000

export const DEFAULT_LIMITS: StoreLimits = {
  maxItems: 10_000,
  maxBytes: 1024 * MIB,
  ttlMs: 7 * 24 * HOUR_MS,
  overflow: 'refuse',
  keepAckedMs: 0,
  deadAfterMs: 24 * HOUR_MS,
  uncommittedBytes: UNCOMMITTED_BYTES,
  uncommittedBytesPerRequest: UNCOMMITTED_BYTES_PER_REQUEST,
  retryAfterSeconds: 30,
}

export type BucketLimits = Pick<StoreLimits, 'maxItems' | 'maxBytes' | 'ttlMs' | 'overflow' | 'keepAckedMs'>

/** The limits of one bucket: its own where set, else the relay's. */
export function limitsOfBucket(settings: BucketSettings, limits: StoreLimits): BucketLimits {
  return {
    maxItems: settings.maxItems ?? limits.maxItems,
    maxBytes: settings.maxBytes ?? limits.maxBytes,
    ttlMs: settings.ttlMs ?? limits.ttlMs,
    overflow: settings.overflow ?? limits.overflow,
    keepAckedMs: settings.keepAckedMs ?? limits.keepAckedMs,
  }
}
