import type { Jwk, Line, SecretEncoding } from './scheme.ts'

/** A field of a vector that holds something else than it should. */
export class VectorError extends RangeError {
  /** Its name: `headers`, `secret2`, … */
  readonly field: string

  constructor(field: string, wanted: string, options?: ErrorOptions) {
    super(`The vector's "${field}" is not ${wanted}.`, options)
    this.name = 'VectorError'
    this.field = field
  }
}

/** Whether a field says nothing: left out, or null. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

/** Whether it has named fields: neither a list nor null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Null where the field says nothing. @throws VectorError for anything but text. */
export function textOf(field: string, value: unknown): string | null {
  if (isAbsent(value)) return null
  if (typeof value !== 'string') throw new VectorError(field, 'text')
  return value
}

/** One text, or a list of them; what says nothing is left out. @throws VectorError for anything else. */
export function textsOf(field: string, value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.flatMap((each) => textOf(field, each) ?? [])
}

/** Also from its digits as text. Null where the field says nothing. @throws VectorError for anything but a finite number. */
export function numberOf(field: string, value: unknown): number | null {
  if (isAbsent(value)) return null
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new VectorError(field, 'a number')
  return number
}

/** Of a Date, in ms since 1970 either way. */
const FARTHEST_MS = 8.64e15

/** Epoch ms, from a number of so many milliseconds each; null where the field says nothing. @throws VectorError for anything else. */
export function momentOf(field: string, value: unknown, unitMs: number): number | null {
  const number = numberOf(field, value)
  if (number === null) return null
  if (Math.abs(number * unitMs) > FARTHEST_MS) throw new VectorError(field, 'a moment')
  return number * unitMs
}

const ENCODINGS: readonly string[] = ['utf8', 'hex', 'base64', 'base64url', 'auto'] satisfies SecretEncoding[]

export function encodingOf(value: unknown): SecretEncoding | undefined {
  const encoding = textOf('secretEncoding', value)
  if (encoding === null) return undefined
  if (!isEncoding(encoding)) throw new VectorError('secretEncoding', ENCODINGS.join(', '))
  return encoding
}

function isEncoding(text: string): text is SecretEncoding {
  return ENCODINGS.includes(text)
}

/** One key as RFC 7517 writes it, a list of them, or a set of them under `keys`. */
export function jwksOf(value: unknown): readonly Jwk[] {
  if (isAbsent(value)) return []
  if (Array.isArray(value)) return value.flatMap(jwksOf)
  if (!isRecord(value)) throw new VectorError('jwk', 'a JSON Web Key')
  if (Array.isArray(value['keys'])) return jwksOf(value['keys'])
  const { kty, kid } = value
  const isWhole = typeof kty === 'string' && (kid === undefined || typeof kid === 'string')
  if (!isWhole) throw new VectorError('jwk', 'a JSON Web Key')
  return [{ ...value, kty }] as Jwk[]
}

/** From an object or an ordered list of pairs: the lines, their values as they go over the wire, which is UTF-8, a character for each byte. */
export function linesOf(headers: unknown): readonly Line[] {
  if (isAbsent(headers)) return []
  if (Array.isArray(headers)) return headers.flatMap((pair: unknown) => linesOfPair(pair))
  if (!isRecord(headers)) throw new VectorError('headers', 'an object or a list of pairs')
  return Object.entries(headers).flatMap((pair) => linesOfPair(pair))
}

function linesOfPair(pair: unknown): readonly Line[] {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') {
    throw new VectorError('headers', 'made of pairs of name and value')
  }
  const [name]: readonly unknown[] = pair
  const value: unknown = pair[1]
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.flatMap((each) => (isAbsent(each) ? [] : [[String(name), onTheWire(String(name), each)] as const]))
}

function onTheWire(name: string, value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') throw new VectorError(`headers.${name}`, 'text')
  return Buffer.from(value).toString('latin1')
}
