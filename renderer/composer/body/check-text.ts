import { layOutJson, jsonValueOfLine } from '../../body/json-layout.ts'
import type { TextKind } from './text-kind.ts'

/** The first mistake of a text. It is told and never in the way: anything can be sent. */
export type Mistake = {
  /** UTF-16 units from the beginning. */
  readonly offset: number
  /** From 1; columns in characters as an editor counts them. */
  readonly line: number
  readonly column: number
  /** "a comma is missing". */
  readonly problem: string
}

/** Looks for the first mistake. Null when there is none, or when this kind of text is not checked. */
export function findMistake(kind: TextKind, text: string, contentType: string | null): Mistake | null {
  if (kind === 'json') return findJsonMistake(text, contentType)
  return kind === 'xml' ? findXmlMistake(text) : null
}

export function isChecked(kind: TextKind): boolean {
  return kind === 'json' || kind === 'xml'
}

/** JSON as its type has it: one value, or one after the other where the type is one of JSON lines. */
function findJsonMistake(text: string, contentType: string | null): Mistake | null {
  const start = text.startsWith('\ufeff') ? 1 : 0
  const layout = layOutJson(text, start)
  if (!layout.ok) {
    // What is missing is missing behind what stands before it, not where the next thing begins.
    const isMissing = /comma is missing|colon is missing|is not closed/.test(layout.problem)
    return mistakeAt(text, isMissing ? endBefore(text, layout.offset) : layout.offset, layout.problem)
  }
  if (/ndjson|jsonl|json-seq/i.test(contentType ?? '')) return null
  const first = start + text.slice(start).search(/\S/)
  const value = jsonValueOfLine(text, first, text.length) ?? ''
  const rest = text.slice(first + value.length).search(/\S/)
  return rest < 0 ? null : mistakeAt(text, first + value.length + rest, 'a second value, where JSON has one')
}

/** Behind the last character before `offset` that is no blank; `offset` itself where there is none. */
function endBefore(text: string, offset: number): number {
  const before = text.slice(0, offset).trimEnd().length
  return before === 0 ? offset : before
}

/** The browser's own parser: it runs nothing and loads nothing. */
function findXmlMistake(text: string): Mistake | null {
  if (text.trim() === '') return mistakeAt(text, 0, 'there is no element')
  const parsed = new DOMParser().parseFromString(text, 'application/xml').querySelector('parsererror')
  const said = /line (\d+) at column (\d+): (.+)/.exec(parsed?.textContent ?? '')
  if (said === null) return null
  const line = Number(said[1])
  const column = Math.max(1, Number(said[2]))
  return { offset: offsetOf(text, line, column), line, column, problem: lowerFirst((said[3] ?? '').trim()) }
}

export function mistakeAt(text: string, offset: number, problem: string): Mistake {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { offset, line, column: offset - (before.lastIndexOf('\n') + 1) + 1, problem }
}

function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n')
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
  return Math.min(text.length, before + Math.min(column - 1, lines[line - 1]?.length ?? 0))
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')
}
