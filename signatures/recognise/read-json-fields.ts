const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COLON = 0x3a
const COMMA = 0x2c

/** Nested deeper than this, nothing is looked for and nothing counted. */
const MOST_DEPTH = 512
const MOST_VALUE_BYTES = 512
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false)$/

type Level = { isArray: boolean; key: string | null; awaitsKey: boolean; index: number }

/**
 * The strings, numbers and literals (as text) at some paths (`type`, `event.type`; a list's first element stands for the list) of a JSON text, read without parsing
 * it: the text may be cut off, and a number stays as it is written. Stops as soon as all are found. Never throws; what is malformed is not found.
 */
export function readJsonFields(bytes: Uint8Array, paths: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const levels: Level[] = []
  let at = 0
  while (at < bytes.length && found.size < paths.length && levels.length <= MOST_DEPTH) {
    const byte = bytes[at]
    const level = levels.at(-1)
    if (byte === QUOTE) {
      const end = findStringEnd(bytes, at)
      if (end === -1) break
      if (level?.awaitsKey === true) {
        level.key = decodeString(bytes, at, end)
        level.awaitsKey = false
      } else {
        noteValue(found, paths, levels, bytes, at, end)
      }
      at = end
    } else if (byte === OPEN_BRACE) {
      levels.push({ isArray: false, key: null, awaitsKey: true, index: 0 })
    } else if (byte === OPEN_BRACKET) {
      levels.push({ isArray: true, key: null, awaitsKey: false, index: 0 })
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      levels.pop()
    } else if (byte === COMMA && level) {
      level.index += 1
      level.awaitsKey = !level.isArray
    } else if (byte === COLON && level) {
      level.awaitsKey = false
    } else if (isScalar(byte)) {
      const end = findScalarEnd(bytes, at)
      // One that reaches the end of a cut-off text may be longer.
      if (end < bytes.length) noteScalar(found, paths, levels, bytes, at, end)
      at = end - 1
    }
    at += 1
  }
  return found
}

function noteValue(
  found: Map<string, string>,
  paths: readonly string[],
  levels: readonly Level[],
  bytes: Uint8Array,
  from: number,
  end: number,
): void {
  const path = pathOf(levels)
  if (path === null || !paths.includes(path) || found.has(path)) return
  const value = decodeString(bytes, from, end)
  if (value !== null) found.set(path, value)
}

function noteScalar(
  found: Map<string, string>,
  paths: readonly string[],
  levels: readonly Level[],
  bytes: Uint8Array,
  from: number,
  end: number,
): void {
  const path = pathOf(levels)
  if (path === null || !paths.includes(path) || found.has(path) || end - from > MOST_VALUE_BYTES) return
  const text = new TextDecoder().decode(bytes.subarray(from, end))
  if (SCALAR.test(text)) found.set(path, text)
}

/** Where the reader stands, or null where nothing is looked for: too deep, or behind a list's first element. */
function pathOf(levels: readonly Level[]): string | null {
  // No path that is asked for is longer.
  if (levels.length > 8) return null
  const keys: string[] = []
  for (const level of levels) {
    if (level.isArray && level.index > 0) return null
    if (!level.isArray) keys.push(level.key ?? '')
  }
  return keys.join('.')
}

/** What a number, `true` or `false` begins with. */
function isScalar(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x74 || byte === 0x66)
}

function findScalarEnd(bytes: Uint8Array, from: number): number {
  let at = from + 1
  while (at < bytes.length && isInScalar(bytes[at] ?? 0)) at += 1
  return at
}

function isInScalar(byte: number): boolean {
  const letter = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a) || [0x2b, 0x2d, 0x2e].includes(byte)
}

/** Index of the closing quote, or -1. */
function findStringEnd(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1
    else if (bytes[at] === QUOTE) return at
  }
  return -1
}

function decodeString(bytes: Uint8Array, from: number, end: number): string | null {
  if (end - from > MOST_VALUE_BYTES) return null
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(from, end + 1)))
    return typeof value === 'string' ? value : null
  } catch {
    // Not a JSON string after all, so not the value that is looked for.
    return null
  }
}
