import type { Database } from 'better-sqlite3'
import { v7 } from 'uuid'
import { limitsOfBucket } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import { isAcked } from './bucket-state.ts'
import type { BucketState, SubscriptionState } from './bucket-state.ts'
import type { Changes } from './changes.ts'
import { MOST_FRESH_OF_BUCKET, type FreshItems } from './fresh-items.ts'
import { idText } from './item-rows.ts'
import type { ItemKind, ItemPlace, ItemRow, ItemRows, StoredHead } from './item-rows.ts'
import { createRandomPool } from './random-pool.ts'
import type { Removals } from './removals.ts'

export type NewItem = {
  readonly kind: ItemKind
  readonly receivedAt: number
  readonly head: StoredHead
  readonly bodyBytes: number
  readonly sha256: Buffer
} & ({ readonly body: Uint8Array; readonly bodyId: null } | { readonly body: null; readonly bodyId: Buffer })

export type Appended = { readonly ref: number; readonly id: Buffer; readonly text: string; readonly seq: number }

/** Entries of the log coming, being acknowledged and going, with the counts kept right. Everything here runs inside a transaction. */
export type Ledger = {
  append(state: BucketState, item: NewItem): Appended
  /** A further entry for an item that is there. */
  appendAgain(state: BucketState, row: ItemRow): void
  /** Settles all entries of the item for this subscription; `text` is its id. */
  ack(state: BucketState, subscription: SubscriptionState, row: ItemPlace, text: string): void
  /** Settles what every subscription has acknowledged, after one of them went. */
  settleAll(state: BucketState): void
  /** Takes an item with all its entries out of the log, acknowledged or not. */
  remove(state: BucketState, row: ItemRow): void
  /** Takes one further entry out, and its item when nothing else keeps that. */
  settleAgain(state: BucketState, seq: number, row: ItemRow): void
}

type Parts = {
  readonly database: Database
  readonly items: ItemRows
  readonly removals: Removals
  readonly fresh: FreshItems
  readonly changes: Changes
  readonly limits: StoreLimits
  readonly now: () => number
}

const ID_BYTES = 16

export function createLedger({ database, items, removals, fresh, changes, limits, now }: Parts): Ledger {
  const nextRandom = createRandomPool(ID_BYTES)
  const insertAgain = database.prepare('INSERT INTO redelivery (bucket, seq, item, requested_at) VALUES (?, ?, ?, ?)')
  const selectAgain = database.prepare<[number], { seq: number }>(
    'SELECT seq FROM redelivery WHERE item = ? ORDER BY seq',
  )
  const selectAllAgain = database.prepare<[number], { seq: number; item: number }>(
    'SELECT seq, item FROM redelivery WHERE bucket = ? ORDER BY seq',
  )
  const deleteAgain = database.prepare('DELETE FROM redelivery WHERE bucket = ? AND seq = ?')
  const settleItem = database.prepare('UPDATE item SET settled_at = ? WHERE ref = ?')

  function place(state: BucketState, kind: ItemKind, bodyBytes: number): number {
    state.lastSeq += 1
    if (kind !== 'gap') {
      state.waitingItems += 1
      state.waitingBytes += bodyBytes
    }
    for (const subscription of state.subscriptions.values()) subscription.pending += 1
    changes.buckets.add(state)
    changes.added.add(state.bucket.id)
    return state.lastSeq
  }

  function uncount(state: BucketState, kind: ItemKind, bodyBytes: number): void {
    changes.buckets.add(state)
    if (kind === 'gap') return
    state.waitingItems -= 1
    state.waitingBytes -= bodyBytes
  }

  function forget(state: BucketState, seq: number): void {
    for (const subscription of state.subscriptions.values()) {
      if (!isAcked(subscription, seq)) subscription.pending -= 1
      else if (!subscription.ahead.delete(seq)) continue
      changes.subscriptions.set(subscription, state)
    }
  }

  function againSeqs(state: BucketState, row: ItemPlace): number[] {
    return state.redeliveries === 0 ? [] : selectAgain.all(row.ref).map(({ seq }) => seq)
  }

  function free(state: BucketState, row: ItemPlace, text: string): void {
    removals.add(row)
    fresh.forget(state.ref, row.seq)
    if (row.bodyId !== null) changes.freedBodies.push(row.bodyId)
    for (const [key, gap] of state.openGaps) if (gap.ref === row.ref) state.openGaps.delete(key)
    for (const subscription of state.subscriptions.values()) forgetHandouts(subscription, text)
  }

  function isDone(state: BucketState, seq: number): boolean {
    for (const subscription of state.subscriptions.values()) if (!isAcked(subscription, seq)) return false
    return state.subscriptions.size > 0
  }

  function settle(state: BucketState, row: ItemPlace, text: string): void {
    forget(state, row.seq)
    uncount(state, row.kind, row.bodyBytes)
    const isKept = limitsOfBucket(state.bucket.settings, limits).keepAckedMs > 0 && row.kind !== 'gap'
    if (!isKept && againSeqs(state, row).length === 0) return free(state, row, text)
    fresh.forget(state.ref, row.seq)
    items.giveRow(row.ref)
    settleItem.run(now(), row.ref)
  }

  function removeAgain(state: BucketState, seq: number, row: ItemPlace): void {
    forget(state, seq)
    uncount(state, row.kind, row.bodyBytes)
    state.redeliveries -= 1
    deleteAgain.run(row.bucket, seq)
  }

  function settleAgain(state: BucketState, seq: number, row: ItemPlace): void {
    removeAgain(state, seq, row)
    const isKept = limitsOfBucket(state.bucket.settings, limits).keepAckedMs > 0
    const isSettled = items.byRef(row.ref)?.settledAt !== null
    if (isSettled && !isKept && againSeqs(state, row).length === 0) free(state, row, idText(row.id))
  }

  /** Whether a subscription that keeps up has not read this entry yet. */
  function isReadSoon(state: BucketState, seq: number): boolean {
    for (const { readTo } of state.subscriptions.values()) {
      if (readTo < seq && state.lastSeq - readTo <= MOST_FRESH_OF_BUCKET) return true
    }
    return false
  }

  return {
    settleAgain,
    append(state, { kind, receivedAt, head, bodyBytes, sha256, body, bodyId }) {
      const seq = place(state, kind, bodyBytes)
      const id = v7({ msecs: now(), random: nextRandom() }, Buffer.allocUnsafe(ID_BYTES))
      const item = { id, bucket: state.ref, seq, kind, receivedAt, bodyBytes, sha256, bodyId }
      const stored = items.insert(item, head, body)
      const text = idText(id)
      if (kind === 'request' && body !== null && isReadSoon(state, seq)) fresh.add(text, stored, item, head, body)
      return { ref: stored.ref, id, text, seq }
    },
    appendAgain(state, row) {
      items.giveRow(row.ref)
      insertAgain.run(state.ref, place(state, row.kind, row.bodyBytes), row.ref, now())
      state.redeliveries += 1
    },
    ack(state, subscription, row, text) {
      forgetHandouts(subscription, text)
      const seqs = againSeqs(state, row)
      for (const seq of row.settledAt === null ? [row.seq, ...seqs] : seqs) {
        if (isAcked(subscription, seq)) continue
        subscription.pending -= 1
        subscription.ahead.add(seq)
        if (seq === subscription.ackedRun + 1) subscription.ackedRun = seq
        changes.subscriptions.set(subscription, state)
        if (!isDone(state, seq)) {
          if (!isReadSoon(state, seq)) fresh.forget(state.ref, seq)
          continue
        }
        if (seq === row.seq) settle(state, row, text)
        else settleAgain(state, seq, row)
      }
    },
    settleAll(state) {
      const done = [...items.waiting(state.ref, 0)].filter((row) => isDone(state, row.seq))
      for (const row of done) settle(state, row, idText(row.id))
      for (const { seq, item } of selectAllAgain.all(state.ref)) {
        const row = items.byRef(item)
        if (row !== undefined && isDone(state, seq)) settleAgain(state, seq, row)
      }
    },
    remove(state, row) {
      for (const seq of againSeqs(state, row)) removeAgain(state, seq, row)
      if (row.settledAt === null) {
        forget(state, row.seq)
        uncount(state, row.kind, row.bodyBytes)
      }
      free(state, row, idText(row.id))
    },
  }
}

function forgetHandouts(subscription: SubscriptionState, id: string): void {
  if (subscription.handouts.delete(id)) subscription.unsavedHandouts.delete(id)
}
