/** One `name=value` of a query or form body, with what decoding did to it. */
export type Pair = {
  readonly name: string
  readonly value: string
  /** Between the separators, verbatim. */
  readonly raw: string
  /** `a` has no equals sign, `a=` has one and an empty value. */
  readonly hasEquals: boolean
  /** What was decoded, in words; null when the text stands as it was sent. */
  readonly decoding: string | null
}

/**
 * Takes a query or form body apart as application/x-www-form-urlencoded (URL Standard, section 5.1), but keeps the order, duplicates,
 * empty pieces between separators, and says what it did. Bytes that are no UTF-8 are read as latin-1, and told.
 */
export function decodePairs(text: string): readonly Pair[] {
  if (text === '') return []
  return text.split('&').map(decodePair)
}

/** One pair of such a text. */
export function decodePair(raw: string): Pair {
  const equals = raw.indexOf('=')
  const name = decodePart(equals < 0 ? raw : raw.slice(0, equals))
  const value = decodePart(equals < 0 ? '' : raw.slice(equals + 1))
  const said = [...new Set([...name.done, ...value.done])]
  const isLatin1 = name.isLatin1 || value.isLatin1
  const isBroken = name.isBroken || value.isBroken
  const sentences = [
    ...(said.length > 0 ? [`${listOf(said)} decoded`] : []),
    ...(isLatin1 ? [`received as ${raw.length > 60 ? `${raw.slice(0, 60)}…` : raw}, read as latin-1`] : []),
    ...(isBroken ? ['a % without two hex digits was left as it is'] : []),
  ]
  return {
    name: name.text,
    value: value.text,
    raw,
    hasEquals: equals >= 0,
    decoding: sentences.length > 0 ? sentences.join('; ') : null,
  }
}

type DecodedPart = { text: string; done: string[]; isLatin1: boolean; isBroken: boolean }

function decodePart(raw: string): DecodedPart {
  if (!/[%+]/.test(raw)) return { text: raw, done: [], isLatin1: false, isBroken: false }
  const done = raw.includes('+') ? ['+'] : []
  const isBroken = /%(?![0-9a-f]{2})/i.test(raw)
  let isLatin1 = false
  const text = raw.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    done.push(...(escapes.match(/%../g) ?? []).map((escape) => escape.toUpperCase()))
    const bytes = Uint8Array.from(escapes.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))
    const utf8 = decodeUtf8(bytes)
    if (utf8 === null) isLatin1 = true
    return utf8 ?? String.fromCharCode(...bytes)
  })
  return { text, done, isLatin1, isBroken }
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    if (cause instanceof TypeError) return null
    throw cause
  }
}

function listOf(words: readonly string[]): string {
  if (words.length > 4) return `${words.slice(0, 3).join(', ')} and ${words.length - 3} more`
  return words.length === 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}
