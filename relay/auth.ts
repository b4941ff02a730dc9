import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { UpgradeRefusal } from '../protocol/relay-message.ts'
import type { Bucket, RelayStore, TokenRecord } from './store/store.ts'

export type AgentAccess =
  | { readonly ok: true; readonly token: TokenRecord; readonly buckets: readonly Bucket[] }
  | { readonly ok: false; readonly status: 401 | 403; readonly code: UpgradeRefusal; readonly message: string }

type KeyAndSecret = { readonly key: string; readonly secret: string }

/**
 * Judges an agent's `Authorization: Basic|Bearer key:secret` (RFC 7617, RFC 6750; for Bearer the pair stands in the clear).
 * No wanted bucket means all of the token's. What only the owner may learn (that a token is revoked, and when) is said to the right secret alone.
 */
export function authenticateAgent(
  headers: IncomingHttpHeaders,
  wantedBuckets: readonly string[],
  store: Pick<RelayStore, 'admin'>,
): AgentAccess {
  const given = readKeyAndSecret(headers.authorization)
  if (!given) {
    return refuse(401, 'no-token', 'This needs a token: send "Authorization: Basic" or "Bearer" with key:secret.')
  }
  const token = store.admin.token(given.key)
  if (!token) return refuse(401, 'unknown-key', `This relay has no token with the key ${shown(given.key)}.`)
  if (!isSameText(sha256Hex(given.secret), token.secretSha256)) {
    return refuse(401, 'wrong-secret', `The secret does not belong to the token ${token.key}.`)
  }
  if (token.revokedAt !== null) {
    const when = new Date(token.revokedAt).toISOString()
    return refuse(401, 'revoked', `The token ${token.key} was revoked at ${when}. Ask the relay's owner for a new one.`)
  }
  return grant(token, wantedBuckets, store)
}

/** Lower-case hex of a secret's SHA-256, which is all that a store keeps of it. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** Compares in a time that tells nothing of where two texts differ, nor of their lengths. */
export function isSameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

/** The value after `Bearer`, or null. */
export function readBearer(authorization: string | undefined): string | null {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null
}

function grant(
  token: TokenRecord & { readonly secretSha256: string },
  wantedBuckets: readonly string[],
  store: Pick<RelayStore, 'admin'>,
): AgentAccess {
  const { secretSha256: _, ...record } = token
  const ids = wantedBuckets.length === 0 ? record.bucketIds : [...new Set(wantedBuckets)]
  const buckets: Bucket[] = []
  for (const id of ids) {
    const bucket = record.bucketIds.includes(id) ? store.admin.bucket(id) : null
    if (bucket) buckets.push(bucket)
    // A bucket that is not there and one of somebody else look alike.
    else if (wantedBuckets.length > 0) {
      return refuse(403, 'bucket-not-allowed', `The token ${record.key} may not read the bucket ${shown(id)}.`)
    }
  }
  return { ok: true, token: record, buckets }
}

function readKeyAndSecret(authorization: string | undefined): KeyAndSecret | null {
  const basic = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization ?? '')?.[1]
  const pair = basic === undefined ? readBearer(authorization) : Buffer.from(basic, 'base64').toString('utf8')
  const colon = pair?.indexOf(':') ?? -1
  if (pair === null || colon < 1) return null
  return { key: pair.slice(0, colon), secret: pair.slice(colon + 1) }
}

function refuse(status: 401 | 403, code: UpgradeRefusal, message: string): AgentAccess {
  return { ok: false, status, code, message }
}

/** A stranger's text, fit for a sentence and a log line. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
