import type { AdminChange } from '../store.ts'
import type { BucketState, SubscriptionState } from './bucket-state.ts'
import type { GapDraft } from './gaps.ts'

/** What the running transaction has touched, for the work at its end. Emptied before the next one. */
export type Changes = {
  readonly buckets: Set<BucketState>
  readonly subscriptions: Map<SubscriptionState, BucketState>
  readonly gaps: Map<string, GapDraft>
  /** Buckets that got new entries, by id. */
  readonly added: Set<string>
  readonly admin: AdminChange[]
  /** Buckets, inputs or tokens were changed: after a rollback all of them are read again. */
  isAdminTouched: boolean
  readonly freedBodies: Buffer[]
  readonly freedBuckets: number[]
}

export function createChanges(): Changes {
  return {
    buckets: new Set(),
    subscriptions: new Map(),
    gaps: new Map(),
    added: new Set(),
    admin: [],
    isAdminTouched: false,
    freedBodies: [],
    freedBuckets: [],
  }
}

export function clearChanges(changes: Changes): void {
  changes.buckets.clear()
  changes.subscriptions.clear()
  changes.gaps.clear()
  changes.added.clear()
  changes.admin.length = 0
  changes.isAdminTouched = false
  changes.freedBodies.length = 0
  changes.freedBuckets.length = 0
}
