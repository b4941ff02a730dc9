const PERCENT = 0x25
const PLUS = 0x2b
const EQUALS = 0x3d
const AMPERSAND = 0x26

/** A field's bytes in an urlencoded form, decoded; null when it is not there. The text may be cut off. Never throws. */
export function readFormField(bytes: Uint8Array, name: string): Uint8Array | null {
  let at = 0
  while (at < bytes.length) {
    const end = indexOrLength(bytes, AMPERSAND, at)
    const equals = bytes.indexOf(EQUALS, at)
    if (equals !== -1 && equals < end && isName(bytes, at, equals, name)) {
      return percentDecode(bytes.subarray(equals + 1, end))
    }
    at = end + 1
  }
  return null
}

export function readFormText(bytes: Uint8Array, name: string): string | null {
  const value = readFormField(bytes, name)
  return value === null ? null : new TextDecoder().decode(value)
}

function isName(bytes: Uint8Array, from: number, to: number, name: string): boolean {
  if (to - from !== name.length) return false
  for (let i = 0; i < name.length; i += 1) if (bytes[from + i] !== name.charCodeAt(i)) return false
  return true
}

function indexOrLength(bytes: Uint8Array, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from)
  return index === -1 ? bytes.length : index
}

function percentDecode(bytes: Uint8Array): Uint8Array {
  const decoded = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    const code = byte === PERCENT ? hexPair(bytes, at + 1) : -1
    if (code >= 0) at += 2
    decoded[length] = code >= 0 ? code : byte === PLUS ? 0x20 : byte
    length += 1
  }
  return decoded.subarray(0, length)
}

function hexPair(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at])
  const low = hexDigit(bytes[at + 1])
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
