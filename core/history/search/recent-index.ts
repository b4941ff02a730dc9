import type Database from 'better-sqlite3'
import { projectItem, type SearchedItem } from './projection.ts'
import { PORTION_ROWS, prepareSearchedItems } from './searched-items.ts'

/** What just came and is in no index yet, made searchable in the memory of whoever reads. */
export type RecentIndex = {
  /** Takes in what came after `mark`, newest first as far as it goes at once. Gives the id above which everything is in it. */
  cover(mark: number): number
  /** Ids below `upper` and above `lower`, newest first. */
  find(expression: string, upper: number, lower: number, limit: number): number[]
}

/** Portions of rows that are taken in at most: some hundred milliseconds of work, once for a burst. */
const PORTIONS_MAX = 50
/** Fewer where their bodies are long. */
export const RECENT_ROWS = PORTIONS_MAX * PORTION_ROWS

/** A table of the connection's own, which even one that only reads may have. It takes words apart as the index does, so that both find the same. */
export function prepareRecentIndex(db: Database.Database): RecentIndex {
  db.pragma('temp_store = MEMORY')
  db.exec(`CREATE VIRTUAL TABLE temp.recent USING fts5(
    about, target, headers, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')`)
  const items = prepareSearchedItems(db)
  const newestId = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM item').pluck()
  const insert = db.prepare<[number, string, string, string, string]>(
    'INSERT INTO temp.recent (rowid, about, target, headers, body) VALUES (?, ?, ?, ?, ?)',
  )
  const empty = db.prepare(`INSERT INTO temp.recent (recent) VALUES ('delete-all')`)
  const find = db
    .prepare<[string, number, number, number], number>(
      'SELECT rowid FROM temp.recent WHERE recent MATCH ? AND rowid < ? AND rowid > ? ORDER BY rowid DESC LIMIT ?',
    )
    .pluck()
  /** Those with `from < id <= to` are in it. */
  let from = 0
  let to = 0
  let isWhole = true

  function clear(at: number): void {
    if (to > from) empty.run()
    from = at
    to = at
  }

  function add(portion: readonly SearchedItem[]): void {
    for (const item of portion) {
      const { about, target, headers, body } = projectItem(item)
      insert.run(item.id, about, target, headers, body)
    }
  }

  const takeIn = db.transaction((mark: number): void => {
    const newest = newestId.get() ?? 0
    if (mark >= to) clear(mark)
    const portions: SearchedItem[][] = []
    let lowest = newest
    while (lowest > to && portions.length < PORTIONS_MAX) {
      const portion = items.upTo(lowest).filter(({ id }) => id > to)
      const [oldest] = portion
      if (oldest !== undefined) portions.push(portion)
      lowest = oldest === undefined ? to : oldest.id - 1
    }
    // What it had does not reach up to what came since.
    if (lowest > to) clear(lowest)
    for (const portion of portions.toReversed()) add(portion)
    to = newest
  })

  return {
    cover(mark) {
      if (!isWhole) {
        empty.run()
        from = 0
        to = 0
      }
      isWhole = false
      takeIn(mark)
      isWhole = true
      return from
    },
    find: (expression, upper, lower, limit) => find.all(expression, upper, lower, limit),
  }
}
