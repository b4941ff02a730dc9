import { KIB } from '../../protocol/limits.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import { readFormField, readFormText } from './read-form-fields.ts'
import { readJsonFields } from './read-json-fields.ts'

/** Who sent a request and what it tells of. */
export type Recognised = {
  readonly provider: string | null
  /** As the sender's documentation names it: `issues opened`, `invoice.paid`, `orders/create`. */
  readonly event: string | null
  /** The sender's own id, the same in each repeat. */
  readonly senderId: string | null
}

type Clues = { readonly header: (name: string) => string | null; readonly body: Uint8Array; readonly isForm: boolean }
type Recogniser = (clues: Clues) => Recognised | null

/** No more of a body is looked at. */
const MOST_BODY_BYTES = 256 * KIB
const MOST_EVENT_CHARS = 100
const MOST_ID_CHARS = 200
const NOBODY: Recognised = { provider: null, event: null, senderId: null }

/** The first that knows the sender has the word. Gitea and GitLab come before those whose header lines they also send. */
const RECOGNISERS: readonly Recogniser[] = [
  gitea,
  github,
  stripe,
  slack,
  shopify,
  gitlab,
  sendgrid,
  twilio,
  svix,
  standard,
  sns,
]

/**
 * Tells sender and event by header lines and the body's first bytes; all null when nobody is recognised. Looks at 256 KiB at most, parses
 * nothing whole, never throws: what is captured is hostile.
 */
export function recognise(headers: readonly HeaderLine[], firstBytes: Uint8Array): Recognised {
  const values = new Map<string, string>()
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (!values.has(lower)) values.set(lower, value)
  }
  const clues: Clues = {
    header: (name) => values.get(name) ?? null,
    body: firstBytes.subarray(0, MOST_BODY_BYTES),
    isForm: /^\s*application\/x-www-form-urlencoded/i.test(values.get('content-type') ?? ''),
  }
  for (const recogniser of RECOGNISERS) {
    const known = recogniser(clues)
    if (known) return { ...known, event: shorten(known.event, MOST_EVENT_CHARS), senderId: fitting(known.senderId) }
  }
  return NOBODY
}

function gitea(clues: Clues): Recognised | null {
  const name = clues.header('x-gitea-event') ?? clues.header('x-forgejo-event')
  if (name === null) return null
  const senderId = clues.header('x-gitea-delivery') ?? clues.header('x-forgejo-delivery')
  return { provider: 'gitea', event: gitEvent(name, clues), senderId }
}

function github(clues: Clues): Recognised | null {
  const name = clues.header('x-github-event')
  if (name === null) return null
  return { provider: 'github', event: gitEvent(name, clues), senderId: clues.header('x-github-delivery') }
}

/** `issues opened`, `push, main`. */
function gitEvent(name: string, clues: Clues): string {
  const json = jsonIn(clues)
  if (name === 'push') {
    const ref = readJsonFields(json, ['ref']).get('ref')
    return ref === undefined ? name : `${name}, ${ref.replace(/^refs\/(heads|tags)\//, '')}`
  }
  const action = readJsonFields(json, ['action']).get('action')
  return action === undefined ? name : `${name} ${action}`
}

function stripe(clues: Clues): Recognised | null {
  if (clues.header('stripe-signature') === null) return null
  const fields = readJsonFields(clues.body, ['id', 'type'])
  return { provider: 'stripe', event: fields.get('type') ?? null, senderId: fields.get('id') ?? null }
}

function slack(clues: Clues): Recognised | null {
  if (clues.header('x-slack-signature') === null && clues.header('x-slack-request-timestamp') === null) return null
  const command = clues.isForm ? readFormText(clues.body, 'command') : null
  if (command !== null) {
    const text = readFormText(clues.body, 'text') ?? ''
    return { provider: 'slack', event: text === '' ? command : `${command} ${text}`, senderId: null }
  }
  const fields = readJsonFields(jsonIn(clues), ['type', 'event.type', 'event_id'])
  const event = fields.get('event.type') ?? fields.get('type') ?? null
  return { provider: 'slack', event, senderId: fields.get('event_id') ?? null }
}

function shopify(clues: Clues): Recognised | null {
  const topic = clues.header('x-shopify-topic') ?? clues.header('shopify-topic')
  const isSigned = clues.header('x-shopify-hmac-sha256') !== null || clues.header('shopify-hmac-sha256') !== null
  if (topic === null && !isSigned) return null
  return { provider: 'shopify', event: topic, senderId: clues.header('x-shopify-webhook-id') }
}

function gitlab(clues: Clues): Recognised | null {
  const event = clues.header('x-gitlab-event')
  if (event === null) return null
  // The key stays the same in each repeat, which the event's UUID does for nested events only.
  return { provider: 'gitlab', event, senderId: clues.header('idempotency-key') ?? clues.header('x-gitlab-event-uuid') }
}

function sendgrid(clues: Clues): Recognised | null {
  if (clues.header('x-twilio-email-event-webhook-signature') === null) return null
  const event = readJsonFields(clues.body, ['event']).get('event') ?? null
  // One post carries many events, each with its own id.
  return { provider: 'sendgrid', event, senderId: null }
}

function twilio(clues: Clues): Recognised | null {
  if (clues.header('x-twilio-signature') === null) return null
  return { provider: 'twilio', event: twilioEvent(clues), senderId: clues.header('i-twilio-idempotency-token') }
}

function twilioEvent({ body, isForm }: Clues): string | null {
  if (!isForm) return null
  const message = readFormText(body, 'MessageStatus') ?? readFormText(body, 'SmsStatus')
  if (message !== null) return `message ${message}`
  const call = readFormText(body, 'CallStatus')
  return call === null ? null : `call ${call}`
}

function svix(clues: Clues): Recognised | null {
  const senderId = clues.header('svix-id')
  if (senderId === null || clues.header('svix-signature') === null) return null
  return { provider: 'svix', event: typeIn(clues), senderId }
}

function standard(clues: Clues): Recognised | null {
  const senderId = clues.header('webhook-id')
  if (senderId === null || clues.header('webhook-signature') === null) return null
  return { provider: 'standard-webhooks', event: typeIn(clues), senderId }
}

function typeIn({ body }: Clues): string | null {
  const fields = readJsonFields(body, ['type', 'eventType', 'event_type'])
  return fields.get('type') ?? fields.get('eventType') ?? fields.get('event_type') ?? null
}

function sns(clues: Clues): Recognised | null {
  const event = clues.header('x-amz-sns-message-type')
  return event === null ? null : { provider: 'sns', event, senderId: clues.header('x-amz-sns-message-id') }
}

/** GitHub, Gitea and Slack may put their JSON into a form's field. */
function jsonIn({ body, isForm }: Clues): Uint8Array {
  return (isForm ? readFormField(body, 'payload') : null) ?? body
}

/** One line, as long as a list's cell bears. */
function shorten(text: string | null, most: number): string | null {
  if (text === null) return null
  // oxlint-disable-next-line no-control-regex -- control characters have no place in a name
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
  if (line === '') return null
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** An id that had to be cut would make strangers the same. */
function fitting(id: string | null): string | null {
  return id === null || id === '' || id.length > MOST_ID_CHARS ? null : id
}
