import type { DeliveryState, HoldReason } from '../../protocol/delivery.ts'
import type { SourceId } from '../../protocol/ids.ts'
import { isLive } from '../history/delivery-digest.ts'
import type { NewAttempt } from '../history/history.ts'
import type { AttemptResult } from './attempt-delivery.ts'
import type { DeliveryWrites } from './delivery-writes.ts'
import type { ForwarderOptions } from './forwarder.ts'
import type { Waiting, WaitingList } from './waiting-list.ts'

/** State changes written in one go. The next go waits for the commit, so that what arrives meanwhile is not held up. */
const CHANGES_AT_ONCE = 500
/** Between two goes of what is released: most of it goes out meanwhile, and what has its end needs no state before. */
const RELEASE_REST_MS = 250

export type DeliveryStatesOptions = {
  /** Of the target. */
  readonly url: string
  readonly writes: DeliveryWrites
  readonly hooks: Pick<ForwarderOptions, 'onDelivery' | 'marks'>
  readonly holdReason: (sourceId: SourceId | null) => HoldReason | null
  /** The queue's list: told of those that are held. */
  readonly waiting: WaitingList
}

/** Writes what becomes of one queue's deliveries, and tells of it once it is committed. */
export class DeliveryStates {
  readonly #options: DeliveryStatesOptions
  #isWriting = false
  /** What waits is not, or not all, known to be written as it should be. */
  #isStale = false
  #isStopped = false
  /** Ends a rest between two goes. */
  #wake: () => void = () => {}

  constructor(options: DeliveryStatesOptions) {
    this.#options = options
  }

  /** Resolves once committed. */
  async write(items: readonly Waiting[], state: DeliveryState, holdReason: HoldReason | null = null): Promise<void> {
    const changes = items.map(({ id }) => ({ id, state, holdReason, nextAttemptAt: null }))
    if (!(await this.#options.writes.change(changes))) return
    for (const item of items) {
      const { id, requestId } = item
      if (state !== 'sending') this.#unmark(item, state)
      this.#options.hooks.onDelivery({
        requestId,
        deliveryId: id,
        url: this.#options.url,
        change: { state, holdReason },
      })
    }
  }

  /** The last state of deliveries, however many. Resolves once committed. */
  async writeEnd(items: readonly Waiting[], state: Extract<DeliveryState, 'skipped' | 'cancelled'>): Promise<void> {
    for (let at = 0; at < items.length && !this.#isStopped; at += CHANGES_AT_ONCE) {
      await this.write(items.slice(at, at + CHANGES_AT_ONCE), state)
    }
  }

  /** Writes one attempt and the state that it led to; tells of it once committed. */
  record(item: Waiting, result: AttemptResult, state: DeliveryState, holdReason: HoldReason | null = null): void {
    const { id } = item
    const attempt = { ...result.attempt, deliveryId: id }
    this.#options.writes.finishAttempt(attempt, { id, state, holdReason, nextAttemptAt: null }, (isWritten) => {
      if (isWritten) this.#recorded(item, attempt, state, holdReason)
    })
  }

  #recorded(item: Waiting, attempt: NewAttempt, state: DeliveryState, holdReason: HoldReason | null): void {
    this.#unmark(item, state)
    const { answer, failure, timings } = attempt
    const latencyMs = answer === null ? null : timings.totalMs
    const change = { state, holdReason, status: answer?.status ?? null, failureCode: failure?.code ?? null, latencyMs }
    this.#options.hooks.onDelivery({ requestId: item.requestId, deliveryId: item.id, url: this.#options.url, change })
  }

  /** Brings the history in line with what waiting deliveries wait for now. Resolves once committed. */
  async writeWaiting(items: readonly Waiting[]): Promise<void> {
    const { holdReason, waiting } = this.#options
    const byState = new Map<Waiting['stored'], Waiting[]>()
    for (const item of items) {
      const wanted = holdReason(item.sourceId) ?? 'queued'
      if (wanted !== 'queued') waiting.markHeld(item)
      if (item.stored === wanted) continue
      item.stored = wanted
      const same = byState.get(wanted)
      if (same) same.push(item)
      else byState.set(wanted, [item])
    }
    await Promise.all(
      [...byState].map(([stored, same]) =>
        stored === 'queued' || stored === 'sending' ? this.write(same, stored) : this.write(same, 'held', stored),
      ),
    )
  }

  /** The same for all that wait, many at a time. Called again meanwhile, it begins anew: then something else holds them. */
  async writeAllWaiting(): Promise<void> {
    const { holdReason, waiting } = this.#options
    // At once, because a pace may be chosen for those that were held before all of them are written.
    for (const item of waiting) if (holdReason(item.sourceId) !== null) waiting.markHeld(item)
    this.#isStale = true
    this.#wake()
    if (this.#isWriting) return
    this.#isWriting = true
    while (this.#isStale && !this.#isStopped) {
      this.#isStale = false
      await this.#writeInTurn([...waiting])
    }
    this.#isWriting = false
  }

  /** Nothing more is begun. What is not written follows from what holds it at the next start. */
  stop(): void {
    this.#isStopped = true
    this.#wake()
  }

  #unmark(item: Waiting, state: DeliveryState): void {
    const { marks } = this.#options.hooks
    if (!isLive(state)) marks.ended(item.id)
    // It may be under way again.
    else if (item.stored !== 'sending') marks.waits(item.id)
  }

  /** The newest first: what came first goes out soonest. */
  async #writeInTurn(items: readonly Waiting[]): Promise<void> {
    for (let end = items.length; end > 0 && !this.#isStale && !this.#isStopped; end -= CHANGES_AT_ONCE) {
      const some = items.slice(Math.max(0, end - CHANGES_AT_ONCE), end).filter((item) => item.isWaiting)
      const isRelease = some.some(
        ({ stored, sourceId }) => stored !== 'queued' && this.#options.holdReason(sourceId) === null,
      )
      await this.writeWaiting(some)
      if (isRelease && end > CHANGES_AT_ONCE && !this.#isStale && !this.#isStopped) await this.#rest()
    }
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RELEASE_REST_MS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
