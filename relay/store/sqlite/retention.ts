import { limitsOfBucket } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import { isAcked } from './bucket-state.ts'
import type { GapDetail } from '../../../protocol/request.ts'
import type { BucketState, SubscriptionState } from './bucket-state.ts'
import type { Gaps } from './gaps.ts'
import type { ItemRow, ItemRows } from './item-rows.ts'
import type { Ledger } from './ledger.ts'

export type Retention = {
  /** Makes room for one more item. False: the bucket is full of what somebody alive still needs. Runs inside a transaction. */
  admit(state: BucketState, bodyBytes: number): boolean
  /** Takes an item out and announces it to those who had not acknowledged it. */
  drop(state: BucketState, row: ItemRow, reason: GapDetail['reason']): void
  /** Subscriptions whose acknowledgements are not waited for. */
  dead(state: BucketState): SubscriptionState[]
}

type Parts = {
  readonly items: ItemRows
  readonly ledger: Ledger
  readonly gaps: Gaps
  readonly limits: StoreLimits
  readonly now: () => number
}

export function createRetention({ items, ledger, gaps, limits, now }: Parts): Retention {
  function hasRoom(state: BucketState, bodyBytes: number): boolean {
    const { maxItems, maxBytes } = limitsOfBucket(state.bucket.settings, limits)
    // One body larger than the whole bucket may have it for itself: refusing it would never end.
    const hasBytes = state.waitingBytes + bodyBytes <= maxBytes || state.waitingItems === 0
    return state.waitingItems < maxItems && hasBytes
  }

  function drop(state: BucketState, row: ItemRow, reason: GapDetail['reason']): void {
    gaps.note(state, waitedFor(state, row), row, reason)
    ledger.remove(state, row)
  }

  function waitedFor(state: BucketState, row: ItemRow): SubscriptionState[] {
    return [...state.subscriptions.values()].filter((subscription) => !isAcked(subscription, row.seq))
  }

  /** Drops the oldest of what `isNeeded` lets go, up to a seq, until there is room. */
  function makeRoom(state: BucketState, bodyBytes: number, upToSeq: number, isNeeded: (seq: number) => boolean): void {
    let aboveSeq = 0
    while (!hasRoom(state, bodyBytes)) {
      const row = firstFree(state, aboveSeq, upToSeq, isNeeded)
      if (row === null) return
      aboveSeq = row.seq
      drop(state, row, 'overflow')
    }
  }

  // One at a time: SQLite takes no writes while rows are being read one by one.
  function firstFree(
    state: BucketState,
    aboveSeq: number,
    upToSeq: number,
    isNeeded: (seq: number) => boolean,
  ): ItemRow | null {
    for (const row of items.waiting(state.ref, aboveSeq)) {
      if (row.seq > upToSeq) return null
      if (row.kind !== 'gap' && !isNeeded(row.seq)) return row
    }
    return null
  }

  /** Pushes out what only the dead still need. */
  function forgetTheDead(state: BucketState, bodyBytes: number): void {
    const gone = dead(state)
    if (gone.length === 0) return
    const living = [...state.subscriptions.values()].filter((subscription) => !gone.includes(subscription))
    // Above this nothing can have been acknowledged by all of them: a full bucket is judged without reading it through.
    const upToSeq = Math.min(...living.map(lastAcked))
    makeRoom(state, bodyBytes, upToSeq, (seq) => living.some((subscription) => !isAcked(subscription, seq)))
  }

  function dead(state: BucketState): SubscriptionState[] {
    const since = now() - limits.deadAfterMs
    const all = [...state.subscriptions.values()]
    return all.some(({ seenAt }) => seenAt > since) ? all.filter(({ seenAt }) => seenAt <= since) : []
  }

  return {
    admit(state, bodyBytes) {
      if (hasRoom(state, bodyBytes)) return true
      forgetTheDead(state, bodyBytes)
      if (limitsOfBucket(state.bucket.settings, limits).overflow === 'drop-oldest') {
        makeRoom(state, bodyBytes, state.lastSeq, () => false)
      }
      return hasRoom(state, bodyBytes)
    },
    drop,
    dead,
  }
}

function lastAcked({ ackedTo, ahead }: SubscriptionState): number {
  let last = ackedTo
  for (const seq of ahead) last = Math.max(last, seq)
  return last
}
