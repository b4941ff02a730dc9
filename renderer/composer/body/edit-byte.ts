import { BYTES_PER_ROW } from '../../body/hex-lines.ts'
import type { Bytes } from '../../format/exact-text.ts'

/** Where the next digit goes: a byte, and which half of it. It may stand behind the last byte. */
export type HexCursor = { readonly at: number; readonly isLow: boolean }

/**
 * What a key does to bytes. The same array comes back when they do not change; null when the key means nothing here. `rows` is how many
 * are in sight.
 */
export function editByte(
  bytes: Bytes,
  cursor: HexCursor,
  key: string,
  rows: number,
): { readonly bytes: Bytes; readonly cursor: HexCursor } | null {
  const to = placeAfterKey(key, cursor.at, bytes.length, rows)
  if (to !== null) return { bytes, cursor: { at: Math.max(0, Math.min(to, bytes.length)), isLow: false } }
  if (/^[0-9a-f]$/i.test(key)) return typeDigit(bytes, cursor, Number.parseInt(key, 16))
  switch (key) {
    case 'Insert':
      return { bytes: spliced(bytes, cursor.at, 0, [0]), cursor: { at: cursor.at, isLow: false } }
    case 'Delete':
      return { bytes: spliced(bytes, cursor.at, 1, []), cursor: { at: cursor.at, isLow: false } }
    case 'Backspace': {
      const at = cursor.isLow ? cursor.at : cursor.at - 1
      return at < 0 ? { bytes, cursor } : { bytes: spliced(bytes, at, 1, []), cursor: { at, isLow: false } }
    }
    default:
      return null
  }
}

function typeDigit(bytes: Bytes, { at, isLow }: HexCursor, digit: number) {
  const before = bytes[at] ?? 0
  const value = isLow ? (before & 0xf0) | digit : (digit << 4) | (before & 0x0f)
  return {
    bytes: spliced(bytes, at, 1, [value]),
    cursor: isLow ? { at: at + 1, isLow: false } : { at, isLow: true },
  }
}

function placeAfterKey(key: string, at: number, length: number, rows: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return at + 1
    case 'ArrowLeft':
      return at - 1
    case 'ArrowDown':
      return at + BYTES_PER_ROW
    case 'ArrowUp':
      return at < BYTES_PER_ROW ? at : at - BYTES_PER_ROW
    case 'PageDown':
      return at + rows * BYTES_PER_ROW
    case 'PageUp':
      return at - rows * BYTES_PER_ROW
    case 'Home':
      return 0
    case 'End':
      return length
    default:
      return null
  }
}

function spliced(bytes: Bytes, at: number, remove: number, insert: readonly number[]): Bytes {
  const tail = bytes.subarray(Math.min(bytes.length, at + remove))
  const next = new Uint8Array(Math.min(at, bytes.length) + insert.length + tail.length)
  next.set(bytes.subarray(0, at))
  next.set(insert, at)
  next.set(tail, at + insert.length)
  return next
}
