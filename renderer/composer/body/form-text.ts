import { decodePairs, type Pair } from '../../body/decode-pairs.ts'

/**
 * Edits of a text of pairs (a form, a query) that leave every pair alone which they are not about: it stays as it was written, also
 * where this would write it otherwise.
 */
export function readPairs(text: string): readonly Pair[] {
  return decodePairs(text)
}

/** `text` with the pair at `index` written anew. */
export function withPair(text: string, index: number, name: string, value: string): string {
  return withRaw(text, (raws) => raws.with(index, encodePair(name, value)))
}

export function withNewPair(text: string): string {
  return text === '' ? '=' : `${text}&=`
}

export function withoutPair(text: string, index: number): string {
  return withRaw(text, (raws) => raws.toSpliced(index, 1))
}

/** The pair at `index` goes `by` places down. */
export function withMovedPair(text: string, index: number, by: 1 | -1): string {
  return withRaw(text, (raws) => moved(raws, index, by))
}

/** One item of a list goes `by` places down; at an end it stays. */
export function moved<Item>(items: readonly Item[], index: number, by: 1 | -1): readonly Item[] {
  const [here, there] = [items[index], items[index + by]]
  if (here === undefined || there === undefined) return items
  return items.with(index, there).with(index + by, here)
}

function withRaw(text: string, change: (raws: readonly string[]) => readonly string[]): string {
  return change(text === '' ? [] : text.split('&')).join('&')
}

/** As application/x-www-form-urlencoded is written (URL Standard, section 5.2). */
function encodePair(name: string, value: string): string {
  return new URLSearchParams([[name, value]]).toString()
}
