import { createScanner } from 'jsonc-parser'
import { createLineTable, type LineTable } from './line-table.ts'
import type { Span, SpanKind } from './visual-row.ts'
import { textWidth } from './visible-text.ts'

// jsonc-parser's kinds are an ambient const enum, which a file compiled by itself cannot read.
const OPEN_BRACE = 1
const CLOSE_BRACE = 2
const OPEN_BRACKET = 3
const CLOSE_BRACKET = 4
const COMMA = 5
const COLON = 6
const LITERALS = new Set([7, 8, 9])
const STRING = 10
const NUMBER = 11
const COMMENTS = new Set([12, 13])
const BLANKS = new Set([14, 15])
const END = 17
const UNCLOSED_STRING = 2
const UNFINISHED_NUMBER = 3

/** More lines than this are no help to anybody and would take more memory than the body itself. */
const MAX_LINES = 4_000_000

export type JsonLayout =
  | { readonly ok: true; readonly table: LineTable }
  /** `offset` counts UTF-16 units from the text's beginning. */
  | { readonly ok: false; readonly offset: number; readonly problem: string }

type Place = 'value' | 'first-value' | 'first-key' | 'key' | 'colon' | 'after-value'

/**
 * Cuts a JSON text into the lines of its pretty form without making values of it: a line is a range of tokens of the text, so
 * numbers, escapes, key order and duplicates cannot change. Several values one after the other (JSON lines) stand below each other.
 */
export function layOutJson(text: string, from = 0): JsonLayout {
  const scanner = createScanner(text, false)
  scanner.setPosition(from)
  const table = createLineTable()
  const open: number[] = []
  let place: Place = 'value'
  let line = { start: -1, end: -1, depth: 0, width: 0 }

  const breakLine = (): void => {
    if (line.start >= 0) table.push(line)
    line = { start: -1, end: -1, depth: open.length, width: 0 }
  }
  const problemAt = (offset: number, problem: string): JsonLayout => ({ ok: false, offset, problem })

  for (;;) {
    const kind: number = scanner.scan()
    const offset = scanner.getTokenOffset()
    if (BLANKS.has(kind)) continue
    if (kind === END) {
      if (open.length > 0) return problemAt(offset, `${describeOpen(open)} is not closed`)
      breakLine()
      return table.count() === 0 ? problemAt(offset, 'there is no value') : { ok: true, table }
    }
    const problem = describeProblem(kind, scanner.getTokenError(), place, open)
    if (problem !== null) return problemAt(offset, problem)
    if (table.count() > MAX_LINES) return problemAt(offset, `more than ${MAX_LINES} lines, too many to lay out`)

    const closes = kind === CLOSE_BRACE || kind === CLOSE_BRACKET
    if (closes) {
      const wasEmpty = place === 'first-value' || place === 'first-key'
      open.pop()
      if (!wasEmpty) breakLine()
    } else if (kind !== COMMA && kind !== COLON && place !== 'value') {
      breakLine()
    } else if (place === 'value' && isStartOfLine(open, line.start)) {
      breakLine()
    }
    const end = offset + scanner.getTokenLength()
    if (line.start < 0) line.start = offset
    line.end = end
    line.width += kind === COLON ? 2 : kind === STRING ? textWidth(text, offset, end) : end - offset
    if (kind === NUMBER) line.width += noteOfNumber(text.slice(offset, end)).length
    place = placeAfter(kind, place, open)
  }
}

/** The coloured pieces of one line. Blanks between tokens are those of the pretty form; every token is the text's own. */
export function jsonLineSpans(text: string, start: number, end: number): Span[] {
  const scanner = createScanner(text, false)
  scanner.setPosition(start)
  const spans: Span[] = []
  let note = ''
  while (scanner.getPosition() < end) {
    const kind: number = scanner.scan()
    if (BLANKS.has(kind)) continue
    if (kind === END) break
    const offset = scanner.getTokenOffset()
    const token = text.slice(offset, offset + scanner.getTokenLength())
    if (kind === COLON) {
      const key = spans.at(-1)
      if (key?.kind === 'string') spans[spans.length - 1] = { kind: 'key', text: key.text }
      spans.push({ kind: 'punct', text: ': ' })
      continue
    }
    if (kind === NUMBER) note = noteOfNumber(token)
    spans.push({ kind: kindOf(kind), text: token })
  }
  if (note !== '') spans.push({ kind: 'note', text: note })
  return spans
}

/** The value that begins in a line, as it stands in the text: to the end of its object or array. Null when none begins there. */
export function jsonValueOfLine(text: string, start: number, end: number): string | null {
  const scanner = createScanner(text, true)
  scanner.setPosition(start)
  let kind: number = scanner.scan()
  let from = scanner.getTokenOffset()
  if (kind === CLOSE_BRACE || kind === CLOSE_BRACKET) return null
  let to = from + scanner.getTokenLength()
  const next: number = kind === STRING && to < end ? scanner.scan() : END
  if (next === COLON) {
    kind = scanner.scan()
    from = scanner.getTokenOffset()
    to = from + scanner.getTokenLength()
  }
  if (kind !== OPEN_BRACE && kind !== OPEN_BRACKET) return text.slice(from, to)
  scanner.setPosition(to)
  for (let depth = 1; depth > 0;) {
    const token: number = scanner.scan()
    if (token === END) return null
    if (token === OPEN_BRACE || token === OPEN_BRACKET) depth += 1
    if (token === CLOSE_BRACE || token === CLOSE_BRACKET) depth -= 1
  }
  return text.slice(from, scanner.getPosition())
}

/** Said of an integer that loses digits in programs which keep numbers as doubles. */
function noteOfNumber(number: string): string {
  if (number.length < 16 || !/^-?\d+$/.test(number) || Number.isSafeInteger(Number(number))) return ''
  return `  ${number.replace('-', '').length} digits, shown as received`
}

function isStartOfLine(open: readonly number[], lineStart: number): boolean {
  return open.length === 0 ? lineStart >= 0 : open.at(-1) === OPEN_BRACKET
}

function kindOf(kind: number): SpanKind {
  if (kind === STRING) return 'string'
  if (kind === NUMBER) return 'number'
  return LITERALS.has(kind) ? 'literal' : 'punct'
}

function placeAfter(kind: number, place: Place, open: number[]): Place {
  if (kind === OPEN_BRACE || kind === OPEN_BRACKET) {
    open.push(kind)
    return kind === OPEN_BRACE ? 'first-key' : 'first-value'
  }
  if (kind === COLON) return 'value'
  if (kind === COMMA) return open.at(-1) === OPEN_BRACE ? 'key' : 'value'
  if ((place === 'first-key' || place === 'key') && kind === STRING) return 'colon'
  return open.length === 0 ? 'value' : 'after-value'
}

function describeProblem(kind: number, error: number, place: Place, open: readonly number[]): string | null {
  if (error === UNCLOSED_STRING) return 'a text is not closed'
  if (error === UNFINISHED_NUMBER) return 'a number breaks off'
  if (COMMENTS.has(kind)) return 'a comment, which JSON does not have'
  if (fits(kind, place, open)) return null
  if (place === 'colon') return 'a colon is missing'
  if (place === 'after-value') return 'a comma is missing'
  if (place === 'key' || place === 'first-key') return 'a key in quotes is missing'
  return 'a value is missing'
}

function fits(kind: number, place: Place, open: readonly number[]): boolean {
  const isValue =
    kind === STRING || kind === NUMBER || LITERALS.has(kind) || kind === OPEN_BRACE || kind === OPEN_BRACKET
  const closing = open.at(-1) === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET
  switch (place) {
    case 'value':
      return isValue
    case 'first-value':
      return isValue || kind === CLOSE_BRACKET
    case 'first-key':
      return kind === STRING || kind === CLOSE_BRACE
    case 'key':
      return kind === STRING
    case 'colon':
      return kind === COLON
    case 'after-value':
      return kind === COMMA || kind === closing
  }
}

function describeOpen(open: readonly number[]): string {
  return open.at(-1) === OPEN_BRACE ? 'an object' : 'an array'
}
