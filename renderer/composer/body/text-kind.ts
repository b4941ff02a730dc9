import { readMediaType, recogniseBody } from '../../body/media-type.ts'

/** What the text editor can colour. */
export type TextKind = 'json' | 'xml' | 'html' | 'javascript' | 'text'

/** How a body is edited. */
export type EditKind = TextKind | 'form' | 'parts' | 'hex'

export const KIND_NAMES: Readonly<Record<EditKind, string>> = {
  json: 'JSON',
  xml: 'XML',
  html: 'HTML',
  javascript: 'JavaScript',
  text: 'Text',
  form: 'Form',
  parts: 'Multipart',
  hex: 'Hex',
}

/** The Content-Type that goes with a kind, for a request that has none yet. Bytes have no type of their own. */
export const TYPE_OF_KIND: Readonly<Record<EditKind, string | null>> = {
  json: 'application/json',
  xml: 'application/xml',
  html: 'text/html; charset=utf-8',
  javascript: 'text/javascript; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  form: 'application/x-www-form-urlencoded',
  parts: 'multipart/form-data; boundary=creel-boundary',
  hex: null,
}

export function isTextKind(kind: EditKind): kind is TextKind {
  return kind !== 'form' && kind !== 'parts' && kind !== 'hex'
}

/**
 * How a body is best edited: by its type, where that says little by how it begins. `text` is null for bytes that are no UTF-8;
 * those are parts or hex.
 */
export function recogniseEditKind(contentType: string | null, text: string | null): EditKind {
  const kind = recogniseBody(contentType, (text ?? '').slice(0, 1000))
  const { essence, parameters } = readMediaType(contentType)
  if (kind === 'multipart' && parameters.has('boundary')) return 'parts'
  if (text === null) return 'hex'
  if (/^(text|application)\/(x-)?(java|ecma)script$/.test(essence)) return 'javascript'
  switch (kind) {
    case 'json':
    case 'xml':
    case 'html':
    case 'form':
      return kind
    case 'multipart':
    case 'text':
      return 'text'
    case 'binary':
      return text === '' ? 'text' : 'hex'
  }
}
