import type { Database } from 'better-sqlite3'
import type { SubscriptionId } from '../store.ts'
import type { SubscriptionState } from './bucket-state.ts'
import type { BucketStates } from './bucket-states.ts'
import type { CommitQueue } from './commit-queue.ts'
import { idBytes } from './item-rows.ts'

const SAVE_AFTER_MS = 1000

/**
 * How often an item was handed out, kept in memory and saved a second later: most are acknowledged by then and need no row.
 */
export type Handouts = {
  note(subscription: SubscriptionState, ids: readonly string[]): void
  /** Saves the last counts, without promising it. Call it before the queue closes. */
  close(): void
}

type Parts = { readonly database: Database; readonly queue: CommitQueue; readonly states: BucketStates }

export function createHandouts({ database, queue, states }: Parts): Handouts {
  const upsert = database.prepare(
    `INSERT INTO handout (subscription, item, count) SELECT ?, ref, ? FROM item WHERE id = ?
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
      const subscription = states.get(bucketId)?.subscriptions.get(name)
      if (subscription === undefined) return
      for (const [id] of subscription.unsavedHandouts.entries()) saveOne(subscription, id)
    })
  }

  function saveOne(subscription: SubscriptionState, id: string): void {
    const count = subscription.handouts.get(id)
    const bytes = idBytes(id)
    const isThere = count !== undefined && bytes !== null && upsert.run(subscription.ref, count, bytes).changes > 0
    if (!isThere) subscription.handouts.delete(id)
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
