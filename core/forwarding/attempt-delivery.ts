import { hash } from 'node:crypto'
import type { Attempt, DeliveryFailure } from '../../protocol/delivery.ts'
import type { TargetOptions } from '../../protocol/target.ts'
import type { NewAttempt } from '../history/history.ts'
import { buildForwardedRequest, type ForwardedRequest } from './build-forwarded-request.ts'
import type { Connection, ConnectionPool } from './connection-pool.ts'
import { describeFailure, isNoConnection, type AttemptError } from './describe-failure.ts'
import { startExchange, type Exchange, type ExchangeResult } from './exchange.ts'
import type { ForwarderStore, SendableRequest } from './forwarder.ts'
import { BodyAlteredError, BodyGoneError, streamBody } from './stream-body.ts'
import type { TargetAddress } from './target-address.ts'

export type AttemptInput = {
  readonly request: SendableRequest
  readonly target: TargetAddress
  readonly options: TargetOptions
  readonly markResend: boolean
  readonly pool: ConnectionPool
  readonly store: Pick<ForwarderStore, 'readBody'>
  readonly now: () => number
  readonly monotonic: () => number
  /** Called before the first byte leaves; again where a second connection is needed. */
  readonly onBegun: () => void
  /** Called at once when it has ended; what is launched within that may take the same connection without a pause. */
  readonly onEnd?: (result: AttemptResult) => void
}

export type AttemptResult = {
  readonly attempt: Omit<NewAttempt, 'deliveryId'>
  /** `no-connection`: not a byte left, the target is not there. */
  readonly outcome: 'answered' | 'failed' | 'cancelled' | 'no-connection'
}

export type RunningAttempt = { readonly done: Promise<AttemptResult>; cancel(): void }

/**
 * One HTTP try of a delivery. Never rejects, and never ends before this returns. A connection that was used before and closes before the answer's first byte
 * is replaced by a fresh one, once, within the same attempt.
 */
export function attemptDelivery(input: AttemptInput): RunningAttempt {
  const running = new Attempting(input)
  running.start()
  return running
}

class Attempting implements RunningAttempt {
  readonly #input: AttemptInput
  readonly #startedAt: number
  readonly #startedMs: number
  #exchange: Exchange | null = null
  #reconnected = false
  #isCancelled = false
  #ended: AttemptResult | null = null
  #done: Promise<AttemptResult> | null = null
  #resolve: (result: AttemptResult) => void = () => {}

  constructor(input: AttemptInput) {
    this.#input = input
    this.#startedAt = input.now()
    this.#startedMs = input.monotonic()
  }

  /** Made only where somebody asks: most attempts are over before that. */
  get done(): Promise<AttemptResult> {
    this.#done ??= new Promise((resolve) => {
      if (this.#ended === null) this.#resolve = resolve
      else resolve(this.#ended)
    })
    return this.#done
  }

  cancel(): void {
    this.#isCancelled = true
    this.#exchange?.cancel()
  }

  start(): void {
    const { request, target, options } = this.#input
    const built = buildForwardedRequest({ request, target, options, markResend: this.#input.markResend })
    if ('refused' in built) {
      const problem: AttemptError =
        built.refused === 'method'
          ? { kind: 'refused-method', method: request.method }
          : { kind: 'refused-path', path: built.path }
      return this.#endSoon(this.#sent(built.path, []), problem)
    }
    const sent = this.#sent(built.path, built.wireHeaders)
    if (request.body !== null && !request.isProven && hash('sha256', request.body) !== request.bodySha256) {
      return this.#endSoon(sent, { kind: 'body-altered' })
    }
    this.#send(built, sent, false)
  }

  #send(built: ForwardedRequest, sent: Attempt['sent'], isFresh: boolean): void {
    const { request, target, options, pool, store } = this.#input
    let connection: Connection
    try {
      connection = isFresh ? pool.fresh() : pool.take()
    } catch (error) {
      // No connection can be made of the target's URL, whatever waited for it.
      return this.#endSoon(sent, { kind: 'exchange', error: asError(error), gotHead: false })
    }
    const input = {
      connection,
      request: built,
      body: request.bodyBytes === 0 ? null : (request.body ?? streamBody(store, request)),
      bodyBytes: request.bodyBytes,
      firstByteTimeoutMs: options.firstByteTimeoutMs,
      idleTimeoutMs: options.idleTimeoutMs,
      elapsed: () => this.#elapsed(),
      onBegun: this.#input.onBegun,
    }
    this.#exchange = startExchange(input, (exchanged) => {
      pool.give(connection)
      if (exchanged.staleConnection && !this.#isCancelled) {
        this.#reconnected = true
        this.#send(built, sent, true)
        return
      }
      const problem = exchanged.error === null ? null : namedProblem(exchanged.error, this.#isCancelled)
      this.#end(this.#result(sent, exchanged, problem === null ? null : describeFailure(problem, target)))
    })
  }

  /** Nothing of it left. */
  #endSoon(sent: Attempt['sent'], problem: AttemptError): void {
    const result = this.#result(sent, null, describeFailure(problem, this.#input.target))
    queueMicrotask(() => this.#end(result))
  }

  #end(result: AttemptResult): void {
    this.#ended = result
    this.#input.onEnd?.(result)
    this.#resolve(result)
  }

  #sent(path: string, headers: Attempt['sent']['headers']): Attempt['sent'] {
    const { request, target } = this.#input
    return {
      method: request.method,
      origin: target.origin,
      path,
      headers,
      bodyBytes: request.bodyBytes,
      // Proven against the bytes before the last of them leaves.
      bodySha256: request.bodySha256,
    }
  }

  #result(sent: Attempt['sent'], exchanged: ExchangeResult | null, failure: DeliveryFailure | null): AttemptResult {
    const answer = exchanged?.answer ?? null
    const attempt: Omit<NewAttempt, 'deliveryId'> = {
      startedAt: this.#startedAt,
      timings: {
        connectedMs: exchanged?.connectedMs ?? null,
        firstByteMs: exchanged?.firstByteMs ?? null,
        totalMs: this.#elapsed(),
      },
      sent,
      ownHeaders: this.#input.request.headers,
      answer: answer === null ? null : { ...answer, keptBytes: answer.body.length },
      failure,
      reconnected: this.#reconnected,
    }
    if (failure === null) return { attempt, outcome: 'answered' }
    if (failure.code === 'cancelled') return { attempt, outcome: 'cancelled' }
    return { attempt, outcome: isNoConnection(failure.code) ? 'no-connection' : 'failed' }
  }

  #elapsed(): number {
    return this.#input.monotonic() - this.#startedMs
  }
}

/** What a body's stream failed with arrives as the exchange's error. */
function namedProblem(problem: AttemptError, isCancelled: boolean): AttemptError {
  if (isCancelled) return { kind: 'cancelled' }
  if (problem.kind !== 'exchange' && problem.kind !== 'connect') return problem
  if (problem.error instanceof BodyGoneError) return { kind: 'body-gone' }
  if (problem.error instanceof BodyAlteredError) return { kind: 'body-altered' }
  return problem
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
