import { decodePair } from './decode-pairs.ts'
import { createLineTable, type LineTable } from './line-table.ts'
import type { Span } from './visual-row.ts'
import { textWidth } from './visible-text.ts'

/** One line for each pair of a form body, in the order received. */
export function layOutForm(text: string): LineTable {
  const table = createLineTable()
  let start = 0
  while (start <= text.length && text.length > 0) {
    const next = text.indexOf('&', start)
    const end = next < 0 ? text.length : next
    const width = formLineSpans(text, start, end).reduce((sum, span) => sum + textWidth(span.text), 0)
    table.push({ start, end, depth: 0, width })
    if (next < 0) break
    start = end + 1
  }
  return table
}

/** A pair decoded, with what decoding did as a note at its end. */
export function formLineSpans(text: string, start: number, end: number): Span[] {
  const pair = decodePair(text.slice(start, end))
  const spans: Span[] = [{ kind: 'key', text: pair.name }]
  if (pair.hasEquals) spans.push({ kind: 'punct', text: ' = ' }, { kind: 'string', text: pair.value })
  const note = pair.raw === '' ? 'nothing between two &' : pair.hasEquals && pair.value === '' ? 'empty' : pair.decoding
  if (note !== null) spans.push({ kind: 'note', text: `  ${note}` })
  return spans
}
