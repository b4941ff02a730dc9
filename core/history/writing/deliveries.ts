import type Database from 'better-sqlite3'
import type { DeliveryId, RequestId } from '../../../protocol/ids.ts'
import { HistoryError, type DeliveryChange, type LiveDelivery, type PlannedDelivery } from '../history.ts'
import type { Results } from './results.ts'

export type DeliveryWrites = {
  /** Adds deliveries to an item; its `result` is the caller's to bring up to date. */
  insert(itemId: number, deliveries: readonly PlannedDelivery[], now: number): DeliveryId[]
  add(itemId: RequestId, deliveries: readonly PlannedDelivery[], now: number): DeliveryId[]
  change(changes: readonly DeliveryChange[]): void
  resume(): LiveDelivery[]
}

/** Deliveries and their states. Changes of deliveries that were deleted meanwhile change nothing. */
export function prepareDeliveries(db: Database.Database, results: Results): DeliveryWrites {
  const insertOne = db.prepare<[number, number | null, string, string, string, string | null, number]>(
    'INSERT INTO delivery (item_id, target_id, url, reason, state, hold_reason, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const update = db
    .prepare<[string, string | null, number | null, number], number>(
      'UPDATE delivery SET state = ?, hold_reason = ?, next_attempt_at = ? WHERE id = ? RETURNING item_id',
    )
    .pluck()
  const itemExists = db.prepare<[number], number>('SELECT 1 FROM item WHERE id = ?').pluck()
  const forgetSending = db
    .prepare<[], number>(
      `UPDATE delivery SET state = 'outcome-unknown'
       WHERE state = 'sending' AND state IN ('queued', 'held', 'sending', 'retrying') RETURNING item_id`,
    )
    .pluck()
  // The condition is the one of the partial index, so that the index is used.
  const live = db.prepare<[], LiveDelivery>(
    `SELECT delivery.id, delivery.item_id AS requestId, item.source_id AS sourceId, delivery.target_id AS targetId,
       delivery.url, delivery.reason, delivery.state, delivery.hold_reason AS holdReason, delivery.attempts,
       delivery.next_attempt_at AS nextAttemptAt
     FROM delivery JOIN item ON item.id = delivery.item_id
     WHERE delivery.state IN ('queued', 'held', 'sending', 'retrying')
     ORDER BY delivery.id`,
  )

  function insert(itemId: number, deliveries: readonly PlannedDelivery[], now: number): DeliveryId[] {
    return deliveries.map((planned) => {
      const { targetId, url, reason, state, holdReason } = planned
      const { lastInsertRowid } = insertOne.run(itemId, targetId, url, reason, state, holdReason, now)
      return Number(lastInsertRowid) as DeliveryId
    })
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
      for (const { id, state, holdReason, nextAttemptAt } of changes) {
        const itemId = update.get(state, holdReason, whole(nextAttemptAt), id)
        if (itemId !== undefined) results.update(itemId)
      }
    },
    resume() {
      for (const itemId of new Set(forgetSending.all())) results.update(itemId)
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
