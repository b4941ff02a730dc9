import { readFileSync } from 'node:fs'
import githubExamples from '@octokit/webhooks-examples' with { type: 'json' }
import type { HeaderLine } from '../../protocol/request.ts'
import { signRequest } from '../../signatures/sign.ts'

export const GITHUB_SECRET = "It's a Secret to Everybody"
export const STRIPE_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** A webhook as a real sender sends it. */
export type Payload = {
  readonly name: string
  readonly path: string
  readonly headers: readonly HeaderLine[]
  readonly body: Buffer
}

function fixture(file: string): Buffer {
  return readFileSync(new URL(`../fixtures/payloads/${file}`, import.meta.url))
}

/** One of every event that GitHub documents, in the style in which it writes JSON, signed. */
export function githubPayloads(): Payload[] {
  return githubExamples.flatMap(({ name, examples }) => {
    const [example] = examples
    if (example === undefined) return []
    const body = Buffer.from(JSON.stringify(example))
    const headers: HeaderLine[] = [
      ['Accept', '*/*'],
      ['Content-Type', 'application/json'],
      ['User-Agent', 'GitHub-Hookshot/044aadd'],
      [
        'X-GitHub-Delivery',
        `72d3162e-cc78-11e3-81ab-${Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12)}`,
      ],
      ['X-GitHub-Event', name],
      ['X-GitHub-Hook-ID', '482113907'],
      ['X-Hub-Signature', ''],
      ['X-Hub-Signature-256', ''],
    ]
    const signed = signRequest({ scheme: 'github', headers, body, secret: GITHUB_SECRET, now: 0 })
    return [{ name: `github ${name}`, path: '/github', headers: signed as HeaderLine[], body }]
  })
}

/** Stripe's, Slack's and Amazon SNS's shapes: pretty-printed JSON with decimals, a form, JSON sent as text. */
export function otherPayloads(now: number): Payload[] {
  const stripe = fixture('stripe-invoice-paid.json')
  const stripeHeaders: HeaderLine[] = [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['User-Agent', 'Stripe/1.0 (+https://stripe.com/docs/webhooks)'],
    ['Stripe-Signature', ''],
  ]
  return [
    {
      name: 'stripe invoice.paid',
      path: '/stripe',
      headers: signRequest({
        scheme: 'stripe',
        headers: stripeHeaders,
        body: stripe,
        secret: STRIPE_SECRET,
        now,
      }) as HeaderLine[],
      body: stripe,
    },
    {
      name: 'slack command',
      path: '/slack/commands',
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['User-Agent', 'Slackbot 1.0 (+https://api.slack.com/robots)'],
        ['X-Slack-Request-Timestamp', String(Math.floor(now / 1000))],
        ['X-Slack-Signature', `v0=${'0'.repeat(64)}`],
      ],
      body: fixture('slack-command.form'),
    },
    {
      name: 'sns notification',
      path: '/sns',
      headers: [
        ['Content-Type', 'text/plain; charset=UTF-8'],
        ['User-Agent', 'Amazon Simple Notification Service Agent'],
        ['x-amz-sns-message-type', 'Notification'],
        ['x-amz-sns-message-id', '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324'],
      ],
      body: fixture('sns-notification.json'),
    },
  ]
}
