/** Bytes to be shown to a person. */
export type ShownBytes = {
  /** UTF-8, control characters as their pictures (␊ for a line feed), what is no UTF-8 as U+FFFD. */
  readonly text: string
  readonly hex: string
  readonly bytes: number
}

const DELETE = 0x7f

export function shownBytes(bytes: Uint8Array): ShownBytes {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const text = buffer.toString().replace(/[\u0000-\u001f\u007f]/g, (character) => {
    const code = character.charCodeAt(0)
    return String.fromCharCode(0x2400 + (code === DELETE ? 0x21 : code))
  })
  return { text, hex: buffer.toString('hex'), bytes: bytes.length }
}

/** Index of the first character in which two texts differ; null when they are the same, or one is missing. */
export function differsAt(a: string | undefined, b: string | undefined): number | null {
  if (a === undefined || b === undefined || a === b) return null
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  return at
}
