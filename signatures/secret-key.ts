import { decodeHex, decodeLooseBase64 } from './decode.ts'
import type { SecretEncoding } from './scheme.ts'

/** A secret as a key. */
export type KeyForm = { readonly key: string | Buffer; readonly form: SecretEncoding }

const STANDARD_BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * The keys that a secret's text may stand for, the likeliest first; empty when it has no such form. Only `auto` gives more than one: what follows
 * `whsec_` (or is base64) decoded, and the text itself, which some senders use though it looks encoded.
 */
export function keysOfSecret(
  secret: string,
  encoding: SecretEncoding,
  prefixes: readonly string[] = [],
): readonly KeyForm[] {
  if (encoding === 'utf8') return [{ key: secret, form: 'utf8' }]
  const bare = stripPrefixes(secret, prefixes)
  if (encoding === 'hex') return formed(decodeHex(bare), 'hex')
  if (encoding === 'base64' || encoding === 'base64url') return formed(decodeLooseBase64(bare), encoding)
  const decoded = formed(decodeLooseBase64(bare), 'base64')
  const text: KeyForm = { key: secret, form: 'utf8' }
  const isEncoded = bare !== secret || STANDARD_BASE64.test(bare)
  return isEncoded ? [...decoded, text] : [text, ...decoded]
}

function formed(bytes: Buffer | null, form: SecretEncoding): readonly KeyForm[] {
  return bytes === null || bytes.length === 0 ? [] : [{ key: bytes, form }]
}

function stripPrefixes(secret: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((each) => secret.startsWith(each))
  return prefix === undefined ? secret : secret.slice(prefix.length)
}
