import type { HeaderLine } from '../../../../protocol/request.ts'

/** The head of a message as HTTP/1.1 writes it, with its empty last line. HTTP's version is not stored; lines are as received. */
export function messageHead(startLine: string, headers: readonly HeaderLine[]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  return `${startLine}\r\n${lines.join('')}\r\n`
}

/** Which of several lines of one name a line is: `2 of 3`, or null for a name that stands alone. Names differ in case only. */
export function duplicateNote(headers: readonly HeaderLine[], at: number): string | null {
  const name = headers[at]?.[0].toLowerCase()
  const same = headers.flatMap(([other], index) => (other.toLowerCase() === name ? [index] : []))
  if (same.length < 2) return null
  const place = same.indexOf(at) + 1
  return place === 1 ? `1 of ${same.length}` : `${place} of ${same.length}, kept apart`
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

/** Whether a line is for one connection only and stays behind when the request is forwarded. */
export function isHopByHop(headers: readonly HeaderLine[], name: string): boolean {
  const lower = name.toLowerCase()
  if (HOP_BY_HOP.has(lower)) return true
  return headers.some(
    ([other, value]) =>
      other.toLowerCase() === 'connection' && value.split(',').some((named) => named.trim().toLowerCase() === lower),
  )
}

const SECRET = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key'])

/** A value that opens doors, with dots for what must not be read over a shoulder; null when it holds no secret. */
export function maskedValue([name, value]: HeaderLine): string | null {
  const lower = name.toLowerCase()
  if (!SECRET.has(lower) || value === '') return null
  if (lower.endsWith('cookie')) return value.replace(/=[^;]*/g, '=••••••••')
  const scheme = /^(\S+) \S/.exec(value)?.[1]
  return scheme === undefined ? '••••••••' : `${scheme} ••••••••`
}

/** What the bytes of a body were encoded with, as the sender says it ("gzip", "gzip, br"), or null when they are the content itself. */
export function contentEncoding(headers: readonly HeaderLine[]): string | null {
  const codings = headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding.toLowerCase() !== 'identity')
  return codings.length === 0 ? null : codings.join(', ')
}
