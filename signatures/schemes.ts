import type { Scheme } from './scheme.ts'

/**
 * GitHub: HMAC over the raw body, secret as UTF-8; the SHA-1 header is older and always sent beside the SHA-256 one.
 * Source: GitHub Docs, "Validating webhook deliveries".
 */
const github: Scheme = {
  id: 'github',
  name: 'GitHub',
  headers: [
    { name: 'X-Hub-Signature-256', algorithm: 'sha256', format: { kind: 'prefix', prefix: 'sha256=' } },
    { name: 'X-Hub-Signature', algorithm: 'sha1', format: { kind: 'prefix', prefix: 'sha1=' } },
  ],
  parts: ['body'],
  toleranceSeconds: null,
}

/**
 * Stripe: HMAC-SHA-256 over `{timestamp}.{body}`; the secret is used as it is, `whsec_` included. While a secret is rolled there are several `v1`;
 * `v0` is a decoy of test mode. Source: Stripe Docs, "Verify webhook signatures manually".
 */
const stripe: Scheme = {
  id: 'stripe',
  name: 'Stripe',
  headers: [
    {
      name: 'Stripe-Signature',
      algorithm: 'sha256',
      format: { kind: 'kv', separator: ',', timestampKey: 't', signatureKey: 'v1' },
    },
  ],
  parts: ['timestamp', { text: '.' }, 'body'],
  toleranceSeconds: 300,
}

export const schemes: readonly Scheme[] = [github, stripe]

export function findScheme(id: string): Scheme | null {
  return schemes.find((scheme) => scheme.id === id) ?? null
}
