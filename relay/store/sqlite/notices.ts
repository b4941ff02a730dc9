import type { StoreError } from '../store-error.ts'

/** What belongs in the relay's log and is nobody's answer. Times in epoch ms. */
export type StoreNotice =
  | { readonly kind: 'subscription-removed'; readonly bucketId: string; readonly name: string; readonly seenAt: number }
  /** Deleting what nobody needs did not work; the next sweep tries again. */
  | { readonly kind: 'purge-failed'; readonly error: StoreError }
