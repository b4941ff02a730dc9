import { verify as verifyGithub } from '@octokit/webhooks-methods'
import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { headerOf } from './composer.ts'
import type { Received } from './local-target.ts'

export const SECRET = 'a secret of staging'
export const STRIPE_SECRET = 'whsec_of_staging'
const STANDARD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const BODY = '{"id":"evt_1","object":"event","type":"invoice.paid","price":10.00}'
export const stripe = new Stripe('sk_test_nothing')
const DAY_S = 86_400

/** A sender whose receivers can be asked whether they believe a request. */
export type Sender = {
  readonly scheme: string
  readonly name: string
  readonly path: string
  readonly secret: string
  /** What it sent yesterday, by its own library or as its documentation says. */
  readonly lines: () => readonly string[]
  readonly accepts: (request: Received) => Promise<boolean>
}

function yesterday(): number {
  return Math.floor(Date.now() / 1000) - DAY_S
}

export function hmac(secret: string, text: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', secret).update(text).digest(encoding)
}

/** A library that throws says no with it. */
function holds(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

function isFresh(seconds: string | undefined): boolean {
  return Math.abs(Date.now() / 1000 - Number(seconds)) < 300
}

/** Those that most people use: their own libraries where there are any, else what their documentation says. */
export const senders: readonly Sender[] = [
  {
    scheme: 'github',
    name: 'GitHub',
    path: '/github',
    secret: SECRET,
    lines: () => ['X-GitHub-Event', 'issues', 'X-Hub-Signature-256', `sha256=${hmac(SECRET, BODY, 'hex')}`],
    accepts: (request) => verifyGithub(SECRET, request.body.toString(), headerOf(request, 'x-hub-signature-256') ?? ''),
  },
  {
    scheme: 'stripe',
    name: 'Stripe',
    path: '/stripe',
    secret: STRIPE_SECRET,
    lines: () => {
      const signed = { payload: BODY, secret: STRIPE_SECRET, timestamp: yesterday() }
      return ['Stripe-Signature', stripe.webhooks.generateTestHeaderString(signed)]
    },
    accepts: async (request) =>
      holds(() =>
        stripe.webhooks.constructEvent(request.body, headerOf(request, 'stripe-signature') ?? '', STRIPE_SECRET),
      ),
  },
  {
    scheme: 'slack',
    name: 'Slack',
    path: '/slack',
    secret: SECRET,
    lines: () => {
      const at = yesterday()
      const signature = `v0=${hmac(SECRET, `v0:${at}:${BODY}`, 'hex')}`
      return ['X-Slack-Request-Timestamp', String(at), 'X-Slack-Signature', signature]
    },
    // As api.slack.com/authentication/verifying-requests-from-slack says it.
    accepts: async (request) => {
      const at = headerOf(request, 'x-slack-request-timestamp')
      const expected = `v0=${hmac(SECRET, `v0:${at ?? ''}:${request.body.toString()}`, 'hex')}`
      return isFresh(at) && headerOf(request, 'x-slack-signature') === expected
    },
  },
  {
    scheme: 'shopify',
    name: 'Shopify',
    path: '/shopify',
    secret: SECRET,
    lines: () => ['X-Shopify-Topic', 'orders/create', 'X-Shopify-Hmac-Sha256', hmac(SECRET, BODY, 'base64')],
    accepts: async (request) =>
      headerOf(request, 'x-shopify-hmac-sha256') === hmac(SECRET, request.body.toString(), 'base64'),
  },
  {
    scheme: 'standard-webhooks',
    name: 'Standard Webhooks',
    path: '/standard',
    secret: STANDARD_SECRET,
    lines: () => {
      const at = new Date(yesterday() * 1000)
      const signature = new Webhook(STANDARD_SECRET).sign('msg_1', at, BODY)
      return ['webhook-id', 'msg_1', 'webhook-timestamp', String(yesterday()), 'webhook-signature', signature]
    },
    accepts: async (request) => {
      const lines = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
      const headers = Object.fromEntries(lines.map((name) => [name, headerOf(request, name) ?? '']))
      return holds(() => new Webhook(STANDARD_SECRET).verify(request.body.toString(), headers))
    },
  },
]
