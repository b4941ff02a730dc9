import type { Database } from 'better-sqlite3'
import { createIdTable } from '../../table.ts'
import type { RelayLog, SubscriptionId } from '../store.ts'
import type { BucketState, StateReader, SubscriptionState } from './bucket-state.ts'
import type { BucketStates } from './bucket-states.ts'
import type { Changes } from './changes.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { FreshItems } from './fresh-items.ts'
import { idBytes } from './item-rows.ts'
import type { ItemPlace, ItemRows } from './item-rows.ts'
import type { Ledger } from './ledger.ts'
import type { PackedItems } from './packed-items.ts'
import type { Removals } from './removals.ts'

/** Acknowledgements of one job, and what each of them counts in its commit: thousands at once would hold up everybody else. */
const ACKS_PER_JOB = 16
const BYTES_PER_ACK = 1024

export type Subscriptions = Pick<RelayLog, 'openSubscription' | 'ack'> & {
  find(id: SubscriptionId): { state: BucketState; subscription: SubscriptionState } | null
  /** Deletes one and frees what only it still needed; inside a transaction. */
  remove(state: BucketState, subscription: SubscriptionState): void
}

type Parts = {
  readonly database: Database
  readonly queue: CommitQueue
  readonly reader: StateReader
  readonly states: BucketStates
  readonly items: ItemRows
  readonly packed: PackedItems
  readonly removals: Removals
  readonly fresh: FreshItems
  readonly ledger: Ledger
  readonly changes: Changes
  readonly now: () => number
}

export function createSubscriptions(parts: Parts): Subscriptions {
  const { database, queue, reader, states, items, packed, removals, fresh, ledger, changes, now } = parts
  const insert = database.prepare('INSERT INTO subscription (bucket, name, acked_to, seen_at) VALUES (?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM subscription WHERE ref = ?')
  const oldestItem = database.prepare<[number], { seq: number }>(
    'SELECT seq FROM item WHERE bucket = ? AND settled_at IS NULL ORDER BY seq LIMIT 1',
  )
  const oldestAgain = database.prepare<[number], { seq: number | null }>(
    'SELECT min(seq) AS seq FROM redelivery WHERE bucket = ?',
  )

  function find({ bucketId, name }: SubscriptionId): { state: BucketState; subscription: SubscriptionState } | null {
    const state = states.get(bucketId)
    const subscription = state?.subscriptions.get(name)
    return state && subscription ? { state, subscription } : null
  }

  function make(state: BucketState, name: string): SubscriptionState {
    removals.flush()
    const listed = packed.seqsAbove(state.ref, 0).next()
    const oldest = [
      oldestItem.get(state.ref)?.seq,
      oldestAgain.get(state.ref)?.seq,
      listed.done === true ? null : listed.value,
    ].filter((seq) => typeof seq === 'number')
    const ackedTo = oldest.length === 0 ? state.lastSeq : Math.min(...oldest) - 1
    const seenAt = now()
    const ref = Number(insert.run(state.ref, name, ackedTo, seenAt).lastInsertRowid)
    const counts = { ackedTo, ackedRun: ackedTo, seenAt, pending: reader.count(state.ref, ackedTo), readTo: 0 }
    const none = { ahead: new Set<number>(), storedAhead: new Set<number>() }
    return { ref, name, ...counts, ...none, handouts: createIdTable(), unsavedHandouts: createIdTable() }
  }

  function touch(state: BucketState, subscription: SubscriptionState): void {
    subscription.seenAt = now()
    changes.subscriptions.set(subscription, state)
  }

  return {
    find,
    async openSubscription({ bucketId, name }) {
      await queue.add(() => {
        const state = states.get(bucketId)
        if (state === null) return
        changes.buckets.add(state)
        const subscription = state.subscriptions.get(name) ?? make(state, name)
        state.subscriptions.set(name, subscription)
        touch(state, subscription)
      })
    },
    async ack(id, ids) {
      const jobs: Promise<void>[] = []
      for (let from = 0; from < ids.length; from += ACKS_PER_JOB) {
        const some = ids.slice(from, from + ACKS_PER_JOB)
        jobs.push(queue.add(() => ackSome(id, some), some.length * BYTES_PER_ACK))
      }
      await Promise.all(jobs)
    },
    remove(state, subscription) {
      changes.buckets.add(state)
      remove.run(subscription.ref)
      state.subscriptions.delete(subscription.name)
      changes.subscriptions.delete(subscription)
      ledger.settleAll(state)
    },
  }

  function ackSome(subscriptionId: SubscriptionId, ids: readonly string[]): void {
    const found = find(subscriptionId)
    if (found === null) return
    touch(found.state, found.subscription)
    for (const text of ids) {
      const place = placeOf(found.state, text)
      if (place?.bucket === found.state.ref) ledger.ack(found.state, found.subscription, place, text)
    }
  }

  function placeOf(state: BucketState, text: string): ItemPlace | undefined {
    const known = fresh.byId(state.ref, text)
    if (known) return known.place
    const id = idBytes(text)
    return id === null ? undefined : items.placeOf(id, state.ref)
  }
}
