import type Database from 'better-sqlite3'
import { expressionOf, readSearch, type SearchWords } from './read-search.ts'

/** Ids below `upper` and not below `lower`, newest first. */
export type FindNoted = (search: SearchWords, upper: number, lower: number) => number[]

type Noted = { readonly id: number; readonly note: string }

/**
 * Finds requests by what a person wrote about them: each word is in the note, or in the request as the index has it. Notes are few and short, and change
 * with every key, so they are read instead of being indexed.
 */
export function prepareFindNoted(db: Database.Database): FindNoted {
  const noted = db.prepare<[number, number], Noted>(
    `SELECT item_id AS id, note FROM mark INDEXED BY mark_noted
     WHERE note IS NOT NULL AND item_id < ? AND item_id >= ? ORDER BY item_id DESC`,
  )
  // As a range: beside MATCH, SQLite 3.54 takes any row for `rowid = ?`.
  const indexed = db
    .prepare<[string, number, number], number>(
      'SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? AND rowid > ?',
    )
    .pluck()

  return ({ words }, upper, lower) => {
    const wanted = words.map((word) => ({ word, folded: fold(word.trim()) }))
    const isFound = ({ id, note }: Noted): boolean => {
      const text = fold(note)
      const rest = wanted.filter(({ folded }) => !text.includes(folded)).map(({ word }) => word)
      if (rest.length === 0) return true
      const search = readSearch(rest.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' '))
      if (rest.length === wanted.length || search.phrases.length === 0) return false
      return indexed.get(expressionOf(search), id + 1, id - 1) === id
    }
    return noted
      .all(upper, lower)
      .filter(isFound)
      .map(({ id }) => id)
  }
}

/** Letters without case and marks, as in the index. */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
