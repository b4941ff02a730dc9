import { decodeText, isGibberish } from './charset.ts'
import { inflateBeginning } from './inflate.ts'
import { decodeEntities, decodeForm, unescapeJson, unescapeWhereJson } from './unescape.ts'

/** Bytes of a body's beginning that are looked at; so many characters of text come out of them at most. */
export const BODY_BYTES_READ = 65_536
const PARTS_MAX = 64
const NESTED_MAX = 2

export type BodyBeginning = {
  readonly bytes: Uint8Array
  readonly contentType: string | null
  readonly contentEncoding: string | null
}

type Kind = 'json' | 'form' | 'markup' | 'multipart' | 'text' | 'unknown'

/** The words of a body as its sender meant them: inflated, in its charset, escapes resolved. Empty for what is no text. */
export function textOfBody(body: BodyBeginning): string {
  const inflated = inflateBeginning(body.bytes, body.contentEncoding, BODY_BYTES_READ)
  return inflated === null ? '' : textOf(inflated.subarray(0, BODY_BYTES_READ), body.contentType, NESTED_MAX)
}

function textOf(bytes: Uint8Array, contentType: string | null, nesting: number): string {
  if (bytes.length === 0) return ''
  const type = contentType ?? ''
  const kind = kindOf(type)
  if (kind === 'multipart') return nesting === 0 ? '' : textOfParts(bytes, parameterOf(type, 'boundary'), nesting)
  const text = decodeText(bytes, parameterOf(type, 'charset'))
  if (isGibberish(text) || (kind === 'unknown' && text.includes('\u0000'))) return ''
  switch (kind) {
    case 'json':
      return unescapeJson(text)
    case 'form':
      return decodeForm(text)
    case 'markup':
      return decodeEntities(text)
    default:
      return unescapeWhereJson(text)
  }
}

function kindOf(contentType: string): Kind {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (/[/+-](?:json|ndjson|jsonlines|json-seq|csp-report)$/.test(type)) return 'json'
  if (type === 'application/x-www-form-urlencoded') return 'form'
  if (/[/+](?:xml|html)$/.test(type)) return 'markup'
  if (type.startsWith('multipart/')) return 'multipart'
  return type.startsWith('text/') ? 'text' : 'unknown'
}

function parameterOf(contentType: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;"]+))`, 'i').exec(contentType)
  return found?.[1] ?? found?.[2] ?? null
}

/** Each part by its own type, with the names in its head: a field's, a file's. */
function textOfParts(bytes: Uint8Array, boundary: string | null, nesting: number): string {
  if (boundary === null || boundary === '') return ''
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const pieces = whole.split(`--${boundary}`, PARTS_MAX + 1).slice(1)
  return pieces.map((piece) => textOfPart(piece, nesting)).join('\n')
}

function textOfPart(piece: string, nesting: number): string {
  const headEnd = /\r?\n\r?\n/.exec(piece)
  if (headEnd === null) return ''
  const head = piece.slice(0, headEnd.index)
  const type = /^content-type:[ \t]*([^\r\n]*)/im.exec(head)?.[1] ?? 'text/plain'
  const names = /^content-disposition:[ \t]*([^\r\n]*)/im.exec(head)?.[1] ?? ''
  const bytes = Buffer.from(piece.slice(headEnd.index + headEnd[0].length), 'latin1')
  return `${decodeText(Buffer.from(names, 'latin1'), null)}\n${textOf(bytes, type, nesting - 1)}`
}
