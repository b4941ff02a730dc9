import { PING_EVERY_MS, SILENCE_MS } from '../../protocol/limits.ts'
import type { RelayStore } from '../store/store.ts'

/** What a stream needs to know of the relay around it. Times in ms. */
export type StreamOptions = {
  readonly store: Pick<RelayStore, 'admin' | 'log'>
  readonly relay: { readonly name: string; readonly version: string }
  /** The public URL of an input. */
  readonly inputUrl: (inputId: string) => string
  /** For buckets whose settings say nothing. */
  readonly defaults: { readonly maxAgents: number; readonly ttlMs: number }
  /** Wall clock, epoch ms. */
  readonly now: () => number
  readonly monotonic: () => number
  readonly log: StreamLog
  /** Shortened by tests. */
  readonly times?: Partial<StreamTimes>
}

export type StreamLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type StreamTimes = {
  readonly pingEveryMs: number
  readonly silenceMs: number
  /** How long an agent may take to say hello. */
  readonly helloMs: number
  /** How long an agent that was told `closing` may take to acknowledge what it has. */
  readonly closingMs: number
  /** How often a connected subscription is marked as seen. */
  readonly seenEveryMs: number
}

export const STREAM_TIMES: StreamTimes = {
  pingEveryMs: PING_EVERY_MS,
  silenceMs: SILENCE_MS,
  helloMs: 10_000,
  closingMs: 1_000,
  seenEveryMs: 600_000,
}

/** A connected agent, for status pages and metrics. */
export type AgentInfo = {
  readonly agent: { readonly name: string; readonly version: string }
  readonly subscription: string
  readonly bucketIds: readonly string[]
  readonly tokenKey: string
  readonly remote: string | null
  /** Epoch ms. */
  readonly connectedAt: number
  readonly inFlight: { readonly items: number; readonly bytes: number }
}
