import { createHmac, sign, verify, type KeyObject } from 'node:crypto'
import { decodeBase64Url } from '../decode.ts'
import { readJsonTree, textAt, type JsonNode } from '../json-tree.ts'

/** A JSON Web Signature (RFC 7515) in its compact form, taken apart. */
export type Jws = {
  readonly alg: string | null
  readonly kid: string | null
  readonly header: JsonNode
  readonly payload: JsonNode | null
  /** `header.payload`, which is signed. */
  readonly signed: string
  readonly signature: Buffer
}

const HMACS: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }
const HASHES: Readonly<Record<string, string>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  PS256: 'sha256',
  PS384: 'sha384',
  PS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
}
const CURVES: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }
/** RSA_PKCS1_PSS_PADDING of node:crypto's constants. */
const PSS_PADDING = 6

/** Null when it does not consist of three parts in base64url with JSON in the first. */
export function readJws(text: string): Jws | null {
  const parts = text.split('.')
  const [head = '', body = '', tail = ''] = parts
  const headerBytes = decodeBase64Url(head)
  const payloadBytes = decodeBase64Url(body)
  const signature = decodeBase64Url(tail)
  if (parts.length !== 3 || headerBytes === null || payloadBytes === null || signature === null) return null
  const header = readJsonTree(headerBytes)
  if (header?.kind !== 'object') return null
  const payload = readJsonTree(payloadBytes)
  return {
    alg: textAt(header, 'alg'),
    kid: textAt(header, 'kid'),
    header,
    payload,
    signed: `${head}.${body}`,
    signature,
  }
}

/** The HMAC that belongs there for `HS256` and its like; null for other algorithms. */
export function jwsMac(jws: Jws, key: string | Buffer): Buffer | null {
  const hash = HMACS[jws.alg ?? '']
  return hash === undefined ? null : createHmac(hash, key).update(jws.signed).digest()
}

/** Whether the key made the signature, for algorithms with a public key. The key's kind must be the algorithm's. */
export function isJwsSigned(jws: Jws, key: KeyObject): boolean {
  const alg = jws.alg ?? ''
  const data = Buffer.from(jws.signed)
  if (alg === 'EdDSA') return key.asymmetricKeyType === 'ed25519' && verify(null, data, key, jws.signature)
  const hash = HASHES[alg]
  if (hash === undefined) return false
  if (alg.startsWith('ES')) {
    const isCurve = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === CURVES[alg]
    return isCurve && verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, jws.signature)
  }
  if (key.asymmetricKeyType !== 'rsa') return false
  return verify(hash, data, alg.startsWith('PS') ? { key, padding: PSS_PADDING } : key, jws.signature)
}

export function writeHs256(
  claims: object,
  key: string | Buffer,
  header: object = { alg: 'HS256', typ: 'JWT' },
): string {
  const signed = `${segment(header)}.${segment(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

export function writeEs256(claims: object, privateKey: string, header: object): string {
  const signed = `${segment(header)}.${segment(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** The claims as plain values, to be written again; empty when there are none. */
export function claimsOf(jws: Jws | null): Record<string, unknown> {
  if (jws === null) return {}
  const [, body = ''] = jws.signed.split('.')
  const value: unknown = jws.payload === null ? {} : JSON.parse(Buffer.from(body, 'base64url').toString())
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
