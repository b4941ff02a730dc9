export const BYTES_PER_ROW = 16

export type HexByte = {
  /** Two digits, or two blanks behind the end. */
  readonly hex: string
  readonly ascii: string
  readonly kind: 'text' | 'control' | 'zero' | 'high' | 'none'
}

export type HexRow = { readonly offset: string; readonly bytes: readonly HexByte[] }

/** One row of a hex view. `bytes` are those from `offset` on, at most 16. */
export function hexRow(offset: number, bytes: Uint8Array, digits: number): HexRow {
  const cells = Array.from({ length: BYTES_PER_ROW }, (_, at) => hexByte(bytes[at]))
  return { offset: offset.toString(16).padStart(digits, '0'), bytes: cells }
}

/** How many hex digits the offsets of so many bytes take, at least six. */
export function offsetDigits(total: number): number {
  return Math.max(6, Math.max(0, total - 1).toString(16).length)
}

function hexByte(byte: number | undefined): HexByte {
  if (byte === undefined) return { hex: '  ', ascii: ' ', kind: 'none' }
  const hex = byte.toString(16).padStart(2, '0')
  if (byte === 0) return { hex, ascii: '·', kind: 'zero' }
  if (byte < 0x20 || byte === 0x7f) return { hex, ascii: '·', kind: 'control' }
  if (byte > 0x7f) return { hex, ascii: '·', kind: 'high' }
  return { hex, ascii: String.fromCharCode(byte), kind: 'text' }
}
