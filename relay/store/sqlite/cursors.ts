import type { Database } from 'better-sqlite3'
import type { BucketState, SubscriptionState } from './bucket-state.ts'
import type { FreshItems } from './fresh-items.ts'
import type { PackedItems } from './packed-items.ts'

/** Writes what a transaction did to subscriptions: once at its end, so that acknowledgements in order cost one row, however many they are. */
export type Cursors = {
  save(state: BucketState, subscription: SubscriptionState): void
}

export function createCursors(database: Database, fresh: FreshItems, packed: PackedItems): Cursors {
  const update = database.prepare('UPDATE subscription SET acked_to = ?, seen_at = ? WHERE ref = ?')
  const insertAhead = database.prepare('INSERT INTO ack_ahead (subscription, seq) VALUES (?, ?)')
  const deleteAhead = database.prepare('DELETE FROM ack_ahead WHERE subscription = ? AND seq = ?')
  const waitingSeqs = database.prepare<[number, number], { seq: number }>(
    'SELECT seq FROM item WHERE bucket = ? AND seq > ? AND settled_at IS NULL ORDER BY seq',
  )
  const againSeqs = database.prepare<[number, number], { seq: number }>(
    'SELECT seq FROM redelivery WHERE bucket = ? AND seq > ? ORDER BY seq',
  )

  /** The oldest entry that this subscription has not acknowledged, null when there is none. */
  function firstUnacked(state: BucketState, subscription: SubscriptionState): number | null {
    if (subscription.pending === 0) return null
    const from = Math.max(subscription.ackedTo, subscription.ackedRun)
    // The usual case, an agent that keeps up, needs no search.
    if (!subscription.ahead.has(from + 1) && fresh.bySeq(state.ref, from + 1)) return from + 1
    const found: number[] = []
    const isUnacked = (seq: number): boolean => !subscription.ahead.has(seq)
    for (const select of state.redeliveries === 0 ? [waitingSeqs] : [waitingSeqs, againSeqs]) {
      for (const { seq } of select.iterate(state.ref, from)) if (isUnacked(seq) && found.push(seq)) break
    }
    for (const seq of packed.seqsAbove(state.ref, from)) if (isUnacked(seq) && found.push(seq)) break
    return found.length === 0 ? null : Math.min(...found)
  }

  return {
    save(state, subscription) {
      const first = firstUnacked(state, subscription)
      subscription.ackedTo = Math.max(subscription.ackedTo, first === null ? state.lastSeq : first - 1)
      subscription.ackedRun = subscription.ackedTo
      const { ref, ahead, storedAhead, ackedTo, seenAt } = subscription
      for (const seq of ahead) if (seq <= ackedTo) ahead.delete(seq)
      update.run(ackedTo, seenAt, ref)
      for (const seq of storedAhead) {
        if (ahead.has(seq)) continue
        deleteAhead.run(ref, seq)
        storedAhead.delete(seq)
      }
      for (const seq of ahead) {
        if (storedAhead.has(seq)) continue
        insertAhead.run(ref, seq)
        storedAhead.add(seq)
      }
    },
  }
}
