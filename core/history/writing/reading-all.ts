import type Database from 'better-sqlite3'
import type { Counters } from './counters.ts'

/** What is left to look at of requests to be marked as read: those below this id; null = all are. */
export type ReadStep = { readonly below: number | null }

const STEP_MS = 4
const ROWS_AT_ONCE = 128

type Row = { readonly id: number; readonly sourceId: number | null; readonly readAt: number | null }

/** Marks requests as read from the newest on, for a few ms: the unread are nearly always new. `below` is where the step before ended. */
export function prepareReadAll(
  db: Database.Database,
  counters: Counters,
): (sourceId: number | null, below: number, now: number) => ReadStep {
  const unread = db.prepare<[], number>(`SELECT coalesce(sum(value), 0) FROM counter WHERE name = 'unread'`).pluck()
  const unreadOf = db
    .prepare<[number], number>(`SELECT value FROM counter WHERE name = 'unread' AND source_id = ?`)
    .pluck()
  const select = `SELECT item.id, item.source_id AS sourceId, mark.read_at AS readAt
    FROM item LEFT JOIN mark ON mark.item_id = item.id WHERE item.id < ?`
  const order = `ORDER BY item.id DESC LIMIT ${ROWS_AT_ONCE}`
  const rows = db.prepare<[number], Row>(`${select} ${order}`)
  const rowsOf = db.prepare<[number, number], Row>(`${select} AND item.source_id = ? ${order}`)
  const mark = db.prepare<[number, number]>(
    'INSERT INTO mark (item_id, read_at) VALUES (?, ?) ON CONFLICT (item_id) DO UPDATE SET read_at = excluded.read_at',
  )

  return (sourceId, below, now) => {
    const end = performance.now() + STEP_MS
    let left = sourceId === null ? (unread.get() ?? 0) : (unreadOf.get(sourceId) ?? 0)
    for (let at = below; left > 0;) {
      const some = sourceId === null ? rows.all(at) : rowsOf.all(at, sourceId)
      for (const row of some) {
        at = row.id
        if (row.readAt !== null) continue
        mark.run(row.id, Math.round(now))
        counters.add('unread', row.sourceId, -1)
        left -= 1
      }
      if (some.length === 0) break
      if (performance.now() >= end) return { below: at }
    }
    return { below: null }
  }
}
