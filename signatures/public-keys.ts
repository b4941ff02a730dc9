import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { decodeHex, decodeLooseBase64 } from './decode.ts'
import { failed, matched, type Known } from './judgement.ts'
import type { Call, Judgement, Jwk } from './scheme.ts'

/** What stands before the 32 bytes of a raw Ed25519 public key in SPKI (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * A public key from what people have of it: PEM of a key or a certificate, base64 of SPKI, or for Ed25519 the raw 32 bytes in hexadecimal or base64,
 * with or without `whpk_`. Null when it is none of them.
 */
export function readPublicKey(text: string): KeyObject | null {
  const trimmed = text.trim()
  try {
    if (trimmed.startsWith('-----BEGIN CERTIFICATE')) return new X509Certificate(trimmed).publicKey
    if (trimmed.startsWith('-----BEGIN PUBLIC KEY')) return createPublicKey(trimmed)
    const bare = trimmed.startsWith('whpk_') ? trimmed.slice('whpk_'.length) : trimmed
    const hex = bare.length === 64 ? decodeHex(bare) : null
    const bytes = hex ?? decodeLooseBase64(bare)
    if (bytes === null) return null
    const der = bytes.length === 32 ? Buffer.concat([ED25519_SPKI, bytes]) : bytes
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    // Whatever it is, it is no key: said to the person who set it as `key-malformed`.
    return null
  }
}

/** A public key from a JWK; null when it is none. */
export function readJwk(jwk: Jwk): KeyObject | null {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    // As above.
    return null
  }
}

/** How a signature is checked with a public key. */
export type PublicKeyClaim = {
  readonly name: string
  /** What to say where there is no key, and where it could be fetched. */
  readonly missing: string
  readonly keyUrl?: string
  readonly keys: readonly (KeyObject | null)[]
  readonly tolerance?: number | null
  readonly isSigned: (key: KeyObject) => boolean
}

/** Tries every key. */
export function judgePublicKey(call: Call, known: Known, claim: PublicKeyClaim): Judgement {
  if (claim.keys.length === 0) return failed(known, 'needs-key', claim.missing, claim.keyUrl)
  if (claim.keys.every((key) => key === null)) {
    return failed(known, 'key-malformed', `What is set as the public key of ${claim.name} is not one.`)
  }
  const secretIndex = claim.keys.findIndex((key) => key !== null && isSignedSafely(claim, key))
  if (secretIndex === -1) {
    return failed(known, 'mismatch', PUBLIC_MISMATCH)
  }
  return matched(
    call,
    known,
    { secretIndex, secretForm: 'utf8' },
    { name: claim.name, tolerance: claim.tolerance ?? null },
  )
}

const PUBLIC_MISMATCH =
  'It does not match this public key: either it belongs to another app, or the body was changed on its way.'

function isSignedSafely(claim: PublicKeyClaim, key: KeyObject): boolean {
  try {
    return claim.isSigned(key)
  } catch {
    // A key of another kind than the signature's cannot have made it.
    return false
  }
}

/** Every text that was given as a public key, or where one would be a secret, read. */
export function givenPublicKeys({ keys }: Call): readonly (KeyObject | null)[] {
  return [...(keys.publicKeys ?? []), ...(keys.certificates ?? []), ...keys.secrets].map(readPublicKey)
}
