import { z } from 'zod'
import { AttemptId, DeliveryId, RequestId, TargetId } from './ids.ts'

export const DeliveryState = z.enum([
  'queued',
  'held',
  'sending',
  'retrying',
  'answered',
  'failed',
  'given-up',
  'outcome-unknown',
  'cancelled',
  'skipped',
])
export type DeliveryState = z.infer<typeof DeliveryState>

/** Why a delivery waits. */
export const HoldReason = z.enum(['forwarding', 'source', 'target', 'nothing-listens'])
export type HoldReason = z.infer<typeof HoldReason>

/** Why a delivery exists. */
export const DeliveryReason = z.enum(['captured', 'resend', 'relay-redelivery', 'composed'])
export type DeliveryReason = z.infer<typeof DeliveryReason>

/** What kept an attempt from ending with an HTTP answer. */
export const FailureCode = z.enum([
  'nothing-listens',
  'unreachable',
  'name-not-found',
  'connect-timeout',
  'first-byte-timeout',
  'idle-timeout',
  'closed-early',
  'reset',
  'tls',
  'bad-answer',
  'refused-path',
  'body-gone',
  'cancelled',
  'internal',
])
export type FailureCode = z.infer<typeof FailureCode>

/** A port of this computer on which some program listens. */
export const ListeningPort = z.object({
  port: z.int().min(1).max(65_535),
  /** The program's name, where the system tells. */
  process: z.string().nullable(),
  pid: z.int().nullable(),
})
export type ListeningPort = z.infer<typeof ListeningPort>

export const DeliveryFailure = z.object({
  code: FailureCode,
  /** What happened, in words: "nothing is listening on localhost:3000; listening are 3001 (node), 8080 (python3)". */
  message: z.string(),
  /** Addresses that were tried, as `127.0.0.1:3000` or `[::1]:3000`, with what each said. */
  tried: z.array(z.object({ address: z.string(), outcome: z.string() })),
  listening: z.array(ListeningPort),
})
export type DeliveryFailure = z.infer<typeof DeliveryFailure>

/** The state of a request's deliveries in one cell of the list. */
export const DeliveryDigest = z.object({
  state: DeliveryState,
  holdReason: HoldReason.nullable(),
  status: z.int().nullable(),
  failureCode: FailureCode.nullable(),
  latencyMs: z.number().nullable(),
  /** Epoch ms of the next try while retrying. */
  nextAttemptAt: z.number().nullable(),
  /** How many deliveries the request has in all. */
  count: z.int().positive(),
  targetLabel: z.string(),
})
export type DeliveryDigest = z.infer<typeof DeliveryDigest>

const HeaderLines = z.array(z.tuple([z.string(), z.string()]))

/** Durations in ms by a monotonic clock, from the attempt's start. */
export const AttemptTimings = z.object({
  connectedMs: z.number().nullable(),
  firstByteMs: z.number().nullable(),
  totalMs: z.number(),
})
export type AttemptTimings = z.infer<typeof AttemptTimings>

/** One HTTP try. The answer's body bytes come from `creel-app://app/body/<attempt id>?part=response`. */
export const Attempt = z.object({
  id: AttemptId,
  deliveryId: DeliveryId,
  /** 1 for the first. */
  n: z.int().positive(),
  startedAt: z.number(),
  timings: AttemptTimings,
  sent: z.object({
    method: z.string(),
    /** Scheme, host and port. */
    origin: z.string(),
    path: z.string(),
    headers: HeaderLines,
    bodyBytes: z.number(),
    bodySha256: z.string(),
  }),
  answer: z
    .object({
      status: z.int(),
      reasonPhrase: z.string(),
      headers: HeaderLines,
      /** All that the target sent, also what was not kept. */
      bodyBytes: z.number(),
      keptBytes: z.number(),
      bodySha256: z.string().nullable(),
      /** True when less was kept than was sent. */
      cut: z.boolean(),
    })
    .nullable(),
  failure: DeliveryFailure.nullable(),
  /** True when a reused connection closed before the first byte and a fresh one was used within this attempt. */
  reconnected: z.boolean(),
})
export type Attempt = z.infer<typeof Attempt>

export const Delivery = z.object({
  id: DeliveryId,
  requestId: RequestId,
  /** Null when the target was deleted, or the request went to a URL that is no target. */
  targetId: TargetId.nullable(),
  /** The target's URL when the delivery was made. */
  url: z.string(),
  reason: DeliveryReason,
  state: DeliveryState,
  holdReason: HoldReason.nullable(),
  createdAt: z.number(),
  nextAttemptAt: z.number().nullable(),
  attempts: z.array(Attempt),
})
export type Delivery = z.infer<typeof Delivery>
