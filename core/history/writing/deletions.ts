import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import type { Bodies } from './bodies.ts'
import type { Counters } from './counters.ts'
import type { Results } from './results.ts'
import type { RowIds } from './row-ids.ts'
import type { Tombstones } from './tombstones.ts'

export type Deletions = {
  deleteRequests(ids: readonly RequestId[], now: number): void
  /** One that is beyond the limits: it needs a tombstone only while its relay may still have it. */
  expire(id: RequestId, now: number): void
}

type Doomed = {
  readonly sourceId: number | null
  readonly originId: string | null
  readonly bodyId: number | null
  readonly kind: string
  readonly storedAt: number
  readonly content: number
  readonly readAt: number | null
  readonly pinned: number | null
}

/** Deletes items with all that hangs on them, and leaves a tombstone where their relay could hand them out once more. */
export function prepareDeletions(
  db: Database.Database,
  parts: {
    readonly bodies: Bodies
    readonly counters: Counters
    readonly ids: RowIds
    readonly results: Results
    readonly tombstones: Tombstones
  },
): Deletions {
  const read = db.prepare<[number], Doomed>(
    `SELECT item.source_id AS sourceId, item.origin_id AS originId, item.body_id AS bodyId, item.kind, item.stored_at AS storedAt,
       item.body_bytes + length(item.headers) AS content,
       mark.read_at AS readAt, mark.pinned
     FROM item LEFT JOIN mark ON mark.item_id = item.id WHERE item.id = ?`,
  )
  const answerBodies = db
    .prepare<[number], number>(
      `SELECT attempt.body_id FROM delivery JOIN attempt ON attempt.delivery_id = delivery.id
       WHERE delivery.item_id = ? AND attempt.body_id IS NOT NULL`,
    )
    .pluck()
  // Deliveries, attempts, mark and result go by cascade.
  const remove = db.prepare<[number]>('DELETE FROM item WHERE id = ?')
  const unindex = db.prepare<[number]>('DELETE FROM search WHERE rowid = ?')
  const { bodies, counters, results, tombstones } = parts

  function deleteOne(id: RequestId, now: number, isExpiry: boolean): void {
    const item = read.get(id)
    if (item === undefined) return
    const bodyIds = answerBodies.all(id)
    if (item.bodyId !== null) bodyIds.push(item.bodyId)
    results.uncount(id)
    counters.add('total', item.sourceId, -1)
    counters.add('content', item.sourceId, -item.content)
    if (item.readAt === null) counters.add('unread', item.sourceId, -1)
    if (item.pinned === 1) counters.add('pinned', item.sourceId, -1)
    if (item.sourceId !== null && item.originId !== null) {
      const { sourceId, originId, storedAt } = item
      if (!isExpiry || tombstones.isNeeded(sourceId, storedAt, now)) tombstones.put(sourceId, originId, now)
    }
    remove.run(id)
    unindex.run(id)
    for (const bodyId of bodyIds) bodies.deleteLater(bodyId)
  }

  function begin(now: number): void {
    tombstones.deleteExpired(now)
    parts.ids.keep()
  }

  return {
    deleteRequests(ids, now) {
      begin(now)
      for (const id of ids) deleteOne(id, now, false)
    },
    expire(id, now) {
      begin(now)
      deleteOne(id, now, true)
    },
  }
}
