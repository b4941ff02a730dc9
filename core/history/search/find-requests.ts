import type Database from 'better-sqlite3'
import type { ListPiece } from '../threads/messages.ts'
import { prepareCoverage } from './coverage.ts'
import { prepareOpenWord } from './open-word.ts'
import { expressionOf, type SearchWords } from './read-search.ts'
import { prepareRecentIndex } from './recent-index.ts'

/** How the list reads rows: what it shows of them, which view and which source, is its own affair. */
export type FoundRows = {
  readonly limit: number
  /** Whether more than the words decides, so that of what is found many may not be shown. */
  readonly isFiltered: boolean
  /** Whether it begins with the newest. */
  readonly isFirst: boolean
  /** The row of an id, or undefined where it is none that is shown. */
  readonly row: (id: number) => ListPiece['rows'][number] | undefined
  /** A piece of those with `lower <= id < upper`, by the words as they stand in a row's head. */
  readonly scan: (upper: number, lower: number) => ListPiece
}

/** Ids that one piece takes from the index where most may not be shown: some ten milliseconds. */
const CANDIDATES = 2_000

/** Ids below `upper` and above `lower`, newest first. */
type Find = (upper: number, lower: number, limit: number) => number[]
type Zone = { readonly lower: number; readonly find: Find | null }

/**
 * Finds requests by words, newest first. Those that just came are found in memory, all others in the index, and what neither of the two has yet by its
 * head alone. Null when no request at all has the words: then a part of a word may have been meant.
 */
export function prepareFindRequests(
  db: Database.Database,
): (search: SearchWords, upper: number, rows: FoundRows) => ListPiece | null {
  const coverage = prepareCoverage(db)
  const recent = prepareRecentIndex(db)
  const expand = prepareOpenWord(db)
  const find = db
    .prepare<[string, number, number, number], number>(
      'SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? AND rowid > ? ORDER BY rowid DESC LIMIT ?',
    )
    .pluck()

  // One transaction: each look-up outside of one may find a newer database, and throws the pages away that it has read.
  const findIn = db.transaction((upper: number, zones: readonly Zone[], rows: FoundRows): ListPiece | null => {
    const piece = walk(upper, zones, rows)
    if (piece.rows.length > 0) return piece
    // All of it was looked through just now.
    if (piece.next === null && rows.isFirst && !rows.isFiltered && zones.every((zone) => zone.find !== null))
      return null
    const isKnown = zones.some((zone) => (zone.find?.(Number.MAX_SAFE_INTEGER, 0, 1).length ?? 0) > 0)
    return isKnown ? piece : null
  })

  return (search, upper, rows) => {
    // What is indexed only grows: what these two say is there is still there a moment later.
    const { floor, mark } = coverage.read()
    const from = recent.cover(mark)
    const plain = expressionOf(search)
    const expanded = expand(search)
    const all: readonly Zone[] = [
      { lower: from, find: (...range) => recent.find(plain, ...range) },
      { lower: mark, find: null },
      { lower: floor, find: (...range) => find.all(expanded, ...range) },
      { lower: 0, find: null },
    ]
    const zones = all.filter((zone, index) => zone.find !== null || zone.lower < (all[index - 1]?.lower ?? 0))
    return findIn(upper, zones, rows)
  }
}

function walk(upper: number, zones: readonly Zone[], rows: FoundRows): ListPiece {
  const found: ListPiece['rows'][number][] = []
  let at = upper
  for (const zone of zones) {
    if (at <= zone.lower + 1) continue
    if (zone.find === null) return found.length > 0 ? pieceOf(found, at) : rows.scan(at, zone.lower + 1)
    const asked = rows.isFiltered ? CANDIDATES : rows.limit - found.length
    const ids = zone.find(at, zone.lower, asked)
    for (const id of ids) {
      const row = rows.row(id)
      if (row !== undefined) found.push(row)
      if (found.length >= rows.limit) return pieceOf(found, null)
    }
    if (ids.length === asked) return pieceOf(found, ids.at(-1) ?? null)
    at = zone.lower + 1
  }
  return pieceOf(found, null)
}

function pieceOf(rows: ListPiece['rows'], next: number | null): ListPiece {
  return { rows, next: next as ListPiece['next'] }
}
