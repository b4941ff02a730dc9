import type { Certainty } from './detect.ts'

/** What can be looked at. The body's JSON is only read when it is asked for. */
export type Peek = {
  readonly header: (name: string) => string | null
  readonly text: (...names: readonly string[]) => string | null
  readonly has: (...names: readonly string[]) => boolean
  /** Of an urlencoded form. */
  readonly hasField: (name: string) => boolean
}

type Clue = { readonly scheme: string; readonly look: (peek: Peek) => Certainty | null }

/** A header that nobody else sends. */
function unique(scheme: string, ...names: readonly string[]): Clue {
  return { scheme, look: ({ header }) => (names.some((name) => header(name) !== null) ? 'sure' : null) }
}

const JWS = /^[\w-]+\.[\w-]*\.[\w-]+$/
const HEX_64 = /^[0-9a-f]{64}$/i

function hubSha256(look: (peek: Peek) => Certainty | null): (peek: Peek) => Certainty | null {
  return (peek) => (peek.header('x-hub-signature-256') === null ? null : look(peek))
}

function hub(prefix: RegExp, look: (peek: Peek) => Certainty | null): (peek: Peek) => Certainty | null {
  return (peek) => (prefix.test(peek.header('x-hub-signature') ?? '') ? look(peek) : null)
}

function isMeta({ has, header }: Peek): boolean {
  return header('user-agent')?.startsWith('facebook') === true || (has('object') && has('entry'))
}

/** A token behind `Bearer`, and what its header says it is signed with. */
function bearerAlgorithm({ header }: Peek): string | null {
  const [, text = ''] = /^Bearer +(\S+)$/i.exec(header('authorization') ?? '') ?? []
  if (!JWS.test(text)) return null
  const head = Buffer.from(text.slice(0, text.indexOf('.')), 'base64url').toString()
  return /"alg"\s*:\s*"(\w+)"/.exec(head)?.[1] ?? null
}

/**
 * What tells the schemes, in the order that counts among equals: those that also send another's headers come before it (Forgejo, Gitea, Gogs, then
 * GitHub; GitLab's signed form before its token).
 */
export const clues: readonly Clue[] = [
  unique('forgejo', 'x-forgejo-signature'),
  unique('gitea', 'x-gitea-signature'),
  unique('gogs', 'x-gogs-signature'),
  {
    scheme: 'github',
    look: hubSha256(({ header }) => {
      const isOther = header('x-gitea-event') !== null || header('x-gogs-event') !== null
      return isOther ? 'possible' : header('x-github-event') === null ? 'likely' : 'sure'
    }),
  },
  { scheme: 'meta', look: hubSha256((peek) => (isMeta(peek) ? 'sure' : 'possible')) },
  { scheme: 'fluid', look: hubSha256(() => 'possible') },
  {
    scheme: 'bitbucket',
    look: hub(/^sha(256|384|512)=/, ({ header }) => (header('x-event-key') === null ? 'likely' : 'sure')),
  },
  {
    scheme: 'jira',
    look: hub(/^sha(256|384|512)=/, ({ header, has }) => {
      return header('x-atlassian-webhook-identifier') !== null || has('webhookEvent') ? 'sure' : 'possible'
    }),
  },
  {
    scheme: 'intercom',
    look: hub(/^sha1=/, ({ header, text }) => {
      if (text('type') === 'notification_event') return 'sure'
      return header('x-hub-signature-256') === null && header('x-github-event') === null ? 'likely' : 'possible'
    }),
  },
  {
    scheme: 'github-sha1',
    look: hub(/^sha1=/, ({ header }) => {
      return header('x-github-event') !== null && header('x-hub-signature-256') === null ? 'sure' : 'possible'
    }),
  },
  {
    scheme: 'standard-webhooks',
    look: ({ header }) => {
      const isOwn = header('svix-signature') !== null || header('svix-id') !== null
      const value = header('webhook-signature')
      const isStandard = value !== null && (header('webhook-id') !== null || /(^| )v1a?,/.test(value))
      return isOwn || isStandard ? 'sure' : null
    },
  },
  unique('gitlab-token', 'x-gitlab-token'),
  unique('circleci', 'circleci-signature'),
  unique('buildkite', 'x-buildkite-signature', 'x-buildkite-token'),
  unique('vercel', 'x-vercel-signature'),
  unique('heroku', 'heroku-webhook-hmac-sha256'),
  unique('sentry', 'sentry-hook-signature', 'sentry-app-signature'),
  unique('pagerduty', 'x-pagerduty-signature'),
  { scheme: 'netlify', look: ({ header }) => (JWS.test(header('x-webhook-signature') ?? '') ? 'sure' : null) },
  unique('stripe', 'stripe-signature'),
  unique('shopify', 'x-shopify-hmac-sha256', 'shopify-hmac-sha256'),
  unique('square', 'x-square-hmacsha256-signature'),
  unique('paypal', 'paypal-transmission-sig'),
  unique('paddle', 'paddle-signature'),
  { scheme: 'paddle-classic', look: ({ hasField }) => (hasField('p_signature') ? 'sure' : null) },
  unique('razorpay', 'x-razorpay-signature'),
  unique('adyen-platform', 'hmacsignature'),
  { scheme: 'adyen-standard', look: ({ has }) => (has('notificationItems') ? 'sure' : null) },
  unique('mollie', 'x-mollie-signature'),
  unique('woocommerce', 'x-wc-webhook-signature'),
  unique('coinbase-commerce', 'x-cc-webhook-signature'),
  unique('hook0', 'x-hook0-signature'),
  unique('plaid', 'plaid-verification'),
  unique('quickbooks', 'intuit-signature'),
  unique('xero', 'x-xero-signature'),
  {
    scheme: 'lemonsqueezy',
    look: ({ header }) => {
      return header('x-signature') === null ? null : header('x-event-name') === null ? 'possible' : 'sure'
    },
  },
  {
    scheme: 'cloudflare-stream',
    look: ({ header }) => (header('webhook-signature')?.startsWith('time=') === true ? 'sure' : null),
  },
  { scheme: 'gocardless', look: ({ header }) => (HEX_64.test(header('webhook-signature') ?? '') ? 'sure' : null) },
  unique('slack', 'x-slack-signature'),
  unique('discord', 'x-signature-ed25519'),
  unique('telegram', 'x-telegram-bot-api-secret-token'),
  unique('line', 'x-line-signature'),
  unique('twitch', 'twitch-eventsub-message-signature'),
  unique('zoom', 'x-zm-signature'),
  unique('twilio', 'x-twilio-signature'),
  unique('sendgrid', 'x-twilio-email-event-webhook-signature'),
  {
    scheme: 'mailgun',
    look: ({ has }) => (has('signature', 'token') && has('signature', 'timestamp') ? 'sure' : null),
  },
  unique('zendesk', 'x-zendesk-webhook-signature'),
  unique('hubspot-v3', 'x-hubspot-signature-v3'),
  {
    scheme: 'hubspot-v1',
    look: ({ header }) => {
      if (header('x-hubspot-signature') === null) return null
      return (header('x-hubspot-signature-version') ?? 'v1') === 'v1' ? 'likely' : 'possible'
    },
  },
  {
    scheme: 'hubspot-v2',
    look: ({ header }) => {
      if (header('x-hubspot-signature') === null) return null
      return header('x-hubspot-signature-version') === 'v2' ? 'likely' : 'possible'
    },
  },
  unique('twitter', 'x-twitter-webhooks-signature'),
  unique('linear', 'linear-signature'),
  unique('asana', 'x-hook-signature'),
  unique('trello', 'x-trello-webhook'),
  unique('dropbox', 'x-dropbox-signature'),
  unique('box', 'box-signature-primary', 'box-signature-secondary'),
  unique('docusign', 'x-docusign-signature-1', 'x-docusign-signature-2'),
  unique('typeform', 'typeform-signature'),
  unique('calendly', 'calendly-webhook-signature'),
  unique('notion', 'x-notion-signature'),
  { scheme: 'figma', look: ({ has }) => (has('passcode') && has('event_type') ? 'sure' : null) },
  unique('contentful', 'x-contentful-signature'),
  unique('sanity', 'sanity-webhook-signature'),
  unique('workos', 'workos-signature'),
  unique('mux', 'mux-signature'),
  {
    scheme: 'sns',
    look: ({ header, has }) => {
      return header('x-amz-sns-message-type') !== null || has('SigningCertURL') ? 'sure' : null
    },
  },
  unique('fluxgate', 'x-fluxgate-signature'),
  {
    scheme: 'rfc9421-hmac-sha256',
    look: ({ header }) => (header('signature-input') !== null && header('signature') !== null ? 'likely' : null),
  },
  {
    scheme: 'cwm-hmac',
    look: (peek) => (peek.header('x-hmac-signature') === null ? hubSha256(() => 'possible')(peek) : 'likely'),
  },
  { scheme: 'jwt-hs256', look: (peek) => (bearerAlgorithm(peek)?.startsWith('HS') === true ? 'possible' : null) },
  { scheme: 'jwt', look: (peek) => (/^(RS|PS|ES|Ed)/.test(bearerAlgorithm(peek) ?? '') ? 'possible' : null) },
  { scheme: 'bearer', look: ({ header }) => (/^Bearer /i.test(header('authorization') ?? '') ? 'possible' : null) },
  { scheme: 'basic', look: ({ header }) => (/^Basic /i.test(header('authorization') ?? '') ? 'possible' : null) },
  { scheme: 'digest', look: ({ header }) => (/^Digest /i.test(header('authorization') ?? '') ? 'possible' : null) },
  { scheme: 'oauth1', look: ({ header }) => (/^OAuth /i.test(header('authorization') ?? '') ? 'possible' : null) },
]
