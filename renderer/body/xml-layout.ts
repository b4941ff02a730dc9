import { createLineTable, type LineTable } from './line-table.ts'
import type { Span } from './visual-row.ts'
import { textWidth } from './visible-text.ts'

// One mark-up piece: comment, CDATA, processing instruction, declaration, tag. Quoted attribute values may hold a `>`.
const PIECE = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<![^>]*>|<\/?[^\s<>/](?:[^<>"']|"[^"]*"|'[^']*')*>/g

/**
 * Cuts XML into lines, one for each tag, leaving out nothing but blanks between tags. An element with text only stays on its line,
 * and text beside elements stays as it is. What is no XML comes back as one line of text: nothing is judged here.
 */
export function layOutXml(text: string, from = 0): LineTable {
  const table = createLineTable()
  let depth = 0
  let done = from
  let line: { start: number; depth: number } | null = null

  const close = (end: number): void => {
    if (line === null) return
    for (const piece of cutAtBreaks(text, line.start, end)) table.push({ ...piece, depth: line.depth })
    line = null
  }

  PIECE.lastIndex = from
  for (let match = PIECE.exec(text); match !== null; match = PIECE.exec(text)) {
    const piece = match[0]
    const between = text.slice(done, match.index)
    const isClosing = piece.startsWith('</')
    const hasText = between.trim() !== ''
    const endsOpenLine = isClosing && line !== null
    if (hasText && line === null) line = { start: done + leadingBlanks(between), depth }
    if (!hasText && !endsOpenLine) close(done)
    if (isClosing) depth = Math.max(0, depth - 1)
    if (line === null) line = { start: match.index, depth }
    done = match.index + piece.length
    const opens = /^<[^/!?]/.test(piece) && !piece.endsWith('/>')
    if (opens) depth += 1
    else close(done)
  }
  const rest = text.slice(done)
  if (rest.trim() === '') close(done)
  else {
    if (line === null) line = { start: done + leadingBlanks(rest), depth }
    close(text.trimEnd().length)
  }
  return table
}

/** The coloured pieces of a line of mark-up; its text is the text's own. */
export function xmlLineSpans(text: string, start: number, end: number): Span[] {
  const line = text.slice(start, end)
  const spans: Span[] = []
  let done = 0
  for (const match of line.matchAll(PIECE)) {
    if (match.index > done) spans.push({ kind: 'plain', text: line.slice(done, match.index) })
    spans.push(...tagSpans(match[0]))
    done = match.index + match[0].length
  }
  if (done < line.length) spans.push({ kind: 'plain', text: line.slice(done) })
  return spans
}

function tagSpans(piece: string): Span[] {
  if (/^<[!?]/.test(piece)) return [{ kind: 'punct', text: piece }]
  const spans: Span[] = []
  for (const match of piece.matchAll(/^<\/?|"[^"]*"|'[^']*'|\/?>$|[^\s<>/="']+|[\s=/]+|./gs)) {
    const part = match[0]
    if (/^["']/.test(part)) spans.push({ kind: 'string', text: part })
    else if (/^[\s<>/=]/.test(part)) spans.push({ kind: 'punct', text: part })
    else spans.push({ kind: 'key', text: part })
  }
  return spans
}

/** A line break inside a piece stays one: comments, CDATA and long texts are shown as they stand. */
function cutAtBreaks(text: string, start: number, end: number): { start: number; end: number; width: number }[] {
  const pieces = []
  let at = start
  while (at < end) {
    const next = text.indexOf('\n', at)
    const stop = next < 0 || next >= end ? end : next
    const trimmed = stop > at && text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop
    pieces.push({ start: at, end: trimmed, width: textWidth(text, at, trimmed) })
    at = stop + 1
  }
  return pieces
}

function leadingBlanks(text: string): number {
  return text.length - text.trimStart().length
}
