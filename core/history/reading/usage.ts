import type Database from 'better-sqlite3'
import type { SourceId } from '../../../protocol/ids.ts'
import type { HistoryUsage } from '../keeping.ts'

type BySource = { readonly scope: SourceId | 0; readonly requests: number; readonly bytes: number }

/** Reads how much the history holds, from counters and page counts: no request is read but the oldest and the pinned. */
export function prepareUsage(db: Database.Database): () => HistoryUsage {
  const bySource = db.prepare<[], BySource>(
    `SELECT source_id AS scope, sum(CASE name WHEN 'total' THEN value ELSE 0 END) AS requests,
       sum(CASE name WHEN 'content' THEN value ELSE 0 END) AS bytes
     FROM counter WHERE name IN ('total', 'content') GROUP BY source_id HAVING requests > 0 ORDER BY source_id`,
  )
  const pinned = db.prepare<[], { readonly pinned: number; readonly pinnedBytes: number }>(
    `SELECT count(*) AS pinned, coalesce(sum(item.body_bytes + length(item.headers)), 0) AS pinnedBytes
     FROM mark JOIN item ON item.id = mark.item_id WHERE mark.pinned = 1`,
  )
  const oldest = db
    .prepare<[], number>(
      `SELECT stored_at FROM item
       WHERE NOT EXISTS (SELECT 1 FROM mark WHERE mark.item_id = item.id AND mark.pinned = 1) ORDER BY id LIMIT 1`,
    )
    .pluck()
  const newestId = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM item').pluck()
  const read = (name: string): number => Number(db.pragma(name, { simple: true }))

  // One transaction: all of it is true of one moment.
  return db.transaction(() => {
    const sources = bySource.all()
    const [pageBytes, free] = [read('page_size'), read('freelist_count')]
    return {
      usedBytes: (read('page_count') - free) * pageBytes,
      freeBytes: free * pageBytes,
      contentBytes: sources.reduce((sum, { bytes }) => sum + bytes, 0),
      requests: sources.reduce((sum, { requests }) => sum + requests, 0),
      ...(pinned.get() ?? { pinned: 0, pinnedBytes: 0 }),
      oldestAt: oldest.get() ?? null,
      newestId: newestId.get() ?? 0,
      bySource: sources,
    }
  })
}
