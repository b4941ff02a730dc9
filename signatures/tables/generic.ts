import type { SchemeRow } from '../row.ts'
import { bodyHmac } from './shorthand.ts'

const OPTIONAL_SHA256 = { kind: 'prefix', prefix: 'sha256=', optional: true } as const

/** Schemes that belong to no one sender. */
export const generic: readonly SchemeRow[] = [
  // RFC 6750; the word is compared as it stands.
  bodyHmac('bearer', 'Bearer token', 'Authorization', {
    mac: 'token',
    parts: [],
    format: { kind: 'prefix', prefix: 'Bearer ' },
  }),
  bodyHmac('cwm-hmac', 'HMAC of the body', 'X-HMAC-Signature', {
    format: OPTIONAL_SHA256,
    // Which one it is, is set by both sides: it stands in the prefix, or the length tells.
    otherAlgorithms: ['sha1', 'sha512'],
    also: [{ name: 'X-Hub-Signature-256', format: OPTIONAL_SHA256 }],
  }),
]

/** One of the two spellings of Standard Webhooks' headers. */
export function standardWebhooksRow(prefix: 'webhook-' | 'svix-'): SchemeRow {
  return bodyHmac('standard-webhooks', prefix === 'svix-' ? 'Svix' : 'Standard Webhooks', `${prefix}signature`, {
    key: 'auto',
    keyPrefixes: ['v1,whsec_', 'whsec_'],
    enc: 'base64',
    format: { kind: 'list', separator: ' ', prefix: 'v1,' },
    parts: ['{id}.{ts}.{body}'],
    idHeader: `${prefix}id`,
    ts: { from: 'header', name: `${prefix}timestamp`, unit: 's', tolerance: 300 },
    multi: 'any',
  })
}
