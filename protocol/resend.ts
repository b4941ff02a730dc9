import { z } from 'zod'
import { type RequestId, TargetId } from './ids.ts'
import { TargetUrl } from './target.ts'

/** Where resends go: each to its own source's targets, all to one target, or all to a URL that need not be one. */
export const ResendTo = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('own') }),
  z.strictObject({ kind: z.literal('target'), id: TargetId }),
  z.strictObject({ kind: z.literal('url'), url: TargetUrl }),
])
export type ResendTo = z.infer<typeof ResendTo>

/** `arrival`: oldest first. `given`: as the ids stand. */
export const ResendOrder = z.enum(['arrival', 'given'])
export type ResendOrder = z.infer<typeof ResendOrder>

/** What became of one request: `held` waits and goes out later, `not-sent` was never begun because the job was cancelled. */
export type ResendOutcome = {
  readonly requestId: RequestId
  readonly outcome: 'waiting' | 'sending' | 'answered' | 'failed' | 'held' | 'unknown' | 'cancelled' | 'not-sent'
  /** The answer's status; of several targets the worst. */
  readonly status: number | null
  readonly latencyMs: number | null
  /** Why there is no answer, in words. */
  readonly message: string | null
}

/** Resends one after the other, as a job that can be watched and cancelled. */
export type ResendJob = {
  readonly id: number
  readonly state: 'running' | 'done' | 'cancelled'
  /** Epoch ms. */
  readonly startedAt: number
  readonly endedAt: number | null
  /** In the order in which they are sent. */
  readonly outcomes: readonly ResendOutcome[]
}
