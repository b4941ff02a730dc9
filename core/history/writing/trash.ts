import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'

export type Trash = {
  /** Gives how many requests and deliveries are out of sight now that were not before. */
  hide(ids: readonly RequestId[]): { readonly requests: number; readonly deliveries: number }
  /** Gives those that are there again. */
  restore(ids: readonly RequestId[]): RequestId[]
  has(id: RequestId): boolean
  /** At most so many of what is hidden. */
  hidden(limit: number): RequestId[]
}

/** What the user deleted and may take back: out of sight, and all there. */
export function prepareTrash(db: Database.Database): Trash {
  const insert = db.prepare<[number]>('INSERT OR IGNORE INTO trash (item_id) SELECT id FROM item WHERE id = ?')
  const deliveries = db.prepare<[number], number>('SELECT count(*) FROM delivery WHERE item_id = ?').pluck()
  const remove = db.prepare<[number]>('DELETE FROM trash WHERE item_id = ?')
  const find = db.prepare<[number], number>('SELECT 1 FROM trash WHERE item_id = ?').pluck()
  const list = db.prepare<[number], RequestId>('SELECT item_id FROM trash ORDER BY item_id LIMIT ?').pluck()
  return {
    hide(ids) {
      let hidden = { requests: 0, deliveries: 0 }
      for (const id of ids) {
        if (insert.run(id).changes === 0) continue
        hidden = { requests: hidden.requests + 1, deliveries: hidden.deliveries + (deliveries.get(id) ?? 0) }
      }
      return hidden
    },
    restore: (ids) => ids.filter((id) => remove.run(id).changes > 0),
    has: (id) => find.get(id) !== undefined,
    hidden: (limit) => list.all(limit),
  }
}
