const JSON_ESCAPES: Readonly<Record<string, string>> = { b: ' ', f: ' ', n: '\n', r: '\r', t: '\t' }
const NAMED_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** JSON with its strings' escapes resolved, wherever it was cut off and however deep it goes: it is read, not parsed. */
export function unescapeJson(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:u([0-9a-f]{4})|([^]))/gi, (_, code: string | undefined, letter: string | undefined) =>
    code === undefined ? (JSON_ESCAPES[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** Percent escapes as UTF-8; what is none stays as it is. */
export function decodePercents(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString())
}

/** A form's pairs, one a line. JSON in a field, as GitHub and Slack send it, is unescaped as well. */
export function decodeForm(text: string): string {
  return text
    .replaceAll('+', ' ')
    .split('&')
    .map((pair) => unescapeWhereJson(decodePercents(pair), pair.indexOf('=') + 1))
    .join('\n')
}

/** XML and HTML with numbered entities and the named ones that XML knows resolved. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (entity, hex, decimal, name) => {
    if (name !== undefined) return NAMED_ENTITIES[String(name)] ?? entity
    const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity
  })
}

/** Text that begins like JSON from `at` on is taken for JSON. */
export function unescapeWhereJson(text: string, at = 0): string {
  return looksLikeJson(text, at) ? unescapeJson(text) : text
}

function looksLikeJson(text: string, from: number): boolean {
  let at = from
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1
  return text[at] === '{' || text[at] === '['
}
