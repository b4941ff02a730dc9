import type { Call, Jwk, Keys, Line, SecretEncoding } from './scheme.ts'

/** Header lines as an object (a list as the value stands for repeated lines) or as an ordered list of pairs. Names in any case. */
export type VectorHeaders = Readonly<Record<string, string | readonly string[]>> | readonly Line[]

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
  readonly secret?: string | null | undefined
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
    readonly timestampNow?: number | null | undefined
    /** Seconds that a timestamp may be old, instead of what the scheme allows. */
    readonly tolerance?: number | null | undefined
  }

/** The lines, their values as they go over the wire: UTF-8, a character for each byte. */
export function linesOf(headers: VectorHeaders | null | undefined): readonly Line[] {
  const pairs: readonly (readonly [string, string | readonly string[]])[] = isPairs(headers)
    ? headers
    : Object.entries(headers ?? {})
  return pairs.flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each): Line => [name, onTheWire(each)]),
  )
}

function isPairs(headers: VectorHeaders | null | undefined): headers is readonly Line[] {
  return Array.isArray(headers)
}

function onTheWire(value: string): string {
  return Buffer.from(value).toString('latin1')
}

export function bodyOf({ body, bodyBase64, bodyRepeat }: VectorRequest): Uint8Array {
  if (bodyBase64 !== undefined && bodyBase64 !== null) return Buffer.from(bodyBase64, 'base64')
  if (bodyRepeat !== undefined && bodyRepeat !== null) return Buffer.from(bodyRepeat.char.repeat(bodyRepeat.count))
  return typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array(0))
}

export function keysOf(vector: VectorKeys): Keys {
  const { secret, secret2, secrets, secretEncoding, publicKey, certificate, jwk, webhookId } = vector
  return {
    secrets: present([secret, secret2, ...(secrets ?? [])]),
    secretEncoding: secretEncoding ?? undefined,
    publicKeys: present([publicKey]),
    certificates: present([certificate]),
    jwks: present([jwk]),
    webhookId: webhookId ?? undefined,
  }
}

function present<Value>(values: readonly (Value | null | undefined)[]): Value[] {
  return values.flatMap((value) => (value === null || value === undefined ? [] : [value]))
}

export function callOf(vector: Vector): Call {
  return {
    method: vector.method ?? 'POST',
    url: vector.url ?? null,
    headers: linesOf(vector.headers),
    body: bodyOf(vector),
    keys: keysOf(vector),
    receivedAt: vector.timestampNow === undefined || vector.timestampNow === null ? null : vector.timestampNow * 1000,
    toleranceSeconds: vector.tolerance ?? undefined,
  }
}
