export type BodyKind = 'json' | 'form' | 'xml' | 'html' | 'multipart' | 'text' | 'binary'

export type MediaType = { readonly essence: string; readonly parameters: ReadonlyMap<string, string> }

/** Reads a Content-Type as RFC 9110 section 8.3.1 writes it, leniently: senders are not careful. */
export function readMediaType(contentType: string | null): MediaType {
  const [essence = '', ...rest] = (contentType ?? '').split(';')
  const parameters = new Map<string, string>()
  for (const part of rest) {
    const equals = part.indexOf('=')
    if (equals < 0) continue
    const name = part.slice(0, equals).trim().toLowerCase()
    const value = part
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1')
    if (!parameters.has(name)) parameters.set(name, value)
  }
  return { essence: essence.trim().toLowerCase(), parameters }
}

/** What a body is, by its type; where that says little, by how it begins. */
export function recogniseBody(contentType: string | null, beginning: string): BodyKind {
  const { essence } = readMediaType(contentType)
  if (/[/+]json$|^application\/(x-)?(ndjson|jsonl|jsonlines)$|json-seq$/.test(essence)) return 'json'
  if (essence === 'application/x-www-form-urlencoded') return beginsAsJson(beginning) ? 'json' : 'form'
  if (essence === 'text/html') return 'html'
  if (/[/+]xml$/.test(essence)) return 'xml'
  if (essence.startsWith('multipart/')) return 'multipart'
  if (/^(image|audio|video|font)\//.test(essence)) return 'binary'
  if (beginsAsJson(beginning)) return 'json'
  if (/^\s*<\?xml/.test(beginning)) return 'xml'
  if (essence.startsWith('text/')) return 'text'
  return looksBinary(beginning) ? 'binary' : 'text'
}

function beginsAsJson(beginning: string): boolean {
  return /^\ufeff?\s*[[{]/.test(beginning)
}

/** Control characters and bytes that are no text, counted in the first piece: text has hardly any. */
function looksBinary(beginning: string): boolean {
  // eslint-disable-next-line no-control-regex
  const strange = beginning.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\udc80-\udcff]/g)?.length ?? 0
  return strange > 0 && strange * 20 > beginning.length
}
