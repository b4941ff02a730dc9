import { TextDecoder } from 'node:util'

const NUL_TO_SPACE = 0x20

/**
 * Text of a body's beginning: by its byte order mark, else by the charset that it names, else as UTF-8, or windows-1252 where it is none. Bytes that are no
 * text in their charset become U+FFFD, which is in no word.
 */
export function decodeText(bytes: Uint8Array, charset: string | null): string {
  const marked = charsetByMark(bytes)
  const named = marked ?? charset ?? charsetOfXml(bytes)
  const decoder = named === null ? null : openDecoder(named)
  if (decoder !== null && decoder.encoding !== 'utf-8') return decoder.decode(bytes)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  const isCutOnly = firstBad(text) >= text.length - 1
  if (named !== null || isCutOnly) return withoutMark(text)
  return openDecoder('windows-1252')?.decode(bytes) ?? text
}

/** A line of a head, which stands as latin-1, in the charset that its bytes are in: UTF-8 if they can be. */
export function decodeLatin1Line(line: string): string {
  for (let at = 0; at < line.length; at += 1) {
    if (line.charCodeAt(at) <= 0x7f) continue
    const text = Buffer.from(line, 'latin1').toString('utf8')
    return firstBad(text) === text.length ? text : line
  }
  return line
}

/** Whether it cannot be meant to be read: many controls, or much that is no text in its charset. */
export function isGibberish(text: string): boolean {
  let odd = 0
  const looked = Math.min(text.length, 4096)
  for (let at = 0; at < looked; at += 1) {
    const code = text.charCodeAt(at)
    const isBlank = code >= 0x09 && code <= 0x0d
    if ((code < NUL_TO_SPACE && !isBlank) || code === 0xfffd) odd += 1
  }
  return odd * 10 > looked
}

function firstBad(text: string): number {
  const at = text.indexOf('\ufffd')
  return at < 0 ? text.length : at
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function charsetByMark(bytes: Uint8Array): string | null {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return null
}

function charsetOfXml(bytes: Uint8Array): string | null {
  if (bytes[0] !== 0x3c) return null
  const beginning = String.fromCharCode(...bytes.subarray(0, 200))
  return /^<\?xml[^>]*\sencoding=["']([\w.:-]+)["']/.exec(beginning)?.[1] ?? null
}

function openDecoder(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label)
  } catch (cause) {
    if (cause instanceof RangeError) return null
    throw cause
  }
}
