import type { Jwk, Keys } from '../../signatures/scheme.ts'

/** What a person gives as a secret may be one, or a public key, a certificate or a JWK: each scheme takes what it can use. */
export function keysOf(values: readonly string[]): Keys {
  return {
    secrets: values,
    publicKeys: values,
    certificates: values.filter((value) => value.includes('-----BEGIN ')),
    jwks: values.flatMap((value) => readJwk(value) ?? []),
  }
}

function readJwk(text: string): Jwk | null {
  if (!text.trimStart().startsWith('{')) return null
  try {
    const parsed: unknown = JSON.parse(text)
    return isJwk(parsed) ? parsed : null
  } catch {
    return null
  }
}

function isJwk(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && 'kty' in value && typeof value.kty === 'string'
}
