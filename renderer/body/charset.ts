import { readMediaType } from './media-type.ts'
import { STAND_IN } from './visible-text.ts'

const UNITS_AT_ONCE = 8192

export type DecodedBody = {
  readonly text: string
  /** The charset that was used, as the standard names it. */
  readonly charset: string
  /** Why it is not the one that the sender named, or what is odd about it; null when all is well. */
  readonly note: string | null
  /** Bytes that are no text in this charset. */
  readonly badBytes: number
}

/**
 * Makes text of a body's bytes: by its byte order mark, else by the charset of its Content-Type, else by XML's own declaration, else as
 * UTF-8. A BOM stays in the text. In UTF-8 a byte that is no text stays findable (`STAND_IN`).
 */
export function decodeBody(bytes: Uint8Array, contentType: string | null): DecodedBody {
  const named =
    charsetByMark(bytes) ?? readMediaType(contentType).parameters.get('charset') ?? charsetOfXml(bytes) ?? 'utf-8'
  const decoder = openDecoder(named)
  if (decoder === null) {
    const { text, badBytes } = decodeUtf8(bytes)
    return { text, charset: 'utf-8', note: `charset "${named}" is not known, read as UTF-8`, badBytes }
  }
  if (decoder.encoding === 'utf-8') return { ...decodeUtf8(bytes), charset: 'utf-8', note: null }
  const text = decoder.decode(bytes)
  return { text, charset: decoder.encoding, note: null, badBytes: text.split('\ufffd').length - 1 }
}

/** `UTF-8, but 2 bytes are not`. */
export function describeCharset(body: Omit<DecodedBody, 'text'>): string {
  const name = body.charset === 'windows-1252' ? 'latin-1 (windows-1252)' : body.charset.toUpperCase()
  const bad = body.badBytes === 0 ? '' : `, but ${body.badBytes === 1 ? '1 byte is' : `${body.badBytes} bytes are`} not`
  return body.note ?? `${name}${bad}`
}

function openDecoder(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label, { ignoreBOM: true })
  } catch (cause) {
    if (cause instanceof RangeError) return null
    throw cause
  }
}

function charsetByMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

function charsetOfXml(bytes: Uint8Array): string | undefined {
  const beginning = String.fromCharCode(...bytes.subarray(0, 200))
  return /^\s*<\?xml[^>]*\sencoding=["']([\w.:-]+)["']/.exec(beginning)?.[1]
}

/** By units, not by pieces of text: a body of 25 MB that is no text at all would make ten million of those. */
function decodeUtf8(bytes: Uint8Array): { text: string; badBytes: number } {
  const whole = tryUtf8(bytes)
  if (whole !== null) return { text: whole, badBytes: 0 }
  const parts: string[] = []
  const units = new Uint16Array(UNITS_AT_ONCE)
  let used = 0
  let badBytes = 0
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at)
    const code = length === 0 ? STAND_IN + (bytes[at] ?? 0) : codePointAt(bytes, at, length)
    if (length === 0) badBytes += 1
    if (code > 0xffff) units[used++] = 0xd7c0 + (code >> 10)
    units[used++] = code > 0xffff ? 0xdc00 + (code & 0x3ff) : code
    at += Math.max(1, length)
    if (used < UNITS_AT_ONCE - 1 && at < bytes.length) continue
    parts.push(String.fromCharCode(...units.subarray(0, used)))
    used = 0
  }
  return { text: parts.join(''), badBytes }
}

/** Of a sequence that is well formed. */
function codePointAt(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] ?? 0
  if (length === 1) return first
  let code = first & (0xff >> (length + 1))
  for (let next = at + 1; next < at + length; next += 1) code = (code << 6) | ((bytes[next] ?? 0) & 0x3f)
  return code
}

function tryUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    if (cause instanceof TypeError) return null
    throw cause
  }
}

/** Length of the well-formed UTF-8 sequence at `at` (Unicode, table 3-7), or 0 when the byte there begins none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const second = bytes[at + 1] ?? 0
  if (first >= 0xc2 && first <= 0xdf) return isTail(second) ? 2 : 0
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high || !isTail(bytes[at + 2] ?? 0)) return 0
  if (first >= 0xe0 && first <= 0xef) return 3
  if (first >= 0xf0 && first <= 0xf4) return isTail(bytes[at + 3] ?? 0) ? 4 : 0
  return 0
}

function isTail(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf
}
