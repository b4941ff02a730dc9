import { endOfWord, hasWordLetter, toIndexable } from './words.ts'

/** What was typed into a search. */
export type SearchWords = {
  /** As they were typed, without the quotes around those that were quoted. */
  readonly words: readonly string[]
  /** What an index is asked for, without quotes: none where no index can know of any of the words. */
  readonly phrases: readonly string[]
  /** The last word of the last phrase, where it may go on. */
  readonly open: string | null
}

const WORDS_MAX = 8

/**
 * Takes a search apart: words, or quoted phrases, all of which must be there. A word with punctuation is a phrase of its parts. The last one may go on,
 * as it is still being typed: unless a space or a quote says that it does not.
 */
export function readSearch(text: string): SearchWords {
  const found = [...text.matchAll(/"([^"]*)"?|[^\s"]+/g)].slice(0, WORDS_MAX)
  const words = found.map(([whole, quoted]) => quoted ?? whole).filter((word) => word.trim() !== '')
  const phrases = words.map(toPhrase).filter(hasWordLetter)
  const last = words.at(-1)
  const open = last === undefined || !text.endsWith(last) ? '' : endOfWord(toPhrase(last))
  if (open.length === 1) return { words, phrases: withoutLastLetter(phrases), open: null }
  return { words, phrases, open: open === '' ? null : open }
}

/** One letter goes on into too much: until the next one comes, what stands before it is enough, if there is anything. */
function withoutLastLetter(phrases: readonly string[]): readonly string[] {
  const before = phrases.slice(0, -1)
  const rest = phrases.at(-1)?.slice(0, -1) ?? ''
  if (hasWordLetter(rest)) return [...before, rest]
  return before.length > 0 ? before : phrases
}

/** A search as FTS5 takes it. */
export function expressionOf({ phrases, open }: SearchWords): string {
  return phrases.map(quote).join(' AND ') + (open === null ? '' : ' *')
}

/** As FTS5 takes a phrase: in quotes, nothing in it is an operator. */
export function quote(phrase: string): string {
  return `"${phrase}"`
}

/** Quotes and NUL have a meaning in an expression; in the text they stand between words like all punctuation. */
function toPhrase(word: string): string {
  return toIndexable(word).replaceAll('"', ' ').replaceAll('\0', ' ')
}
