/** Bytes that nobody shares: what crosses to main is copied. */
export type Bytes = Uint8Array<ArrayBuffer>

/** The text of bytes that are UTF-8 from end to end, a byte order mark kept; null for all others: they are edited as bytes. */
export function exactText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    if (cause instanceof TypeError) return null
    throw cause
  }
}
