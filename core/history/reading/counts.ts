import type Database from 'better-sqlite3'
import { statSync } from 'node:fs'
import type { HistoryCounts } from '../history.ts'
import { prepareUnindexed } from '../search/unindexed.ts'
import type { CounterName } from '../writing/counters.ts'

type Shown = Exclude<CounterName, 'content'>
type Hidden = Readonly<Record<Shown | 'sourceId', number>>
type Row = { readonly name: Shown; readonly sourceId: number; readonly value: number }

const SHOWN: readonly Shown[] = ['total', 'unread', 'failed', 'held', 'retrying', 'pinned']

/** Sums the counters that the writer keeps; no row of the history is touched. */
export function prepareCounts(db: Database.Database): () => HistoryCounts {
  // What may still be taken back is not counted. Hardly ever is there any.
  const hidden = db.prepare<[], Hidden>(
    `SELECT coalesce(item.source_id, 0) AS sourceId, count(*) AS total, sum(mark.read_at IS NULL) AS unread,
       coalesce(sum(result.failed > 0), 0) AS failed, coalesce(sum(result.held > 0), 0) AS held,
       coalesce(sum(result.retrying > 0), 0) AS retrying, coalesce(sum(mark.pinned), 0) AS pinned
     FROM trash JOIN item ON item.id = trash.item_id LEFT JOIN mark ON mark.item_id = item.id
       LEFT JOIN result ON result.item_id = item.id
     GROUP BY coalesce(item.source_id, 0)`,
  )
  const read = db.prepare<[], Row>("SELECT name, source_id AS sourceId, value FROM counter WHERE name <> 'content'")
  const unindexed = prepareUnindexed(db)
  return db.transaction(() => {
    const sums: Record<Shown, number> = { total: 0, unread: 0, failed: 0, held: 0, retrying: 0, pinned: 0 }
    const bySource: { unread: Record<number, number>; held: Record<number, number> } = { unread: {}, held: {} }
    for (const { name, sourceId, value } of read.all()) {
      sums[name] += value
      if (sourceId !== 0 && (name === 'unread' || name === 'held')) bySource[name][sourceId] = value
    }
    for (const { sourceId, ...counts } of hidden.all()) {
      for (const name of SHOWN) sums[name] -= counts[name]
      for (const name of ['unread', 'held'] as const) {
        if (sourceId !== 0) bySource[name][sourceId] = (bySource[name][sourceId] ?? 0) - counts[name]
      }
    }
    return {
      ...sums,
      unreadBySource: bySource.unread,
      heldBySource: bySource.held,
      unindexed: unindexed(),
      bytes: sizeOf(db.name) + sizeOf(`${db.name}-wal`),
    }
  })
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
