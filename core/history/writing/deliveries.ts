import type Database from 'better-sqlite3'
import type { DeliveryId, RequestId } from '../../../protocol/ids.ts'
import {
  HistoryError,
  type BegunDelivery,
  type DeliveryChange,
  type LiveDelivery,
  type PlannedDelivery,
} from '../history.ts'
import { isLive } from '../delivery-digest.ts'
import type { Results } from './results.ts'
import type { RowIds } from './row-ids.ts'

export type DeliveryWrites = {
  /** Adds deliveries to an item; its `result` is the caller's to bring up to date. */
  insert(itemId: number, deliveries: readonly PlannedDelivery[], now: number): DeliveryId[]
  add(itemId: RequestId, deliveries: readonly PlannedDelivery[], now: number): DeliveryId[]
  change(changes: readonly DeliveryChange[]): void
  resume(begun: readonly BegunDelivery[] | null): LiveDelivery[]
  live(): LiveDelivery[]
}

/** Deliveries and their states. Changes of deliveries that were deleted meanwhile change nothing. */
export function prepareDeliveries(db: Database.Database, results: Results, ids: RowIds): DeliveryWrites {
  const insertOne = db.prepare<unknown[]>(
    `INSERT INTO delivery (id, item_id, target_id, url, reason, state, live, hold_reason, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const find = db.prepare<[number], { readonly itemId: number; readonly live: number; readonly status: number | null }>(
    'SELECT item_id AS itemId, live, status FROM delivery WHERE id = ?',
  )
  // Without RETURNING, as in attempts.ts.
  const update = db.prepare<[string, number, string | null, number | null, number]>(
    'UPDATE delivery SET state = ?, live = ?, hold_reason = ?, next_attempt_at = ? WHERE id = ?',
  )
  const itemExists = db.prepare<[number], number>('SELECT 1 FROM item WHERE id = ?').pluck()
  const forgetSending = db
    .prepare<[], number>(
      `UPDATE delivery SET state = 'outcome-unknown', live = 0 WHERE live = 1 AND state = 'sending' RETURNING item_id`,
    )
    .pluck()
  const queueSending = db
    .prepare<[], number>(`UPDATE delivery SET state = 'queued' WHERE live = 1 AND state = 'sending' RETURNING item_id`)
    .pluck()
  const settle = db
    .prepare<[string, number | null, number | null, number], number>(
      `UPDATE delivery SET state = ?, live = 0, hold_reason = NULL, next_attempt_at = NULL, status = ?, latency_ms = ?
       WHERE id = ? AND live = 1 RETURNING item_id`,
    )
    .pluck()
  const live = db.prepare<[], LiveDelivery>(
    `SELECT delivery.id, delivery.item_id AS requestId, item.source_id AS sourceId, delivery.target_id AS targetId,
       delivery.url, delivery.reason, delivery.state, delivery.hold_reason AS holdReason, delivery.attempts,
       delivery.next_attempt_at AS nextAttemptAt
     FROM delivery JOIN item ON item.id = delivery.item_id
     WHERE delivery.live = 1 AND NOT EXISTS (SELECT 1 FROM trash WHERE trash.item_id = delivery.item_id)
     ORDER BY delivery.id`,
  )

  function insert(itemId: number, deliveries: readonly PlannedDelivery[], now: number): DeliveryId[] {
    return deliveries.map((planned) => {
      const { targetId, url, reason, state, holdReason } = planned
      const id = ids.next('delivery') as DeliveryId
      insertOne.run(id, itemId, targetId, url, reason, state, isLive(state) ? 1 : 0, holdReason, Math.round(now))
      return id
    })
  }

  function change({ id, state, holdReason, nextAttemptAt }: DeliveryChange): void {
    const live = isLive(state) ? 1 : 0
    // One that has its end stays ended: that it was under way may be written late, when its first try failed.
    const before = find.get(id)
    if (before === undefined || before.live < live) return
    update.run(state, live, holdReason, whole(nextAttemptAt), id)
    results.updateFor(before.itemId, { id, state, status: before.status })
  }

  return {
    insert,
    add(itemId, deliveries, now) {
      if (itemExists.get(itemId) === undefined) throw goneRequest()
      const ids = insert(itemId, deliveries, now)
      results.update(itemId)
      return ids
    },
    change(changes) {
      for (const one of changes) change(one)
    },
    live: () => live.all(),
    resume(begun) {
      for (const { id, answer } of begun ?? []) {
        const state = answer === null ? 'outcome-unknown' : 'answered'
        const itemId = settle.get(state, answer?.status ?? null, answer?.latencyMs ?? null, id)
        if (itemId !== undefined) results.update(itemId)
      }
      for (const itemId of new Set((begun === null ? forgetSending : queueSending).all())) results.update(itemId)
      return live.all()
    },
  }
}

/** Times are whole milliseconds in the database. */
export function whole(time: number | null): number | null {
  return time === null ? null : Math.round(time)
}

function goneRequest(): HistoryError {
  return new HistoryError('not-found', 'This request is no longer in the history.', {
    fix: 'It was deleted meanwhile; there is nothing left to send.',
  })
}
