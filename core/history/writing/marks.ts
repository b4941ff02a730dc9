import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import type { RequestColour } from '../../../protocol/request.ts'
import type { Counters } from './counters.ts'

export type MarkWrites = {
  markRead(ids: readonly RequestId[], now: number): void
  setPinned(id: RequestId, pinned: boolean): void
  /** Null = none. */
  setColour(ids: readonly RequestId[], colour: RequestColour | null): void
  /** Empty = none. */
  setNote(id: RequestId, note: string): void
}

/** What the user notes about items, kept apart from them. */
export function prepareMarks(db: Database.Database, counters: Counters): MarkWrites {
  const sourceOf = db.prepare<[number], { readonly sourceId: number | null }>(
    'SELECT source_id AS sourceId FROM item WHERE id = ?',
  )
  const read = db.prepare<[number, number]>(
    `INSERT INTO mark (item_id, read_at) VALUES (?, ?)
     ON CONFLICT (item_id) DO UPDATE SET read_at = excluded.read_at WHERE read_at IS NULL`,
  )
  const isPinned = db.prepare<[number], number>('SELECT pinned FROM mark WHERE item_id = ?').pluck()
  const pin = db.prepare<[number, number]>(
    'INSERT INTO mark (item_id, pinned) VALUES (?, ?) ON CONFLICT (item_id) DO UPDATE SET pinned = excluded.pinned',
  )
  const paint = db.prepare<[number, number | null]>(
    'INSERT INTO mark (item_id, colour) VALUES (?, ?) ON CONFLICT (item_id) DO UPDATE SET colour = excluded.colour',
  )
  const write = db.prepare<[number, string | null]>(
    'INSERT INTO mark (item_id, note) VALUES (?, ?) ON CONFLICT (item_id) DO UPDATE SET note = excluded.note',
  )
  return {
    markRead(ids, now) {
      for (const id of ids) {
        const item = sourceOf.get(id)
        if (item && read.run(id, Math.round(now)).changes > 0) counters.add('unread', item.sourceId, -1)
      }
    },
    setPinned(id, pinned) {
      const item = sourceOf.get(id)
      if (item === undefined) return
      const before = isPinned.get(id) ?? 0
      const after = pinned ? 1 : 0
      if (before === after) return
      pin.run(id, after)
      counters.add('pinned', item.sourceId, after - before)
    },
    setColour(ids, colour) {
      for (const id of ids) if (sourceOf.get(id) !== undefined) paint.run(id, colour)
    },
    setNote(id, note) {
      if (sourceOf.get(id) !== undefined) write.run(id, note === '' ? null : note)
    },
  }
}
