import type Database from 'better-sqlite3'
import { prepareCoverage } from './coverage.ts'
import { RECENT_ROWS } from './recent-index.ts'

/** How many requests a search sees only the heads of; some of them may have been deleted meanwhile. */
export function prepareUnindexed(db: Database.Database): () => number {
  const coverage = prepareCoverage(db)
  const newest = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM item').pluck()
  return () => {
    const { floor, mark } = coverage.read()
    return floor + Math.max(0, (newest.get() ?? 0) - mark - RECENT_ROWS)
  }
}
