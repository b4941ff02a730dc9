import { createLineTable, type LineTable } from './line-table.ts'
import type { Span } from './visual-row.ts'
import { textWidth } from './visible-text.ts'

const LF = 10
const CR = 13

/** The lines of a text as it stands, each with the line break that ends it; a lone CR ends one too. */
export function layOutText(text: string): LineTable {
  const table = createLineTable()
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit !== LF && unit !== CR) continue
    if (unit === CR && text.charCodeAt(at + 1) === LF) at += 1
    table.push({ start, end: at + 1, depth: 0, width: textWidth(text, start, at + 1) })
    start = at + 1
  }
  if (start < text.length) {
    table.push({ start, end: text.length, depth: 0, width: textWidth(text, start) })
  }
  return table
}

/** A line of the exact text. Its end gets a cap unless it is the plain LF that everybody expects. */
export function rawLineSpans(text: string, start: number, end: number): Span[] {
  const ended = endOfWords(text, start, end)
  const spans: Span[] = ended > start ? [{ kind: 'plain', text: text.slice(start, ended) }] : []
  const lineBreak = text.slice(ended, end)
  if (lineBreak === '\r\n') spans.push({ kind: 'cap', text: 'CR LF', real: lineBreak })
  if (lineBreak === '\r') spans.push({ kind: 'cap', text: 'CR', real: lineBreak })
  return spans
}

/** A line without what ends it, for views that make no claim to be the bytes. */
export function plainLineSpans(text: string, start: number, end: number): Span[] {
  return [{ kind: 'plain', text: text.slice(start, endOfWords(text, start, end)) }]
}

/** A line of a message's head: the request or status line strong, the names of the others in the colour of keys. */
export function headLineSpans(text: string, start: number, end: number): Span[] {
  const line = text.slice(start, endOfWords(text, start, end))
  if (start === 0) return [{ kind: 'strong', text: line }]
  const colon = line.indexOf(':')
  if (colon < 0) return [{ kind: 'plain', text: line }]
  return [
    { kind: 'key', text: line.slice(0, colon) },
    { kind: 'plain', text: line.slice(colon) },
  ]
}

function endOfWords(text: string, start: number, end: number): number {
  let at = end
  if (at > start && text.charCodeAt(at - 1) === LF) at -= 1
  if (at > start && text.charCodeAt(at - 1) === CR) at -= 1
  return at
}
