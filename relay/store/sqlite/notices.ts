import type { StoreError } from '../store-error.ts'

/** What belongs in the relay's log and is nobody's answer. Times in epoch ms. */
export type StoreNotice =
  | { readonly kind: 'subscription-removed'; readonly bucketId: string; readonly name: string; readonly seenAt: number }
  /** What was stored is not what was written: its requests are announced as missing. */
  | {
      readonly kind: 'item-damaged'
      readonly bucketId: string
      readonly seq: number
      readonly id: string
      readonly error: StoreError
    }
  /** Deleting what nobody needs did not work; the next sweep tries again. */
  | { readonly kind: 'purge-failed'; readonly error: StoreError }
