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
const MOST_NAME_BYTES = 64
const decoder = new TextDecoder()
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false)$/

/** A name that some path goes through: those below it, and the path that ends here. */
type Step = { readonly below: Map<string, Step>; path: string | null }

/** A list or object that the reader is in. `step` is where it stands on the paths, null where none leads here. */
type Level = {
  readonly isArray: boolean
  readonly step: Step | null
  key: Step | null
  awaitsKey: boolean
  index: number
}

/**
 * The strings, numbers and literals (as text) at some paths (`type`, `event.type`; a list's first element stands for the list) of a JSON text,
 * read without parsing it: the text may be cut off, and a number stays as it is written. Stops as soon as all are found. Never throws; what is
 * malformed is not found.
 */
export function readJsonFields(bytes: Uint8Array, paths: readonly string[]): ReadonlyMap<string, string> {
  const root = stepsOf(paths)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = new Map<string, string>()
  const levels: Level[] = []
  let level: Level | undefined
  let at = 0
  while (at < bytes.length && found.size < paths.length && levels.length <= MOST_DEPTH) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      const end = findStringEnd(bytes, at)
      if (end === -1) break
      if (level?.awaitsKey === true) {
        level.key = level.step === null ? null : stepAt(level.step, text, at, end)
        level.awaitsKey = false
      } else {
        const path = stepOf(level, root)?.path ?? null
        const value = path === null || found.has(path) ? null : decodeString(bytes, at, end)
        if (path !== null && value !== null) found.set(path, value)
      }
      at = end
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const isArray = byte === OPEN_BRACKET
      const step: Step | null = stepOf(level, root)
      level = { isArray, step, key: null, awaitsKey: !isArray, index: 0 }
      levels.push(level)
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      levels.pop()
      level = levels.at(-1)
    } else if (byte === COMMA && level !== undefined) {
      level.index += 1
      level.awaitsKey = !level.isArray
    } else if (byte === COLON && level !== undefined) {
      level.awaitsKey = false
    } else if (isScalar(byte)) {
      const end = findScalarEnd(bytes, at)
      const path = stepOf(level, root)?.path ?? null
      // One that reaches the end of a cut-off text may be longer.
      if (path !== null && end < bytes.length) noteScalar(found, path, text.toString('latin1', at, end))
      at = end - 1
    }
    at += 1
  }
  return found
}

/** The paths of a list as steps; kept, for the same lists are asked for again and again. */
function stepsOf(paths: readonly string[]): Step {
  const known = steps.get(paths)
  if (known !== undefined) return known
  const root: Step = { below: new Map(), path: null }
  for (const path of paths) {
    let step = root
    for (const name of path.split('.')) {
      const next: Step = step.below.get(name) ?? { below: new Map(), path: null }
      step.below.set(name, next)
      step = next
    }
    step.path = path
  }
  steps.set(paths, root)
  return root
}

const steps = new WeakMap<readonly string[], Step>()

/** Where a value stands that begins here: of a list the first element alone. */
function stepOf(level: Level | undefined, root: Step): Step | null {
  if (level === undefined) return root
  if (!level.isArray) return level.key
  return level.index === 0 ? level.step : null
}

/** The step below with the name that stands between two quotes. Names are ASCII, so others need no decoding. */
function stepAt(step: Step, text: Buffer, from: number, end: number): Step | null {
  return end - from > MOST_NAME_BYTES ? null : (step.below.get(text.toString('latin1', from + 1, end)) ?? null)
}

function noteScalar(found: Map<string, string>, path: string, text: string): void {
  if (!found.has(path) && text.length <= MOST_VALUE_BYTES && SCALAR.test(text)) found.set(path, text)
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
    const value: unknown = JSON.parse(decoder.decode(bytes.subarray(from, end + 1)))
    return typeof value === 'string' ? value : null
  } catch {
    // Not a JSON string after all, so not the value that is looked for.
    return null
  }
}
