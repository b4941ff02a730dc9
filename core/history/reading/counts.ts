import type Database from 'better-sqlite3'
import { statSync } from 'node:fs'
import type { HistoryCounts } from '../history.ts'
import type { CounterName } from '../writing/counters.ts'

type Row = { readonly name: CounterName; readonly sourceId: number; readonly value: number }

/** Sums the counters that the writer keeps; no row of the history is touched. */
export function prepareCounts(db: Database.Database): () => HistoryCounts {
  const read = db.prepare<[], Row>('SELECT name, source_id AS sourceId, value FROM counter')
  return () => {
    const sums: Record<CounterName, number> = { total: 0, unread: 0, failed: 0, held: 0, retrying: 0, pinned: 0 }
    const bySource: { unread: Record<number, number>; held: Record<number, number> } = { unread: {}, held: {} }
    for (const { name, sourceId, value } of read.all()) {
      sums[name] += value
      if (sourceId !== 0 && (name === 'unread' || name === 'held')) bySource[name][sourceId] = value
    }
    return {
      ...sums,
      unreadBySource: bySource.unread,
      heldBySource: bySource.held,
      bytes: sizeOf(db.name) + sizeOf(`${db.name}-wal`),
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
