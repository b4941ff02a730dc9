import { endsInWord, hasWordLetter, toIndexable } from './words.ts'

/** What was typed into a search. */
export type SearchWords = {
  /** As they were typed, without the quotes around those that were quoted. */
  readonly words: readonly string[]
  /** What the index is asked for; null where it cannot know of any of the words. */
  readonly expression: string | null
}

const WORDS_MAX = 8

/**
 * Takes a search apart: words, or quoted phrases, all of which must be there. A word with punctuation is a phrase of its parts. The last one may go on,
 * as it is still being typed: unless a space or a quote says that it does not.
 */
export function readSearch(text: string): SearchWords {
  const found = [...text.matchAll(/"([^"]*)"?|[^\s"]+/g)].slice(0, WORDS_MAX)
  const words = found.map(([whole, quoted]) => quoted ?? whole).filter((word) => word.trim() !== '')
  const phrases = words.flatMap((word) => phraseOf(word) ?? [])
  const last = words.at(-1)
  if (phrases.length > 0 && last !== undefined && text.endsWith(last) && endsInWord(last)) {
    phrases.push(`${phrases.pop() ?? ''} *`)
  }
  return { words, expression: phrases.length === 0 ? null : phrases.join(' AND ') }
}

function phraseOf(word: string): string | null {
  // Quotes and NUL have a meaning in an expression; in the text they stand between words like all punctuation.
  const indexable = toIndexable(word).replaceAll('"', ' ').replaceAll('\0', ' ')
  return hasWordLetter(indexable) ? `"${indexable}"` : null
}
