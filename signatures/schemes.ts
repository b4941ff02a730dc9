import { schemeOfRow } from './row-scheme.ts'
import type { Scheme } from './scheme.ts'
import { adyenStandard } from './special/adyen-standard.ts'
import { basic } from './special/basic.ts'
import { netlify, plaid } from './special/body-hash-jwt.ts'
import { contentful } from './special/contentful.ts'
import { digest } from './special/digest.ts'
import { discord } from './special/discord.ts'
import { figma } from './special/figma.ts'
import { hook0 } from './special/hook0.ts'
import { jwtHs256, jwtPublic } from './special/jwt.ts'
import { mailgun } from './special/mailgun.ts'
import { oauth1 } from './special/oauth1.ts'
import { paddleClassic } from './special/paddle-classic.ts'
import { paypal } from './special/paypal.ts'
import { rfc9421 } from './special/rfc9421.ts'
import { sendgrid } from './special/sendgrid.ts'
import { sns } from './special/sns.ts'
import { standardWebhooks } from './special/standard-webhooks.ts'
import { twilio } from './special/twilio.ts'
import { codeHosting } from './tables/code-hosting.ts'
import { generic } from './tables/generic.ts'
import { messaging } from './tables/messaging.ts'
import { payments } from './tables/payments.ts'
import { work } from './tables/work.ts'

/** Schemes that a row cannot say. */
const special: readonly Scheme[] = [
  adyenStandard,
  basic,
  contentful,
  digest,
  discord,
  figma,
  hook0,
  jwtHs256,
  jwtPublic,
  mailgun,
  netlify,
  oauth1,
  paddleClassic,
  paypal,
  plaid,
  rfc9421,
  sendgrid,
  sns,
  standardWebhooks,
  twilio,
]

/** All schemes that are known, a family after the other. */
export const schemes: readonly Scheme[] = [
  ...[...codeHosting, ...payments, ...messaging, ...work, ...generic].map(schemeOfRow),
  ...special,
]

const byId = new Map(schemes.map((scheme) => [scheme.id, scheme]))

export function findScheme(id: string): Scheme | null {
  return byId.get(id) ?? null
}
