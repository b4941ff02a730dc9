import type { Call, Jwk, Keys, SecretEncoding } from './scheme.ts'
import {
  encodingOf,
  isAbsent,
  isRecord,
  jwksOf,
  linesOf,
  momentOf,
  numberOf,
  textOf,
  textsOf,
  VectorError,
} from './vector-fields.ts'

/** A header's value: a list stands for repeated lines, and no line is made of null. */
type VectorValue = string | number | null | undefined | readonly (string | number)[]

/** Header lines as an object or as an ordered list of pairs. Names in any case. */
export type VectorHeaders = Readonly<Record<string, VectorValue>> | readonly (readonly [string, VectorValue])[]

/** A request as test vectors write it. What a scheme does not need may be left out or null. */
export type VectorRequest = {
  /** POST when left out. */
  readonly method?: string | null | undefined
  /** Full URL, or a path where the scheme signs no more. */
  readonly url?: string | null | undefined
  readonly headers?: VectorHeaders | null | undefined
  /** Text, to be sent as UTF-8, or the bytes. */
  readonly body?: string | Uint8Array | null | undefined
  /** The bytes in base64, instead of `body`. */
  readonly bodyBase64?: string | null | undefined
  /** One character many times, instead of `body`. */
  readonly bodyRepeat?: { readonly char: string; readonly count: number } | null | undefined
}

/** What a request is judged with. */
export type VectorKeys = {
  readonly secret?: string | readonly string[] | null | undefined
  /** A second secret, while the first is rolled; OAuth's token secret, Box's secondary key. */
  readonly secret2?: string | null | undefined
  /** Further secrets, tried after those. */
  readonly secrets?: readonly string[] | null | undefined
  readonly secretEncoding?: SecretEncoding | null | undefined
  /** PEM, base64 of SPKI, hexadecimal, `whpk_…`. */
  readonly publicKey?: string | null | undefined
  /** PEM of a certificate or of a public key. */
  readonly certificate?: string | null | undefined
  readonly jwk?: Jwk | null | undefined
  readonly webhookId?: string | null | undefined
}

/** A request, its scheme, and what to judge it with. Other fields are passed over. */
export type Vector = VectorRequest &
  VectorKeys & {
    /** Id of a scheme, such as `github`. */
    readonly scheme: string
    /** Seconds since 1970 at the receipt. Left out: the age of a timestamp is not judged. */
    readonly timestampNow?: number | string | null | undefined
    /** Seconds that a timestamp may be old, instead of what the scheme allows. */
    readonly tolerance?: number | string | null | undefined
  }

/** As much as a repeated character may fill. */
const MOST_REPEATED_BYTES = 256 * 1024 * 1024

/** A vector itself. @throws VectorError for anything but an object. */
export function checked<Given>(vector: Given): Given {
  if (!isRecord(vector)) throw new VectorError('request', 'an object')
  return vector
}

/** The request of a vector, checked. @throws VectorError naming the field that is something else. */
export function requestOf(vector: VectorRequest): Pick<Call, 'method' | 'url' | 'headers' | 'body'> {
  checked(vector)
  return {
    method: textOf('method', vector.method) ?? 'POST',
    url: textOf('url', vector.url),
    headers: linesOf(vector.headers),
    body: bodyOf(vector),
  }
}

function bodyOf({ body, bodyBase64, bodyRepeat }: VectorRequest): Uint8Array {
  const base64 = textOf('bodyBase64', bodyBase64)
  if (base64 !== null) return Buffer.from(base64, 'base64')
  if (!isAbsent(bodyRepeat)) return repeatedBody(bodyRepeat)
  if (body instanceof Uint8Array) return body
  if (typeof body === 'string') return Buffer.from(body)
  if (!isAbsent(body)) throw new VectorError('body', 'text or bytes')
  return new Uint8Array(0)
}

function repeatedBody(repeat: unknown): Uint8Array {
  const { char, count } = isRecord(repeat) ? repeat : {}
  const isWhole = typeof char === 'string' && typeof count === 'number' && Number.isSafeInteger(count) && count >= 0
  if (!isWhole || Buffer.byteLength(char) * count > MOST_REPEATED_BYTES) {
    throw new VectorError('bodyRepeat', 'a char and how often it comes')
  }
  return Buffer.from(char.repeat(count))
}

/** @throws VectorError naming the field that is something else. */
export function keysOf(vector: VectorKeys): Keys {
  return {
    secrets: [
      ...textsOf('secret', vector.secret),
      ...textsOf('secret2', vector.secret2),
      ...textsOf('secrets', vector.secrets),
    ],
    secretEncoding: encodingOf(vector.secretEncoding),
    publicKeys: textsOf('publicKey', vector.publicKey),
    certificates: textsOf('certificate', vector.certificate),
    jwks: jwksOf(vector.jwk),
    webhookId: textOf('webhookId', vector.webhookId) ?? undefined,
  }
}

/** @throws VectorError naming the field that is something else. */
export function callOf(vector: Vector): Call {
  return {
    ...requestOf(vector),
    keys: keysOf(vector),
    receivedAt: momentOf('timestampNow', vector.timestampNow, 1000),
    toleranceSeconds: numberOf('tolerance', vector.tolerance) ?? undefined,
  }
}
