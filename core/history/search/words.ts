/** Scripts that are written without spaces between words. Each of their letters is a word of the index, and what is looked for a phrase of them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/gu
/** Longer words are images in base64 and the like: their beginning is enough to find them by. */
const LONG_WORD = /[\p{L}\p{N}]{129,}/gu
const LONGEST_WORD = 128
/** More marks on one letter than any language has (UAX 15 section 13). To put them in order takes time that grows with the square of their number. */
const TOO_MANY_MARKS = /(\p{M}{30})\p{M}+/gu
const BEYOND_ASCII = /[\u0080-\uffff]/
/** What FTS5's unicode61 takes for a part of a word. */
const WORD_LETTER = /[\p{L}\p{N}\p{Co}]/u
const WORD_END = /[\p{L}\p{N}\p{Co}]+$/u

/** Text as both the index and a search's words take it: full and half width alike, letters of scripts without spaces apart, no word over 128 letters. */
export function toIndexable(text: string): string {
  const clipped = mayHaveLongWord(text) ? text.replace(LONG_WORD, (word) => word.slice(0, LONGEST_WORD)) : text
  if (!BEYOND_ASCII.test(clipped)) return clipped
  return clipped.replace(TOO_MANY_MARKS, '$1').normalize('NFKC').replace(UNSPACED, ' $& ')
}

/** Whether the index can know of it: punctuation alone is in no index. */
export function hasWordLetter(text: string): boolean {
  return WORD_LETTER.test(text)
}

/** The word that a text ends in, empty where it ends in none. */
export function endOfWord(text: string): string {
  return WORD_END.exec(text)?.[0] ?? ''
}

/** Looks at every 129th place only, as each longer word has one of them: a twentieth of the time of looking for one by a pattern. */
function mayHaveLongWord(text: string): boolean {
  for (let at = LONGEST_WORD; at < text.length; at += LONGEST_WORD + 1) {
    let first = at
    let end = at
    while (first > at - LONGEST_WORD && isInWord(text.charCodeAt(first - 1))) first -= 1
    while (end < at + LONGEST_WORD && isInWord(text.charCodeAt(end))) end += 1
    if (end - first > LONGEST_WORD) return true
  }
  return false
}

/** Generously beyond ASCII; NaN, behind the end, is in no word. */
function isInWord(code: number): boolean {
  const lower = code | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) || code > 0x7f
}
