import { z } from 'zod'
import { boundedArray, describeIssues, MAX_EPOCH_MS } from './bounded.ts'

/** The WebSocket subprotocol that these messages belong to. */
export const CREEL_V1 = 'creel.v1'

/** WebSocket close codes of creel.v1; 4xxx is the range for applications (RFC 6455 section 7.4.2). */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  tooBig: 1009,
  internalError: 1011,
  helloMissing: 4400,
  revoked: 4401,
  /** The other side goes on sending what wants an answer and reads none. */
  unread: 4408,
  /** The same agent has connected anew: this is its old connection. */
  replaced: 4409,
} as const

/** `code` of the problem+json that an upgrade is refused with. */
export const UpgradeRefusal = z.enum([
  'no-token',
  'unknown-key',
  'wrong-secret',
  'revoked',
  'bucket-not-allowed',
  'too-many-agents',
  'origin-not-allowed',
  'host-not-allowed',
  'bad-request',
  'closing',
])
export type UpgradeRefusal = z.infer<typeof UpgradeRefusal>

const MOST_ID_LETTERS = 200
const ItemId = z.string().min(1).max(MOST_ID_LETTERS)
const Nonce = z.string().min(1).max(64)

const Ping = z.object({ type: z.literal('ping'), nonce: Nonce })
const Pong = z.object({ type: z.literal('pong'), nonce: Nonce })
/** Never answered, so that two sides cannot argue for ever. */
const ErrorMessage = z.object({ type: z.literal('error'), code: z.string().max(64), message: z.string().max(2000) })
/** A time that a calendar knows, so that nobody who shows it can stumble. */
const EpochMs = z.number().min(0).max(MAX_EPOCH_MS)

const Hello = z.object({
  type: z.literal('hello'),
  agent: z.object({
    name: z.string().min(1).max(200),
    version: z.string().min(1).max(100),
    /** Made anew by each start of an agent. With it a relay knows a connection that its agent has lost already, and hands its items out again at once. */
    instance: z.string().min(1).max(100).optional(),
  }),
  subscription: z.string().min(1).max(200),
  window: z.object({ items: z.int().min(1).max(10_000), bytes: z.int().min(1).max(1_073_741_824) }),
  /** The agent's clock, epoch ms. */
  now: EpochMs,
})
const MOST_ACKED = 10_000
const Ack = z.object({ type: z.literal('ack'), ids: boundedArray(ItemId, MOST_ACKED, 1) })
const Nack = z.object({
  type: z.literal('nack'),
  id: ItemId,
  delayMs: z.int().nonnegative().max(86_400_000),
  reason: z.string().max(2000),
})

/** What an agent tells a relay. Unknown fields are dropped, so that neighbours in version work together. */
export const AgentMessage = z.discriminatedUnion('type', [Hello, Ack, Nack, Ping, Pong, ErrorMessage])
export type AgentMessage = z.infer<typeof AgentMessage>

/** More do not fit into a message of 1 MiB. */
const MOST_NAMED = 20_000

const InputInfo = z.object({
  id: z.string(),
  bucket: z.string(),
  name: z.string(),
  url: z.string(),
  response: z.string(),
})
export type InputInfo = z.infer<typeof InputInfo>

const Welcome = z.object({
  type: z.literal('welcome'),
  relay: z.object({ name: z.string().max(200), version: z.string().max(100) }),
  /** The relay's clock, epoch ms. */
  now: EpochMs,
  buckets: boundedArray(z.object({ id: z.string(), name: z.string(), ttlMs: EpochMs }), MOST_NAMED),
  inputs: boundedArray(InputInfo, MOST_NAMED),
  /** Items waiting for this subscription. */
  pending: z.int().nonnegative(),
})
const Inputs = z.object({ type: z.literal('inputs'), inputs: boundedArray(InputInfo, MOST_NAMED) })
const Closing = z.object({
  type: z.literal('closing'),
  reason: z.string().max(2000),
  reconnectInMs: z.int().nonnegative(),
})

/** What a relay tells an agent. */
export const RelayMessage = z.discriminatedUnion('type', [Welcome, Inputs, Closing, Ping, Pong, ErrorMessage])
export type RelayMessage = z.infer<typeof RelayMessage>

export type ControlRead<M> =
  | { readonly kind: 'message'; readonly message: M }
  /** A type that this side does not know: answered by one `error`, then skipped. */
  | { readonly kind: 'unknown-type'; readonly type: string }
  /** Not JSON, or a known type with wrong fields. */
  | { readonly kind: 'malformed'; readonly problem: string }

const Typed = z.looseObject({ type: z.string().max(64) })

/** Reads a text frame sent by an agent. Never throws. */
export function readAgentMessage(text: string): ControlRead<AgentMessage> {
  return readControl(text, AgentMessage, readPlainAck)
}

/** What the schema makes of an acknowledgement, in a tenth of its time; null for all that is left to the schema to judge. */
function readPlainAck(json: unknown): AgentMessage | null {
  if (typeof json !== 'object' || json === null || !('type' in json) || json.type !== 'ack' || !('ids' in json))
    return null
  const { ids } = json
  if (!Array.isArray(ids) || ids.length < 1 || ids.length > MOST_ACKED) return null
  for (const id of ids) if (typeof id !== 'string' || id.length < 1 || id.length > MOST_ID_LETTERS) return null
  return { type: 'ack', ids }
}

/** Reads a text frame sent by a relay. Never throws. */
export function readRelayMessage(text: string): ControlRead<RelayMessage> {
  return readControl(text, RelayMessage, () => null)
}

function readControl<M>(
  text: string,
  schema: z.ZodType<M> & { readonly options: readonly z.ZodObject[] },
  readPlain: (json: unknown) => M | null,
): ControlRead<M> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'malformed', problem: 'The text frame is not JSON.' }
  }
  const plain = readPlain(json)
  if (plain !== null) return { kind: 'message', message: plain }
  const typed = Typed.safeParse(json)
  if (!typed.success) return { kind: 'malformed', problem: 'A control message is an object with a "type".' }
  const isKnown = schema.options.some((option) => option.shape['type']?.safeParse(typed.data.type).success === true)
  if (!isKnown) return { kind: 'unknown-type', type: typed.data.type }
  const read = schema.safeParse(json)
  if (!read.success) return { kind: 'malformed', problem: describeIssues(read.error) }
  return { kind: 'message', message: read.data }
}
