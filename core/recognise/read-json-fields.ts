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

type Level = { isArray: boolean; key: string | null; awaitsKey: boolean; index: number }

/**
 * The string values at some paths (`type`, `event.type`; a list's first element stands for the list) of a JSON text, read without parsing
 * it: the text may be cut off, and its numbers are never looked at. Stops as soon as all are found. Never throws; what is malformed is not found.
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
  // No path that is asked for is longer.
  if (levels.length > 4) return
  const keys: string[] = []
  for (const level of levels) {
    if (level.isArray && level.index > 0) return
    if (!level.isArray) keys.push(level.key ?? '')
  }
  const path = keys.join('.')
  if (!paths.includes(path) || found.has(path)) return
  const value = decodeString(bytes, from, end)
  if (value !== null) found.set(path, value)
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
