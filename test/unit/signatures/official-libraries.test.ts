import { verifyRequest as verifyContentful } from '@contentful/node-apps-toolkit'
import { verify as verifyGithub } from '@octokit/webhooks-methods'
import { isValidSignature } from '@sanity/webhook'
import { EventWebhook } from '@sendgrid/eventwebhook'
import { verifyKey } from 'discord-interactions'
import Razorpay from 'razorpay'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import twilio from 'twilio'
import { describe, expect, test } from 'vitest'
import type { Line, Signed } from '../../../signatures/scheme.ts'
import { signWebhook, type SignInput } from '../../../signatures/sign.ts'
import { makeTestKeys } from '../../../signatures/test-keys.ts'

/** Asks the sender's own library. `secret` is the public key where there is one. */
type Official = {
  readonly name: string
  readonly scheme: string
  readonly secret: string
  readonly url?: string
  readonly headers?: readonly Line[]
  readonly body?: string
  /** In place of another body, where that one has another form. */
  readonly edited?: string
  readonly accepts: (signed: Signed, secret: string) => boolean | Promise<boolean>
}

const now = Date.now()
const BODY = '{"id":820982911946154508,"text":"Łukasz \\u00E9 café","price":10.00}'
const EDITED = BODY.replace('10.00', '99.00')
const STANDARD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

function header({ headers }: Signed, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? ''
}

function text({ body }: Signed): string {
  return Buffer.from(body).toString()
}

/** Libraries that throw say no with it. */
function holds(ask: () => unknown): boolean {
  try {
    ask()
    return true
  } catch {
    return false
  }
}

const officials: readonly Official[] = [
  {
    name: 'stripe',
    scheme: 'stripe',
    secret: 'whsec_test_secret',
    accepts: (signed, secret) =>
      holds(() =>
        new Stripe('sk_test_1').webhooks.constructEvent(text(signed), header(signed, 'Stripe-Signature'), secret),
      ),
  },
  {
    name: 'standardwebhooks',
    scheme: 'standard-webhooks',
    secret: STANDARD_SECRET,
    accepts: (signed, secret) =>
      holds(() => new Webhook(secret).verify(text(signed), Object.fromEntries(signed.headers))),
  },
  {
    name: '@octokit/webhooks-methods',
    scheme: 'github',
    secret: "It's a Secret to Everybody",
    accepts: (signed, secret) => verifyGithub(secret, text(signed), header(signed, 'X-Hub-Signature-256')),
  },
  {
    name: 'discord-interactions',
    scheme: 'discord',
    secret: '',
    accepts: (signed, publicKey) =>
      verifyKey(
        Buffer.from(signed.body),
        header(signed, 'X-Signature-Ed25519'),
        header(signed, 'X-Signature-Timestamp'),
        publicKey,
      ),
  },
  {
    name: '@sanity/webhook',
    scheme: 'sanity',
    secret: 'try-me',
    accepts: (signed, secret) => isValidSignature(text(signed), header(signed, 'sanity-webhook-signature'), secret),
  },
  {
    name: 'twilio, form',
    scheme: 'twilio',
    secret: '12345',
    url: "https://mycompany.com:1234/myapp.php?foo=1&Body=It's+amazing",
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: 'CallSid=CA1&Digits=5678&Digits=1234&Digits=1234&From=%2B1415+%26',
    edited: 'CallSid=CA2&Digits=5678&Digits=1234&Digits=1234&From=%2B1415+%26',
    accepts: (signed, secret) => {
      const fields: Record<string, string[]> = {}
      for (const [name, value] of new URLSearchParams(text(signed))) (fields[name] ??= []).push(value)
      return twilio.validateRequest(secret, header(signed, 'X-Twilio-Signature'), signed.url ?? '', fields)
    },
  },
  {
    name: 'twilio, JSON',
    scheme: 'twilio',
    secret: '12345',
    url: 'https://mycompany.com/myapp.php?foo=1&bodySHA256=old&bar=2',
    headers: [['Content-Type', 'application/json']],
    accepts: (signed, secret) =>
      twilio.validateRequestWithBody(secret, header(signed, 'X-Twilio-Signature'), signed.url ?? '', text(signed)),
  },
  {
    name: '@contentful/node-apps-toolkit',
    scheme: 'contentful',
    secret: 'a'.repeat(64),
    url: "https://hook.example.com/webhooks/it's%20me?a=1&b=%20c'd",
    headers: [
      ['X-Contentful-Topic', 'ContentManagement.Entry.publish'],
      ['Content-Type', ' application/json '],
      [
        'x-contentful-signed-headers',
        'content-type,x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic',
      ],
    ],
    accepts: (signed, secret) =>
      verifyContentful(secret, {
        method: 'POST',
        path: (signed.url ?? '').replace('https://hook.example.com', ''),
        headers: Object.fromEntries(signed.headers),
        body: text(signed),
      }),
  },
  {
    name: '@sendgrid/eventwebhook',
    scheme: 'sendgrid',
    secret: '',
    accepts: (signed, publicKey) => {
      const webhook = new EventWebhook()
      return webhook.verifySignature(
        webhook.convertPublicKeyToECDSA(publicKey),
        Buffer.from(signed.body),
        header(signed, 'X-Twilio-Email-Event-Webhook-Signature'),
        header(signed, 'X-Twilio-Email-Event-Webhook-Timestamp'),
      )
    },
  },
  {
    name: 'razorpay',
    scheme: 'razorpay',
    secret: 'key_secret',
    accepts: (signed, secret) =>
      Razorpay.validateWebhookSignature(text(signed), header(signed, 'X-Razorpay-Signature'), secret),
  },
]

describe("the sender's own library", () => {
  test.each(officials.map((official) => [official.name, official] as const))(
    '%s accepts what is signed anew, and refuses what is edited without',
    async (_, official) => {
      const { scheme, url, headers = [], body = BODY, edited = EDITED, accepts } = official
      const isAsymmetric = scheme === 'discord' || scheme === 'sendgrid'
      const keys = isAsymmetric ? makeTestKeys(scheme) : null
      const input: SignInput = {
        scheme,
        url,
        headers,
        body: Buffer.from(body),
        secrets: keys === null ? [official.secret] : [],
        privateKey: keys?.privateKey,
        now,
      }
      const secret = keys?.publicKey ?? official.secret
      const signed = signWebhook(input)
      expect(await accepts(signed, secret)).toBe(true)
      expect(await accepts({ ...signed, body: Buffer.from(edited) }, secret)).toBe(false)
      const anew = signWebhook({ ...input, headers: signed.headers, url: signed.url, body: Buffer.from(edited) })
      expect(await accepts(anew, secret)).toBe(true)
    },
  )
})
