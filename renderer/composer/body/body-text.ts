import { exactText, type Bytes } from '../../format/exact-text.ts'
import type { BodyValue } from '../../store/composer.ts'

/** A body as text; null for bytes that are no UTF-8. */
export function textOfBody(value: BodyValue): string | null {
  return value.as === 'text' ? value.text : exactText(value.bytes)
}

export function isSameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
