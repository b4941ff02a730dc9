import type { Database } from 'better-sqlite3'
import type { SubscriptionId } from '../store.ts'
import type { BucketState, SubscriptionState } from './bucket-state.ts'
import type { BucketStates } from './bucket-states.ts'
import type { CommitQueue } from './commit-queue.ts'
import { idBytes } from './item-rows.ts'
import type { ItemRows } from './item-rows.ts'

const SAVE_AFTER_MS = 1000

/**
 * How often an item was handed out, kept in memory and saved a second later: most are acknowledged by then and need no row.
 */
export type Handouts = {
  note(subscription: SubscriptionState, ids: readonly string[]): void
  /** Saves the last counts, without promising it. Call it before the queue closes. */
  close(): void
}

type Parts = {
  readonly database: Database
  readonly queue: CommitQueue
  readonly states: BucketStates
  readonly items: ItemRows
}

export function createHandouts({ database, queue, states, items }: Parts): Handouts {
  const upsert = database.prepare(
    `INSERT INTO handout (subscription, item, count) VALUES (?, ?, ?)
     ON CONFLICT (subscription, item) DO UPDATE SET count = excluded.count`,
  )
  let timer: NodeJS.Timeout | null = null

  function schedule(): void {
    timer ??= setTimeout(saveInTime, SAVE_AFTER_MS).unref()
  }

  function saveInTime(): void {
    timer = null
    // Nothing is lost but counts, and these are still in memory: the next turn saves them.
    save().catch(schedule)
  }

  async function save(): Promise<void> {
    const jobs: Promise<void>[] = []
    for (const state of states.all()) {
      for (const { name, unsavedHandouts } of state.subscriptions.values()) {
        if (unsavedHandouts.size > 0) jobs.push(saveOf({ bucketId: state.bucket.id, name }))
      }
    }
    await Promise.all(jobs)
  }

  function saveOf({ bucketId, name }: SubscriptionId): Promise<void> {
    return queue.add(() => {
      const state = states.get(bucketId)
      const subscription = state?.subscriptions.get(name)
      if (!state || subscription === undefined) return
      for (const [id] of subscription.unsavedHandouts.entries()) saveOne(state, subscription, id)
    })
  }

  function saveOne(state: BucketState, subscription: SubscriptionState, id: string): void {
    const count = subscription.handouts.get(id)
    const bytes = idBytes(id)
    const place = bytes === null ? undefined : items.placeOf(bytes, state.ref)
    if (count === undefined || place === undefined) subscription.handouts.delete(id)
    else upsert.run(subscription.ref, place.ref, count)
    subscription.unsavedHandouts.delete(id)
  }

  return {
    note(subscription, ids) {
      for (const id of ids) {
        subscription.handouts.set(id, (subscription.handouts.get(id) ?? 0) + 1)
        subscription.unsavedHandouts.set(id, true)
      }
      if (ids.length > 0) schedule()
    },
    close() {
      if (timer !== null) clearTimeout(timer)
      // A disk that is full just now is no reason to fail the stop: without these, counts are lower.
      save().catch(() => undefined)
    },
  }
}
