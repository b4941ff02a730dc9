import type Database from 'better-sqlite3'
import { expressionOf, quote, type SearchWords } from './read-search.ts'

/** Prefixes of two and three letters have an index of their own. */
const SHORTEST = 4
/** More words than that are rare ones, as a rule, of which FTS5 makes one list quickly. */
const WORDS_MAX = 48
const PLAIN = /^[a-z0-9]+$/

/**
 * Gives a search as an expression whose last word is replaced by those of the index that it may become. For a prefix FTS5 makes one list of all places of
 * all such words first, hundreds of milliseconds for one that is in every request; those of whole words it walks, newest first, only as far as asked.
 */
export function prepareOpenWord(db: Database.Database): (search: SearchWords) => string {
  db.exec('CREATE VIRTUAL TABLE temp.search_word USING fts5vocab(main, search, instance)')
  const from = db.prepare<[string], string>('SELECT term FROM temp.search_word WHERE term >= ? LIMIT 1').pluck()

  /** Null where they are too many. */
  function wordsOn(prefix: string): string[] | null {
    const words: string[] = []
    // Behind each there is nothing less than with the least letter.
    for (let word = from.get(prefix); word?.startsWith(prefix) === true; word = from.get(`${word}\u0001`)) {
      if (words.length === WORDS_MAX) return null
      words.push(word)
    }
    return words
  }

  return (search) => {
    const { phrases, open } = search
    const last = phrases.at(-1)
    const prefix = open?.toLowerCase() ?? ''
    // How the index folds other letters is its own affair.
    if (last === undefined || prefix.length < SHORTEST || !PLAIN.test(prefix)) return expressionOf(search)
    const words = wordsOn(prefix)
    if (words === null || words.length === 0) return expressionOf(search)
    const beginning = last.slice(0, last.length - prefix.length)
    const choices = words.map((word) => quote(beginning + word)).join(' OR ')
    return [...phrases.slice(0, -1).map(quote), `(${choices})`].join(' AND ')
  }
}
