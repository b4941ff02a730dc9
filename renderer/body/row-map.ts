import type { BodyLayout } from './body-layout.ts'
import { breakRows, showUnseen } from './visible-text.ts'
import type { Span, VisualRow } from './visual-row.ts'

const COLUMNS_PER_LEVEL = 2
/** A row never gets narrower than this, however deep its line lies. */
const LEAST_COLUMNS = 24
/** Breaks of lines longer than this are kept: counting them anew for each screenful would be felt. */
const LONG_LINE = 20_000

/** Which rows of the screen a layout makes at a width, and what stands in them. */
export type RowMap = {
  readonly count: number
  /** Rows from `from` up to, and without, `to`. */
  readonly slice: (from: number, to: number) => VisualRow[]
}

/** Lines that are too long for `columns` take several rows: nothing is cut off, and no text changes. */
export function mapRows(layout: BodyLayout, columns: number): RowMap {
  const { table } = layout
  const lines = table.count()
  const firstRows = new Uint32Array(lines + 1)
  const kept = new Map<number, Uint32Array>()
  const indentOf = (line: number): number =>
    Math.max(0, Math.min(table.depth(line) * COLUMNS_PER_LEVEL, columns - LEAST_COLUMNS))

  const breaksOf = (line: number, text: string): Uint32Array => {
    const known = kept.get(line)
    if (known) return known
    const breaks = breakRows(text, Math.max(1, columns - indentOf(line)))
    if (text.length > LONG_LINE) kept.set(line, breaks)
    return breaks
  }

  for (let line = 0; line < lines; line += 1) {
    const fits = table.width(line) <= columns - indentOf(line)
    const rows = fits ? 1 : breaksOf(line, textOf(layout.spans(line))).length
    firstRows[line + 1] = (firstRows[line] ?? 0) + rows
  }

  const rowsOfLine = (line: number): VisualRow[] => {
    const spans = layout.spans(line)
    const text = textOf(spans)
    const breaks = table.width(line) <= columns - indentOf(line) ? Uint32Array.of(0) : breaksOf(line, text)
    const hasValue = spans.some((span) => isValue(span)) && layout.headLines === 0
    return Array.from(breaks, (start, at) => ({
      line: line + 1,
      continued: at > 0,
      indent: indentOf(line),
      hasValue: hasValue && at === 0,
      ruled: at === 0 && layout.headLines > 0 && line === layout.headLines,
      spans: cutSpans(spans, start, breaks[at + 1] ?? text.length),
    }))
  }

  return {
    count: firstRows[lines] ?? 0,
    slice: (from, to) => sliceRows(firstRows, lines, from, to, rowsOfLine),
  }
}

function sliceRows(
  firstRows: Uint32Array,
  lines: number,
  from: number,
  to: number,
  rowsOfLine: (line: number) => VisualRow[],
): VisualRow[] {
  const rows: VisualRow[] = []
  for (let line = lineOfRow(firstRows, from); line < lines && (firstRows[line] ?? 0) < to; line += 1) {
    const first = firstRows[line] ?? 0
    rows.push(...rowsOfLine(line).slice(Math.max(0, from - first), to - first))
  }
  return rows
}

/** The line that a row belongs to: the last one that begins at it or before. */
function lineOfRow(firstRows: Uint32Array, row: number): number {
  let low = 0
  let high = firstRows.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((firstRows[middle] ?? 0) <= row) low = middle
    else high = middle - 1
  }
  return low
}

function cutSpans(spans: readonly Span[], start: number, end: number): Span[] {
  const cut: Span[] = []
  let at = 0
  for (const span of spans) {
    const from = Math.max(start - at, 0)
    const to = Math.min(end - at, span.text.length)
    if (to > from) {
      // A cap is one thing: it goes with the row in which it begins.
      if (span.kind === 'cap') cut.push(...(from === 0 ? [span] : []))
      else cut.push(...showUnseen(span.kind, span.text.slice(from, to)))
    }
    at += span.text.length
  }
  return cut
}

function isValue(span: Span): boolean {
  return span.kind === 'string' || span.kind === 'number' || span.kind === 'literal' || /^[{[]/.test(span.text)
}

function textOf(spans: readonly Span[]): string {
  return spans.length === 1 ? (spans[0]?.text ?? '') : spans.map((span) => span.text).join('')
}
