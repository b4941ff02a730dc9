import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { freeBytes } from '../free-bytes.ts'
import { StoreError } from '../store-error.ts'
import { createRandomPool } from './random-pool.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** What a sealed form has more than its plain one. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES

/** AES-256-GCM for payloads at rest. Sealed form: nonce, ciphertext, tag (NIST SP 800-38D). */
export type Cipher = {
  /** Stands in each row that this key sealed. */
  readonly keyId: string
  /** `identity` says which row this is: the same bytes in another row do not open. */
  seal(plain: Uint8Array, identity: string): Buffer
  /** Seals pieces as one. `into` has room for them and `SEAL_BYTES`; what is given is a view of it. */
  sealPieces(pieces: readonly Uint8Array[], identity: string, into: Buffer): Buffer
  /** Throws a StoreError `corrupt` when the bytes, the key or the row are not those of `seal`. */
  open(sealed: Uint8Array, keyId: string, identity: string): Buffer
}

/** `key` has 32 bytes. Random nonces: fit for 2^32 seals under one key, which at 1,000 items a second is 25 days of sealing without a pause a rotation. */
export function createCipher(key: Uint8Array, keyId: string): Cipher {
  if (key.byteLength !== 32) throw new StoreError('wrong-key', 'The key of a relay store has 32 bytes.')
  const secret = createSecretKey(key)
  const nextNonce = createRandomPool(NONCE_BYTES)

  function sealPieces(pieces: readonly Uint8Array[], identity: string, into: Buffer): Buffer {
    const nonce = nextNonce()
    const cipher = createCipheriv('aes-256-gcm', secret, nonce)
    cipher.setAAD(Buffer.from(identity))
    into.set(nonce, 0)
    let end = NONCE_BYTES
    for (const piece of pieces) {
      const sealed = cipher.update(piece)
      into.set(sealed, end)
      freeBytes(sealed)
      end += piece.byteLength
    }
    cipher.final()
    into.set(cipher.getAuthTag(), end)
    return into.subarray(0, end + TAG_BYTES)
  }

  return {
    keyId,
    sealPieces,
    seal: (plain, identity) => sealPieces([plain], identity, Buffer.allocUnsafe(plain.byteLength + SEAL_BYTES)),
    open(sealed, sealedBy, identity) {
      if (sealedBy !== keyId) {
        throw new StoreError(
          'wrong-key',
          `This payload was encrypted with the key "${sealedBy}"; "${keyId}" was given.`,
        )
      }
      if (sealed.byteLength < SEAL_BYTES) throw tampered(identity)
      const end = sealed.byteLength - TAG_BYTES
      const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(Buffer.from(identity))
      decipher.setAuthTag(sealed.subarray(end))
      const plain = decipher.update(sealed.subarray(NONCE_BYTES, end))
      try {
        decipher.final()
      } catch (error) {
        throw tampered(identity, error)
      }
      return plain
    },
  }
}

/** What is thrown for bytes that are not those of their seal. */
export function tampered(identity: string, cause?: unknown): StoreError {
  const sentence = `A stored payload is not what was written (${identity}): the file was changed or damaged.`
  return new StoreError('corrupt', sentence, { cause })
}
