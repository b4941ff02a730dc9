import type { BodyView } from '../../renderer/body/body-viewer.tsx'
import { createBodyDocument } from '../../renderer/body/body-document.ts'
import { joinRows } from '../../renderer/body/copied-rows.ts'
import { BYTES_PER_ROW, hexRow } from '../../renderer/body/hex-lines.ts'
import { STAND_IN } from '../../renderer/body/visible-text.ts'
import type { VisualRow } from '../../renderer/body/visual-row.ts'

/** What the viewer of a body shows, as its worker makes it. */
export type ShownBody = {
  readonly kind: string
  /** The text of all rows, as copying it gives it. */
  readonly text: string
  /** Why nothing prettier than the text as received is shown. */
  readonly problem: string | null
}

const COLUMNS = 120

/** Lays a whole body out in a text view. */
export async function showText(
  body: Uint8Array,
  contentType: string | null,
  view: Exclude<BodyView, 'hex'>,
): Promise<ShownBody> {
  const document = createBodyDocument(() => Promise.resolve(body))
  const opened = await document.open({ url: 'body', contentType })
  if (opened.state !== 'open') throw new Error(`The body is ${opened.state}.`)
  const { layout, rows: count, problem } = document.layOut({ view, head: '', columns: COLUMNS })
  const { rows } = document.rows({ layout, from: 0, to: count })
  return { kind: opened.kind, text: joinRows(rows.map(plainRow)), problem }
}

/** Makes bytes again of what the hex view shows. */
export function bytesOfHex(body: Uint8Array): Buffer {
  const rows: string[] = []
  for (let at = 0; at < body.length; at += BYTES_PER_ROW) {
    const { bytes } = hexRow(at, body.subarray(at, at + BYTES_PER_ROW), 8)
    rows.push(bytes.map(({ hex }) => hex.trim()).join(''))
  }
  return Buffer.from(rows.join(''), 'hex')
}

/** Makes bytes again of a shown text: bytes that were no text are carried by stand-ins of their own. */
export function bytesOfText(text: string, encoding: 'utf-8' | 'windows-1252'): Buffer {
  if (encoding === 'windows-1252') return Buffer.from(Array.from(text, (letter) => WINDOWS_1252.get(letter) ?? 0))
  const bytes = Buffer.alloc(text.length * 3)
  let used = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) ?? 0
    if (code < 0x80) bytes[used++] = code
    else if (code >= STAND_IN + 0x80 && code <= STAND_IN + 0xff) bytes[used++] = code - STAND_IN
    else used += bytes.write(String.fromCodePoint(code), used)
    if (code > 0xffff) at += 1
  }
  return bytes.subarray(0, used)
}

/** Every byte by its character. */
const WINDOWS_1252 = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte]),
)

function plainRow({ spans, indent, continued }: VisualRow): { text: string; continued: boolean } {
  const own = spans.filter(({ kind }) => kind !== 'note').map(({ real, text }) => real ?? text)
  return { text: (continued ? '' : ' '.repeat(indent)) + own.join(''), continued }
}
