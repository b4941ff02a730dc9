import type { Bytes } from '../../format/exact-text.ts'

/**
 * A multipart body (RFC 2046, section 5.1) as its pieces. Put together again they are the same bytes: a part that nobody touches stays
 * as it was sent, whatever it holds.
 */
export type Multipart = {
  readonly boundary: string
  readonly preamble: Bytes
  readonly parts: readonly Part[]
  /** What follows the last boundary's two dashes, or the whole end when there is no such boundary. */
  readonly epilogue: Bytes
  readonly isClosed: boolean
}

export type Part = {
  /** Between boundary and head: blanks, as a rule none. */
  readonly padding: string
  /** The header lines as they were sent, latin-1, with their last line break. */
  readonly head: string
  readonly body: Bytes
  /** The line break of its head. */
  readonly lineBreak: string
  /** The line break between its body and the next boundary. */
  readonly closing: string
}

/** Null when the bytes are not what their boundary says: then they are no parts to anybody. */
export function readMultipart(bytes: Bytes, boundary: string): Multipart | null {
  const text = oneCharacterAByte(bytes)
  const places = delimitersIn(text, `--${boundary}`)
  const [first] = places
  if (first === undefined) return null
  const preamble = bytes.slice(0, first.at)
  const parts: Part[] = []
  for (const [index, place] of places.entries()) {
    if (place.isLast) return { boundary, preamble, parts, epilogue: bytes.slice(place.to), isClosed: true }
    const part = readPart(text, bytes, place, places[index + 1] ?? null)
    if (part === null) return null
    parts.push(part)
  }
  return { boundary, preamble, parts, epilogue: new Uint8Array(), isClosed: false }
}

/** `breakAt` is where the line break before the dashes begins: the RFC counts it to the delimiter. */
type Delimiter = { readonly breakAt: number; readonly at: number; readonly to: number; readonly isLast: boolean }

/** Where lines begin with the delimiter. */
function delimitersIn(text: string, delimiter: string): Delimiter[] {
  const found: Delimiter[] = []
  for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && text[at - 1] !== '\n') continue
    const breakAt = at === 0 ? 0 : text[at - 2] === '\r' ? at - 2 : at - 1
    const to = at + delimiter.length
    const isLast = text.startsWith('--', to)
    if (!isLast && !OPENING.test(text.slice(to, to + 200))) continue
    found.push({ breakAt, at, to: isLast ? to + 2 : to, isLast })
    if (isLast) break
  }
  return found
}

const OPENING = /^([ \t]*)(\r?\n)/

function readPart(text: string, bytes: Bytes, place: Delimiter, next: Delimiter | null): Part | null {
  const [opening = '', padding = '', lineBreak = ''] = OPENING.exec(text.slice(place.to, place.to + 200)) ?? []
  const headAt = place.to + opening.length
  const headEnd = text.startsWith(lineBreak, headAt) ? headAt : text.indexOf(lineBreak + lineBreak, headAt)
  const bodyAt = headEnd === headAt ? headAt + lineBreak.length : headEnd + 2 * lineBreak.length
  const end = next?.breakAt ?? bytes.length
  if (headEnd < 0 || bodyAt > end) return null
  return {
    padding,
    lineBreak,
    head: text.slice(headAt, headEnd === headAt ? headAt : headEnd + lineBreak.length),
    body: bytes.slice(bodyAt, end),
    closing: next === null ? '' : text.slice(next.breakAt, next.at),
  }
}

/** The bytes of it all. */
export function writeMultipart({ boundary, preamble, parts, epilogue, isClosed }: Multipart): Bytes {
  const pieces = [preamble]
  for (const part of parts) {
    const { padding, lineBreak, head, body, closing } = part
    const opening = `--${boundary}${padding}${lineBreak}${head}${lineBreak}`
    // A part that was the last of a body without an end has nothing that would keep it from the next one.
    const isLast = part === parts.at(-1)
    const end = closing === '' && (!isLast || isClosed) ? lineBreak : closing
    pieces.push(latin1Bytes(opening), body, latin1Bytes(end))
  }
  if (isClosed) pieces.push(latin1Bytes(`--${boundary}--`))
  return joined([...pieces, epilogue])
}

/** What a part says of itself. */
export type PartFacts = {
  readonly name: string
  /** Null for a field, which has none. */
  readonly fileName: string | null
  readonly contentType: string | null
}

export function partFacts(part: Part): PartFacts {
  const disposition = headerOf(part, 'content-disposition') ?? ''
  return {
    name: parameterOf(disposition, 'name') ?? '',
    fileName: parameterOf(disposition, 'filename'),
    contentType: headerOf(part, 'content-type'),
  }
}

/** The part with another name; everything else of its head stays as it is. */
export function withPartName(part: Part, name: string): Part {
  const quoted = quote(name)
  if (/;\s*name=/i.test(part.head)) {
    const head = part.head.replace(/(;\s*name=)("(?:[^"\\]|\\.)*"|[^;\r\n]*)/i, (_, before: string) => before + quoted)
    return { ...part, head }
  }
  return { ...part, head: `Content-Disposition: form-data; name=${quoted}${part.lineBreak}${part.head}` }
}

export function withPartBody(part: Part, body: Bytes): Part {
  return { ...part, body }
}

export function newPart(lineBreak = '\r\n'): Part {
  return {
    padding: '',
    lineBreak,
    head: `Content-Disposition: form-data; name=""${lineBreak}`,
    body: new Uint8Array(),
    closing: lineBreak,
  }
}

function headerOf(part: Part, name: string): string | null {
  const line = part.head.split(part.lineBreak).find((one) => one.toLowerCase().startsWith(`${name}:`))
  return line === undefined ? null : line.slice(name.length + 1).trim()
}

function parameterOf(disposition: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;]*))`, 'i').exec(disposition)
  if (found === null) return null
  const written = found[1]?.replace(/\\(.)/g, '$1') ?? found[2]?.trim() ?? ''
  // Browsers put UTF-8 there, though the line is latin-1 by its rule.
  return fromUtf8(written) ?? written
}

/** As browsers write it (HTML Standard, multipart form data). */
function quote(name: string): string {
  const escaped = name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  return `"${oneCharacterAByte(new TextEncoder().encode(escaped))}"`
}

function fromUtf8(latin1: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(latin1Bytes(latin1))
  } catch (cause) {
    if (cause instanceof TypeError) return null
    throw cause
  }
}

const PIECE = 8192

/** So that places in the text are places in the bytes. (TextDecoder's latin1 is windows-1252, which has other characters for some.) */
function oneCharacterAByte(bytes: Bytes): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE))
  return text
}

function latin1Bytes(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function joined(pieces: readonly Bytes[]): Bytes {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
