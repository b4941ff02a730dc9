import type { Jwk, Keys } from './scheme.ts'

/** Secrets by what they are: what a person pastes may be a word, a public key, a certificate or a JWK. */
export function keysOf(texts: readonly string[]): Keys {
  const secrets: string[] = []
  const publicKeys: string[] = []
  const certificates: string[] = []
  const jwks: Jwk[] = []
  for (const text of texts) {
    const jwk = readJwk(text)
    const start = text.trimStart()
    if (jwk !== null) jwks.push(jwk)
    else if (start.startsWith('-----BEGIN CERTIFICATE')) certificates.push(text)
    else if (start.startsWith('-----BEGIN PUBLIC KEY') || start.startsWith('whpk_')) publicKeys.push(text)
    else secrets.push(text)
  }
  return { secrets, publicKeys, certificates, jwks }
}

function readJwk(text: string): Jwk | null {
  if (!text.trimStart().startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('kty' in value) || typeof value.kty !== 'string') return null
    return { ...value, kty: value.kty }
  } catch {
    // A secret may begin with a brace as well.
    return null
  }
}
