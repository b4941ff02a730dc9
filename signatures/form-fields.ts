/** A field of an urlencoded form, decoded, a character for each byte; `from` and `to` are where its value stands in the body. */
export type FormField = {
  readonly name: string
  readonly value: string
  readonly from: number
  readonly to: number
}

/** All fields that have a name and a `=`, in order. Never throws. */
export function formFields(body: Uint8Array): readonly FormField[] {
  const source = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  const fields: FormField[] = []
  for (const { 0: piece, index } of source.matchAll(/[^&]+/g)) {
    const equals = piece.indexOf('=')
    if (equals < 1) continue
    const from = index + equals + 1
    fields.push({
      name: decoded(piece.slice(0, equals)),
      value: decoded(piece.slice(equals + 1)),
      from,
      to: index + piece.length,
    })
  }
  return fields
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  return spaced.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
