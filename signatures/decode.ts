import type { DigestEncoding } from './row.ts'

/**
 * Bytes of a hexadecimal text, in either case; null when it has any other character or is not whole. The length is compared because the decoder
 * stops silently at the first bad digit.
 */
export function decodeHex(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'hex')
  return bytes.length * 2 === text.length ? bytes : null
}

/** Bytes of a base64 text in its one canonical spelling, padding included; null for all else, which the decoder would take. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/** Bytes of a base64url text without padding; null for any other spelling. */
export function decodeBase64Url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}

/** The bytes of a digest, or null when the text is not one of that encoding and length. */
export function decodeDigest(text: string, encoding: DigestEncoding, length: number): Buffer | null {
  const decode = encoding === 'hex' ? decodeHex : encoding === 'base64' ? decodeBase64 : decodeBase64Url
  const bytes = decode(text)
  return bytes !== null && bytes.length === length ? bytes : null
}

/** Base64 of either alphabet, padded or not: for keys that people paste, never for signatures. Null when it is neither. */
export function decodeLooseBase64(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null
  const bareLength = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
  // The decoder takes both alphabets.
  return bareLength % 4 === 1 ? null : Buffer.from(text, 'base64')
}
