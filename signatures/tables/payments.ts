import type { SchemeRow } from '../row.ts'
import { bodyHmac, timedKv } from './shorthand.ts'

/** Payments and commerce. */
export const payments: readonly SchemeRow[] = [
  // The secret is used as it is, `whsec_` included; `v0` is a decoy of test mode.
  timedKv('stripe', 'Stripe', 'Stripe-Signature', 300, { multi: 'any' }),
  bodyHmac('shopify', 'Shopify', 'X-Shopify-Hmac-SHA256', { enc: 'base64', also: [{ name: 'shopify-hmac-sha256' }] }),
  bodyHmac('square', 'Square', 'x-square-hmacsha256-signature', {
    enc: 'base64',
    parts: ['{url}{body}'],
    companions: [{ name: 'x-square-signature', alg: 'sha1' }],
  }),
  timedKv('paddle', 'Paddle', 'Paddle-Signature', 5, {
    format: { kind: 'kv', separator: ';', timestampKey: 'ts', signatureKey: 'h1' },
    parts: ['{ts}:{body}'],
    multi: 'any',
  }),
  bodyHmac('lemonsqueezy', 'Lemon Squeezy', 'X-Signature'),
  bodyHmac('razorpay', 'Razorpay', 'X-Razorpay-Signature'),
  bodyHmac('adyen-platform', 'Adyen (platform)', 'HmacSignature', { enc: 'base64', key: 'hex' }),
  // While a secret is rolled, the header is there once for each; its own library takes bare digits too.
  bodyHmac('mollie', 'Mollie', 'X-Mollie-Signature', {
    format: { kind: 'prefix', prefix: 'sha256=', optional: true },
    multi: 'any',
  }),
  bodyHmac('woocommerce', 'WooCommerce', 'X-WC-Webhook-Signature', { enc: 'base64' }),
  bodyHmac('gocardless', 'GoCardless', 'Webhook-Signature'),
  bodyHmac('coinbase-commerce', 'Coinbase Commerce', 'X-CC-Webhook-Signature'),
  bodyHmac('quickbooks', 'QuickBooks', 'intuit-signature', { enc: 'base64' }),
  bodyHmac('xero', 'Xero', 'x-xero-signature', { enc: 'base64' }),
]
