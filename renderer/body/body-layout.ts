import { formLineSpans, layOutForm } from './form-layout.ts'
import { jsonLineSpans, jsonValueOfLine, layOutJson } from './json-layout.ts'
import type { LineTable } from './line-table.ts'
import type { BodyKind } from './media-type.ts'
import { headLineSpans, layOutText, plainLineSpans, rawLineSpans } from './text-layout.ts'
import { decodePair } from './decode-pairs.ts'
import type { Span } from './visual-row.ts'
import { layOutXml, xmlLineSpans } from './xml-layout.ts'

export type TextView = 'pretty' | 'raw'

/** A text cut into lines for one view. `spans` colours a line when it is asked for; nothing is kept of it. */
export type BodyLayout = {
  readonly table: LineTable
  /** Lines before the body: those of the message's head. */
  readonly headLines: number
  /** What the view is and is not, for the foot. */
  readonly claim: string
  /** Why the body is shown as it was received although something prettier was asked for. */
  readonly problem: string | null
  readonly spans: (line: number) => Span[]
  readonly value: (line: number) => string | null
}

/** Lays a body out as exact text. `head` is the head of its message, or empty. */
export function layOutRaw(body: string, head: string): BodyLayout {
  const text = head + body
  const table = layOutText(text)
  const headLines = head === '' ? 0 : layOutText(head).count()
  // As in an editor: without an empty line nobody would see that the last line has an end.
  if (/[\r\n]$/.test(body)) table.push({ start: text.length, end: text.length, depth: 0, width: 0 })
  return {
    table,
    headLines,
    claim: 'Exact text. Caps stand for control characters.',
    problem: null,
    spans: (line) => (line < headLines ? headLineSpans : rawLineSpans)(text, table.start(line), table.end(line)),
    value: () => null,
  }
}

/** Lays a body out for reading. What cannot be prettier is shown as it stands, and `problem` says why. */
export function layOutPretty(text: string, kind: BodyKind): BodyLayout {
  switch (kind) {
    case 'json':
      return prettyJson(text)
    case 'form':
      return of(text, layOutForm(text), formLineSpans, 'Form, decoded. Order and duplicates as received.', formValue)
    case 'xml':
      return of(text, layOutXml(text, beginningOf(text)), xmlLineSpans, 'Pretty view. Only blanks between tags differ.')
    case 'html':
      return of(text, layOutText(text), xmlLineSpansOfText, 'Source of the page, shown as text.')
    case 'multipart':
    case 'text':
    case 'binary':
      return of(text, layOutText(text), plainLineSpans, 'The text as received.')
  }
}

/** A place in a text as people count: `Line 14, column 35`. */
export function describePlace(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  const line = before.split('\n').length
  return `Line ${line}, column ${before.length - lastBreak}`
}

function prettyJson(text: string): BodyLayout {
  const layout = layOutJson(text, beginningOf(text))
  const claim = 'Pretty view. Numbers, keys and order as received.'
  if (layout.ok) return of(text, layout.table, jsonLineSpans, claim, jsonValueOfLine)
  const problem = `${describePlace(text, layout.offset)}: ${layout.problem}. Shown as received.`
  return { ...of(text, layOutText(text), plainLineSpans, 'The text as received.'), problem }
}

function of(
  text: string,
  table: LineTable,
  spansOf: (text: string, start: number, end: number) => Span[],
  claim: string,
  valueOf: (text: string, start: number, end: number) => string | null = () => null,
): BodyLayout {
  return {
    table,
    headLines: 0,
    claim,
    problem: null,
    spans: (line) => spansOf(text, table.start(line), table.end(line)),
    value: (line) => valueOf(text, table.start(line), table.end(line)),
  }
}

function formValue(text: string, start: number, end: number): string {
  return decodePair(text.slice(start, end)).value
}

function xmlLineSpansOfText(text: string, start: number, end: number): Span[] {
  const line = plainLineSpans(text, start, end)[0]?.text ?? ''
  return xmlLineSpans(line, 0, line.length)
}

function beginningOf(text: string): number {
  return text.startsWith('\ufeff') ? 1 : 0
}
