import type { SchemeRow } from '../row.ts'
import { bodyHmac, SHA256_PREFIX, timedKv } from './shorthand.ts'

/** Work management, documents, media, other services. */
export const work: readonly SchemeRow[] = [
  // The timestamp stands inside the signed body; its own library refuses what is older than a minute.
  bodyHmac('linear', 'Linear', 'Linear-Signature', {
    ts: { from: 'body', name: 'webhookTimestamp', orHeader: 'Linear-Timestamp', unit: 'ms', tolerance: 60 },
  }),
  bodyHmac('asana', 'Asana', 'X-Hook-Signature'),
  bodyHmac('trello', 'Trello', 'X-Trello-Webhook', { alg: 'sha1', enc: 'base64', parts: ['{body}{url}'] }),
  bodyHmac('dropbox', 'Dropbox', 'X-Dropbox-Signature'),
  // Two keys, one header each; either is enough.
  bodyHmac('box', 'Box', 'BOX-SIGNATURE-PRIMARY', {
    enc: 'base64',
    parts: ['{body}{ts}'],
    ts: { from: 'header', name: 'BOX-DELIVERY-TIMESTAMP', unit: 'rfc3339', tolerance: 600 },
    also: [{ name: 'BOX-SIGNATURE-SECONDARY', secret: 1 }],
    fixed: [
      { name: 'BOX-SIGNATURE-VERSION', value: '1' },
      { name: 'BOX-SIGNATURE-ALGORITHM', value: 'HmacSHA256' },
    ],
  }),
  bodyHmac('docusign', 'DocuSign', 'X-DocuSign-Signature-', { enc: 'base64', numbered: true }),
  // Base64 behind a prefix that looks like the one of hexadecimal digits.
  bodyHmac('typeform', 'Typeform', 'Typeform-Signature', { enc: 'base64', format: SHA256_PREFIX }),
  timedKv('calendly', 'Calendly', 'Calendly-Webhook-Signature', 180),
  bodyHmac('notion', 'Notion', 'X-Notion-Signature', { format: SHA256_PREFIX }),
  timedKv('sanity', 'Sanity', 'sanity-webhook-signature', 0, {
    enc: 'base64url',
    ts: { from: 'signature', unit: 'ms', tolerance: null },
  }),
  timedKv('workos', 'WorkOS', 'WorkOS-Signature', 180, {
    format: { kind: 'kv', separator: ',', timestampKey: 't', signatureKey: 'v1', joiner: ', ' },
    ts: { from: 'signature', unit: 'ms', tolerance: 180 },
  }),
  timedKv('mux', 'Mux', 'Mux-Signature', 300, { multi: 'any' }),
  timedKv('cloudflare-stream', 'Cloudflare Stream', 'Webhook-Signature', 300, {
    format: { kind: 'kv', separator: ',', timestampKey: 'time', signatureKey: 'sig1' },
  }),
  // Its layout is not published: the timed form is assumed, the digest of the body alone is taken too.
  timedKv('fluxgate', 'FluxGate', 'X-FluxGate-Signature', 300, {
    also: [{ name: 'X-FluxGate-Signature', format: { kind: 'raw' }, parts: ['{body}'] }],
  }),
]
