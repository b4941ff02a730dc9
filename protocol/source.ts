import { z } from 'zod'
import { SourceId, TargetId } from './ids.ts'

/** `smee`: a channel of a smee server; its URL stands as `relayUrl`, and it has no token. */
export const SourceKind = z.enum(['embedded', 'creel', 'smee'])
export type SourceKind = z.infer<typeof SourceKind>

export const RelayUrl = z
  .string()
  .trim()
  .max(2000)
  .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i, 'The address of a relay looks like https://relay.example.com')

/** A channel of a smee server: `https://smee.io/abcDEF123`. */
export const ChannelUrl = RelayUrl.refine(
  (text) => /\/[A-Za-z0-9_-]{1,128}\/?$/.test(text.replace(/^https?:\/\/[^/]+/i, '')),
  'A channel looks like https://smee.io/abcDEF123',
)

/** Where a tunnel makes a relay public: scheme and host alone, as the relay's own paths begin there. */
export const PublicUrl = z
  .string()
  .trim()
  .max(300)
  .regex(/^https?:\/\/[^\s/?#@]+\/?$/i, 'The address of a tunnel looks like https://name.example.com, without a path')
  .transform((text) => text.replace(/\/$/, ''))

export const Token = z.object({
  key: z.string().regex(/^crk_[A-Za-z0-9_-]{6,64}$/, 'A token key begins with crk_'),
  secret: z.string().regex(/^crs_[A-Za-z0-9_-]{43}$/, 'A token secret begins with crs_ and has 43 more characters'),
})
export type Token = z.infer<typeof Token>

export const Source = z.object({
  id: SourceId,
  kind: SourceKind,
  name: z.string(),
  /** Where the relay is reached. */
  relayUrl: z.string(),
  tokenKey: z.string(),
  /** Bucket ids subscribed to; empty = all that the token allows. */
  buckets: z.array(z.string()),
  targets: z.array(TargetId),
  held: z.boolean(),
  disconnected: z.boolean(),
  createdAt: z.number(),
})
export type Source = z.infer<typeof Source>

/** An input of a source, as the relay told. */
export const SourceInput = z.object({ id: z.string(), bucket: z.string(), name: z.string(), url: z.string() })
export type SourceInput = z.infer<typeof SourceInput>

/** Why a source has stopped trying. It starts again when the token or the address changes. */
export const RefusalCode = z.enum([
  'unknown-key',
  'wrong-secret',
  'revoked',
  'bucket-not-allowed',
  'not-a-relay',
  'no-secret',
])
export type RefusalCode = z.infer<typeof RefusalCode>

/** The proven state of a source's connection. Times epoch ms, durations ms. */
export const SourceConnection = z.discriminatedUnion('state', [
  z.object({ state: z.literal('disconnected') }),
  z.object({ state: z.literal('connecting'), attempt: z.int() }),
  z.object({
    state: z.literal('connected'),
    since: z.number(),
    verifiedAt: z.number(),
    roundTripMs: z.number(),
    /** Relay's clock minus ours; told when it is worth showing. */
    skewMs: z.number(),
    /** Items still waiting at the relay when the connection began. */
    pending: z.int().nonnegative(),
  }),
  z.object({
    state: z.literal('waiting'),
    /** What happened and to whom, in words. */
    reason: z.string(),
    attempt: z.int(),
    nextAttemptAt: z.number(),
    lastVerifiedAt: z.number().nullable(),
  }),
  z.object({ state: z.literal('refused'), code: RefusalCode, reason: z.string(), fix: z.string(), at: z.number() }),
])
export type SourceConnection = z.infer<typeof SourceConnection>

export const SourceStatus = z.object({
  id: SourceId,
  connection: SourceConnection,
  inputs: z.array(SourceInput),
  relay: z.object({ name: z.string(), version: z.string() }).nullable(),
  unread: z.int().nonnegative(),
  held: z.int().nonnegative(),
})
export type SourceStatus = z.infer<typeof SourceStatus>
