import type Database from 'better-sqlite3'
import { prepareCoverage } from './coverage.ts'
import { projectItem, type SearchedItem } from './projection.ts'
import { prepareSearchedItems } from './searched-items.ts'

export type Indexer = {
  /** One transaction of about two milliseconds, or none: false when all there is is indexed. Throws as SQLite does; nothing is written then. */
  step(): boolean
}

/**
 * Pages of the index that one step of merging writes, and such steps after each that added rows: all that there is to merge, as a rule. Each page is
 * merged three or four times until it stays, and a portion has up to twenty.
 */
const MERGED_PAGES = 4
const MERGES_PER_PORTION = 16

/**
 * Puts items into the index of words: first what just came, then what was there before the index, from the newest on. What is indexed and the mark up to
 * which it is are written in one transaction.
 */
export function prepareIndexer(db: Database.Database): Indexer {
  const items = prepareSearchedItems(db)
  const coverage = prepareCoverage(db)
  const insert = db.prepare<[number, string, string, string, string]>(
    'INSERT INTO search (rowid, about, target, headers, body) VALUES (?, ?, ?, ?, ?)',
  )
  const merge = db.prepare(`INSERT INTO search (search, rank) VALUES ('merge', ${MERGED_PAGES})`)
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck()
  let owed = 0

  function add(portion: readonly SearchedItem[]): void {
    for (const item of portion) {
      const { about, target, headers, body } = projectItem(item)
      insert.run(item.id, about, target, headers, body)
    }
  }

  const addPortion = db.transaction((): boolean => {
    const { floor, mark } = coverage.read()
    const newer = items.after(mark)
    const newest = newer.at(-1)
    if (newest !== undefined) {
      add(newer)
      coverage.write({ mark: newest.id })
      return true
    }
    if (floor === 0) return false
    const older = items.upTo(floor)
    add(older)
    const [oldest] = older
    coverage.write({ floor: oldest === undefined ? 0 : oldest.id - 1 })
    return true
  })

  /** Whether there was something to merge: as FTS5 tells, by at least two changes. */
  const mergeSome = db.transaction((): boolean => {
    const before = changes.get() ?? 0
    merge.run()
    return (changes.get() ?? 0) - before >= 2
  })

  const busyMs = Number(db.pragma('busy_timeout', { simple: true }))

  /**
   * What is indexed can be indexed again, so that no commit of it waits for the disk, which the next commit of a row takes along, or for another program's
   * lock, for which what arrives would wait as well.
   */
  function aside<T>(run: () => T): T {
    db.pragma('synchronous = NORMAL')
    db.pragma('busy_timeout = 0')
    try {
      return run()
    } finally {
      db.pragma('synchronous = FULL')
      db.pragma(`busy_timeout = ${busyMs}`)
    }
  }

  return {
    step: () =>
      aside(() => {
        if (owed > 0) {
          owed = mergeSome.immediate() ? owed - 1 : 0
          return true
        }
        if (addPortion.immediate()) {
          owed = MERGES_PER_PORTION
          return true
        }
        // What was deleted is taken out where it is a tenth of a segment.
        return mergeSome.immediate()
      }),
  }
}
