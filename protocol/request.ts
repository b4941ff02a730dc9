import { z } from 'zod'
import { MAX_EPOCH_MS } from './bounded.ts'
import { DeliveryDigest } from './delivery.ts'
import { RequestId, RequestUid, SourceId } from './ids.ts'
import { SourceKind } from './source.ts'

/** One header line as it stood on the wire: name in its own case, value as latin-1. Order and duplicates carry meaning, so lines live in lists. */
export const HeaderLine = z.tuple([z.string(), z.string()])
export type HeaderLine = z.infer<typeof HeaderLine>

export const RequestKind = z.enum(['captured', 'composed', 'imported', 'rejected', 'gap', 'handshake'])
export type RequestKind = z.infer<typeof RequestKind>

/** What a relay announces instead of requests that it could not keep. Times in epoch ms. */
export const GapDetail = z.object({
  count: z.int().positive(),
  fromSeq: z.int().positive(),
  toSeq: z.int().positive(),
  from: z.number().min(0).max(MAX_EPOCH_MS),
  to: z.number().min(0).max(MAX_EPOCH_MS),
  reason: z.enum(['expired', 'overflow', 'damaged']),
})
export type GapDetail = z.infer<typeof GapDetail>

/** What a relay refused, as far as it could be told. `bodyBytes` is what the sender claimed; `count` sums up repeats. */
export const RejectedDetail = z.object({
  status: z.int().min(100).max(599),
  reason: z.string().max(2000),
  bodyBytes: z.number().nonnegative().nullable(),
  count: z.int().positive().optional(),
})
export type RejectedDetail = z.infer<typeof RejectedDetail>

/** What a relay answered by itself to a sender that checked the address. */
export const HandshakeDetail = z.object({
  /** Id of the sender's check: `slack`. */
  sender: z.string().min(1).max(100),
  status: z.int().min(100).max(599),
  headers: z.array(z.tuple([z.string().max(200), z.string().max(5000)])).max(20),
  /** Text; what was given back of the request is printable ASCII, of 4 KiB at most. Rows of the list bring it along. */
  body: z.string().max(10_000),
  /** What else was done about it, or why not, as a sentence. */
  note: z.string().max(2000).optional(),
})
export type HandshakeDetail = z.infer<typeof HandshakeDetail>

export const ItemDetail = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('gap'), gap: GapDetail }),
  z.object({ kind: z.literal('rejected'), rejected: RejectedDetail }),
  z.object({ kind: z.literal('handshake'), handshake: HandshakeDetail }),
])
export type ItemDetail = z.infer<typeof ItemDetail>

/** One of the five colours that a person marks requests with. What they are called is a setting. */
export const RequestColour = z.int().min(1).max(5)
export type RequestColour = z.infer<typeof RequestColour>

/** What a person writes about a request, as typed. Empty = none. */
export const RequestNote = z.string().max(20_000, 'A note has at most 20,000 characters')

/** A row of the list: everything that it draws, and nothing that needs a body read. */
export const RequestSummary = z.object({
  id: RequestId,
  uid: RequestUid,
  kind: RequestKind,
  sourceId: SourceId.nullable(),
  /** Relay's clock at the last body byte, epoch ms. */
  receivedAt: z.number(),
  method: z.string(),
  /** What stood between method and version, verbatim, latin-1. */
  requestTarget: z.string(),
  /** Where the part after the input begins in `requestTarget`. */
  mountBytes: z.int().nonnegative(),
  bodyBytes: z.number().nonnegative(),
  contentType: z.string().nullable(),
  provider: z.string().nullable(),
  event: z.string().nullable(),
  parentId: RequestId.nullable(),
  pinned: z.boolean(),
  colour: RequestColour.nullable(),
  hasNote: z.boolean(),
  read: z.boolean(),
  detail: ItemDetail.nullable(),
  /** The worst of its deliveries, or null when it has none. */
  result: DeliveryDigest.nullable(),
})
export type RequestSummary = z.infer<typeof RequestSummary>

/** One request whole, but for its body's bytes: those come from `creel-app://app/body/<id>`. */
export const RequestDetail = RequestSummary.extend({
  /** Empty = none. */
  note: z.string(),
  storedAt: z.number(),
  /** The source that `sourceId` names, also once that was removed. */
  source: z.object({ kind: SourceKind, name: z.string() }).nullable(),
  relaySeq: z.int().nullable(),
  remote: z.string().nullable(),
  headers: z.array(HeaderLine),
  /** Stored and shown, never forwarded. */
  trailers: z.array(HeaderLine),
  /** Lower-case hex. */
  bodySha256: z.string().nullable(),
})
export type RequestDetail = z.infer<typeof RequestDetail>
