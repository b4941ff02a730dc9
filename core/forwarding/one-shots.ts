import type { DeliveryId, RequestId } from '../../protocol/ids.ts'
import type { TargetOptions } from '../../protocol/target.ts'
import { attemptDelivery, type AttemptResult, type RunningAttempt } from './attempt-delivery.ts'
import { ConnectionPool } from './connection-pool.ts'
import { DeliveryWrites } from './delivery-writes.ts'
import { withListening } from './describe-failure.ts'
import type { ForwarderOptions, SendableRequest } from './forwarder.ts'
import { settleWithin } from './settle-within.ts'
import type { TargetAddress } from './target-address.ts'

/** One delivery that a person asked for, to any URL. */
export type OneShot = {
  readonly deliveryId: DeliveryId
  readonly request: SendableRequest
  readonly address: TargetAddress
  readonly options: TargetOptions
  /** Adds `Creel-Resend`, where the setting says so. */
  readonly isResend: boolean
}

/**
 * Sends at once what a person sends by hand to a URL of his choice: nothing that is held holds it, it waits for nobody to listen, and it is not tried again.
 * It is stored as `sending`, without a target, before it is started; what an ended run left of it is in doubt, or did not go and is cancelled.
 */
export type OneShots = {
  /** Sends it. Resolves once what became of it is in the history; never rejects. */
  start(shot: OneShot): Promise<AttemptResult>
  has(id: DeliveryId): boolean
  /** False when it is not under way any more. */
  cancel(id: DeliveryId): Promise<boolean>
  /** The history can write again. */
  resumeAfterFailure(): void
  /** Lets what is under way end for a moment, then breaks it off and does not record it. */
  stop(graceMs: number): Promise<void>
}

type Flight = {
  readonly requestId: RequestId
  readonly running: RunningAttempt
  readonly recorded: Promise<AttemptResult>
}

export type OneShotOptions = Pick<
  ForwarderOptions,
  'store' | 'now' | 'monotonic' | 'listListening' | 'markResends' | 'onDelivery' | 'marks' | 'onStoreFailure'
>

export function createOneShots(options: OneShotOptions): OneShots {
  const flights = new Map<DeliveryId, Flight>()
  let isBreakingOff = false
  const writes = new DeliveryWrites(options.store, {
    failure: options.onStoreFailure,
    relief: () => undefined,
    retry: () => writes.resume(),
  })

  function launch(shot: OneShot, pool: ConnectionPool): RunningAttempt {
    const { deliveryId, request, address } = shot
    return attemptDelivery({
      request,
      target: address,
      options: shot.options,
      markResend: shot.isResend && options.markResends(),
      pool,
      store: options.store,
      now: options.now,
      monotonic: options.monotonic,
      onBegun: () => options.marks.begun(deliveryId),
    })
  }

  async function record({ deliveryId: id, request, address }: OneShot, result: AttemptResult): Promise<AttemptResult> {
    const { answer, timings } = result.attempt
    if (answer !== null && result.outcome === 'answered') options.marks.answered(id, answer.status, timings.totalMs)
    // Broken off by the end of this run: at the next start it is in doubt.
    if (isBreakingOff && result.outcome === 'cancelled') return result
    const told = await withPorts(result)
    const { failure } = told.attempt
    const state = told.outcome === 'no-connection' ? 'failed' : told.outcome
    const change = { id, state, holdReason: null, nextAttemptAt: null }
    const attempt = { ...told.attempt, deliveryId: id }
    const isWritten = await new Promise<boolean>((resolve) => writes.finishAttempt(attempt, change, resolve))
    if (!isWritten) return told
    options.marks.ended(id)
    const latencyMs = answer === null ? null : timings.totalMs
    const news = {
      state,
      holdReason: null,
      status: answer?.status ?? null,
      failureCode: failure?.code ?? null,
      latencyMs,
    }
    options.onDelivery({ requestId: request.id, deliveryId: id, url: address.origin, change: news })
    return told
  }

  async function withPorts(result: AttemptResult): Promise<AttemptResult> {
    const { failure } = result.attempt
    if (failure?.code !== 'nothing-listens') return result
    // A look that fails is no reason to hide what happened.
    const listening = await options.listListening().catch(() => [])
    return { ...result, attempt: { ...result.attempt, failure: withListening(failure, listening) } }
  }

  return {
    start(shot) {
      const { deliveryId } = shot
      // One for each: a person sends seldom, and an old connection would be one more thing to wonder about.
      const pool = new ConnectionPool(shot.address, shot.options.allowSelfSigned)
      const running = launch(shot, pool)
      const recorded = running.done.then(async (result) => {
        pool.close()
        const told = await record(shot, result)
        flights.delete(deliveryId)
        return told
      })
      flights.set(deliveryId, { requestId: shot.request.id, running, recorded })
      return recorded
    },
    has: (id) => flights.has(id),
    async cancel(id) {
      const flight = flights.get(id)
      if (flight === undefined) return false
      flight.running.cancel()
      return (await flight.recorded).outcome === 'cancelled'
    },
    resumeAfterFailure: () => writes.resume(),
    async stop(graceMs) {
      const ends = [...flights.values()].map(({ running }) => running.done)
      if (ends.length > 0) await settleWithin(graceMs, ends)
      isBreakingOff = true
      for (const { running } of flights.values()) running.cancel()
      await Promise.all(ends)
      // What ended is written down, unless the history cannot be written to.
      await settleWithin(
        graceMs,
        [...flights.values()].map(({ recorded }) => recorded),
      )
      await writes.stop()
    },
  }
}
