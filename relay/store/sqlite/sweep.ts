import type { Database } from 'better-sqlite3'
import { MIB } from '../../../protocol/limits.ts'
import { limitsOfBucket } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import type { BucketState } from './bucket-state.ts'
import type { BucketStates } from './bucket-states.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { ItemRow, ItemRows } from './item-rows.ts'
import type { Ledger } from './ledger.ts'
import type { StoreNotice } from './notices.ts'
import type { Purge } from './purge.ts'
import type { Retention } from './retention.ts'
import type { Subscriptions } from './subscriptions.ts'

// What one commit takes: more would make requests wait.
const ITEMS_AT_ONCE = 200
const BYTES_AT_ONCE = 4 * MIB
const VACUUM_PAGES = 256

type Parts = {
  readonly database: Database
  readonly queue: CommitQueue
  readonly states: BucketStates
  readonly items: ItemRows
  readonly ledger: Ledger
  readonly retention: Retention
  readonly subscriptions: Subscriptions
  readonly purge: Purge
  readonly limits: StoreLimits
  readonly now: () => number
  readonly notify: (notice: StoreNotice) => void
}

/** Expiry, and freeing what is kept for nobody, in pieces. */
export function createSweep(parts: Parts): () => Promise<void> {
  const { database, queue, states, items, ledger, retention, subscriptions, purge, limits, now, notify } = parts
  const selectSettled = database.prepare<[number, number, number], { ref: number }>(
    `SELECT ref FROM item WHERE bucket = ? AND settled_at <= ?
       AND NOT EXISTS (SELECT 1 FROM redelivery WHERE redelivery.item = item.ref) LIMIT ?`,
  )
  const selectOldAgain = database.prepare<[number, number, number], { seq: number; item: number }>(
    'SELECT seq, item FROM redelivery WHERE bucket = ? AND requested_at < ? ORDER BY seq LIMIT ?',
  )

  /** Runs `step` for a bucket in one commit after another until it says that nothing is left. */
  async function repeat(bucketId: string, step: (state: BucketState) => boolean): Promise<void> {
    for (;;) {
      const hasMore = await queue.add(() => {
        const state = states.get(bucketId)
        return state !== null && step(state)
      })
      if (!hasMore) return
    }
  }

  function cutoff(state: BucketState): number {
    return now() - limitsOfBucket(state.bucket.settings, limits).ttlMs
  }

  /**
   * The oldest expired entries. Stops at the first one that is not: after the clock was set back, those behind it expire with it.
   * A gap does not expire by itself, or its loss would have to be announced; it becomes part of the next one.
   */
  function expiredRows(state: BucketState): ItemRow[] {
    const before = cutoff(state)
    const rows: ItemRow[] = []
    let bytes = 0
    for (const row of items.waiting(state.ref, 0)) {
      if (row.receivedAt >= before) {
        if (row.kind === 'gap') continue
        break
      }
      bytes += row.bodyBytes
      rows.push(row)
      if (rows.length >= ITEMS_AT_ONCE || bytes > BYTES_AT_ONCE) break
    }
    return rows.some(({ kind }) => kind !== 'gap') ? rows : []
  }

  function expire(state: BucketState): boolean {
    const rows = expiredRows(state)
    for (const row of rows) retention.drop(state, row, 'expired')
    return rows.length > 0
  }

  /** What was to be handed out again and was not fetched in time: it was handed out before, so nothing is missed. */
  function expireAgain(state: BucketState): boolean {
    const entries = state.redeliveries === 0 ? [] : selectOldAgain.all(state.ref, cutoff(state), ITEMS_AT_ONCE)
    for (const { seq, item } of entries) {
      const row = items.byRef(item)
      if (row !== undefined) ledger.settleAgain(state, seq, row)
    }
    return entries.length > 0
  }

  function freeSettled(state: BucketState): boolean {
    const { keepAckedMs } = limitsOfBucket(state.bucket.settings, limits)
    const refs = selectSettled.all(state.ref, now() - keepAckedMs, ITEMS_AT_ONCE)
    for (const { ref } of refs) {
      const row = items.byRef(ref)
      if (row !== undefined) ledger.remove(state, row)
    }
    return refs.length > 0
  }

  async function dropDead(bucketId: string): Promise<void> {
    const dropped = await queue.add(() => {
      const state = states.get(bucketId)
      const gone = state === null ? [] : retention.dead(state).filter(({ seenAt }) => seenAt < cutoff(state))
      for (const subscription of gone) if (state !== null) subscriptions.remove(state, subscription)
      return gone
    })
    for (const { name, seenAt } of dropped) notify({ kind: 'subscription-removed', bucketId, name, seenAt })
  }

  function vacuum(): void {
    const free = Number(database.pragma('freelist_count', { simple: true }))
    const all = Number(database.pragma('page_count', { simple: true }))
    if (free > VACUUM_PAGES && free * 4 > all) database.pragma(`incremental_vacuum(${VACUUM_PAGES})`)
  }

  return async () => {
    for (const id of [...states.all()].map(({ bucket }) => bucket.id)) {
      await dropDead(id)
      await repeat(id, expire)
      await repeat(id, expireAgain)
      await repeat(id, freeSettled)
    }
    purge.resume()
    await queue.add(vacuum)
  }
}
