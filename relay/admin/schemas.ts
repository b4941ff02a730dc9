import { z } from 'zod'
import { MAX_BODY_BYTES } from '../../protocol/limits.ts'
import { GapDetail, HandshakeDetail, HeaderLine, RejectedDetail } from '../../protocol/request.ts'
import { edgeSettings, edgeViews } from './edge-schemas.ts'

/** Lines that frame a message or belong to one connection: the relay writes them itself. */
const OWN_HEADERS = /^(connection|content-length|keep-alive|te|trailer|transfer-encoding|upgrade)$/i

/** Escaped in JSON, control characters would take six times their room: a thousand buckets fit into one message to an agent. */
const Name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'holds control characters')

const AnswerHeader = z.tuple([
  z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/, 'is not the name of a header')
    .refine((name) => !OWN_HEADERS.test(name), 'is a header that the relay writes itself'),
  z.string().regex(/^[\t\x20-\x7e\x80-\xff]{0,8000}$/, 'holds characters that no header may have'),
])

const Response = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accept') }),
  z.strictObject({
    kind: z.literal('static'),
    status: z.int().min(200).max(599),
    headers: z.array(AnswerHeader).max(100).readonly().default([]),
    body: z.string().max(65_536).default(''),
  }),
])

const BodyBytes = z.int().min(0).max(MAX_BODY_BYTES)

const bucketSettings = {
  maxItems: z.int().min(1).max(10_000_000).exactOptional(),
  maxBytes: z
    .int()
    .min(1)
    .max(2 ** 50)
    .exactOptional(),
  maxAgents: z.int().min(1).max(10_000).exactOptional(),
  ttlMs: z
    .int()
    .min(1000)
    .max(366 * 86_400_000)
    .exactOptional(),
  maxBodyBytes: BodyBytes.exactOptional(),
  overflow: z.enum(['refuse', 'drop-oldest']).exactOptional(),
  keepAckedMs: z
    .int()
    .min(0)
    .max(366 * 86_400_000)
    .exactOptional(),
  response: Response.exactOptional(),
}

const inputSettings = {
  response: Response.exactOptional(),
  maxBodyBytes: BodyBytes.exactOptional(),
}

const BucketSettings = z.strictObject({ ...bucketSettings, ...edgeSettings })
const InputSettings = z.strictObject({ ...inputSettings, ...edgeSettings })

export const NewBucket = z.strictObject({ name: Name, settings: BucketSettings.default({}) })
export const BucketChange = z.strictObject({ name: Name.exactOptional(), settings: BucketSettings.exactOptional() })
export const NewInput = z.strictObject({ name: Name.default('input'), settings: InputSettings.default({}) })
export const InputChange = z.strictObject({ name: Name.exactOptional(), settings: InputSettings.exactOptional() })
export const NewToken = z.strictObject({ name: Name, buckets: z.array(z.string().max(200)).min(1).max(1000) })

export const BucketParams = z.object({ bucket: z.string().max(200) })
export const InputParams = BucketParams.extend({ input: z.string().max(200) })
export const RequestParams = BucketParams.extend({ id: z.string().max(200) })
export const TokenParams = z.object({ key: z.string().max(200) })

/** `before` is a `seq`, as `next` of the page before gave it. */
export const RequestPage = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

export const BucketView = z.object({
  id: z.string(),
  name: z.string(),
  settings: z.object({ ...bucketSettings, ...edgeViews }),
  createdAt: z.number(),
})
export const InputView = z.object({
  id: z.string(),
  bucket: z.string(),
  name: z.string(),
  url: z.string(),
  settings: z.object({ ...inputSettings, ...edgeViews }),
  createdAt: z.number(),
})
export const TokenView = z.object({
  key: z.string(),
  name: z.string(),
  buckets: z.array(z.string()).readonly(),
  createdAt: z.number(),
  revokedAt: z.number().nullable(),
})
/** The only time that a secret is told. */
export const MadeToken = TokenView.extend({ secret: z.string() })

export const RequestView = z.object({
  id: z.string(),
  seq: z.number(),
  kind: z.enum(['request', 'rejected', 'gap', 'handshake']),
  bucket: z.string(),
  input: z.string().nullable(),
  receivedAt: z.number(),
  remote: z.string().nullable(),
  method: z.string(),
  target: z.string(),
  mountBytes: z.number(),
  headers: z.array(HeaderLine).readonly(),
  trailers: z.array(HeaderLine).readonly(),
  bodyBytes: z.number(),
  sha256: z.string(),
  redelivered: z.boolean(),
  rejected: RejectedDetail.nullable(),
  gap: GapDetail.nullable(),
  handshake: HandshakeDetail.exactOptional(),
})

export const RelayView = z.object({ name: z.string(), version: z.string() })

export const StatusView = z.object({
  relay: RelayView,
  url: z.string(),
  startedAt: z.number(),
  now: z.number(),
  agents: z.number(),
  buckets: z.number(),
  items: z.number(),
  bytes: z.number(),
  uncommittedBytes: z.number(),
  accepted: z.number(),
  unknownInputs: z.number(),
  refused: z.record(z.string(), z.number()),
})
export type StatusView = z.infer<typeof StatusView>

export const AgentView = z.object({
  relay: RelayView,
  buckets: z.array(z.object({ id: z.string(), name: z.string() })),
})

/** RFC 9457. */
export const ProblemView = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  field: z.string().optional(),
})
