import type { DeliveryState, HoldReason } from '../../protocol/delivery.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { AttemptResult } from './attempt-delivery.ts'
import type { DeliveryWrites } from './delivery-writes.ts'
import type { ForwarderOptions } from './forwarder.ts'
import type { Waiting } from './waiting-list.ts'

/** State changes written in one go; between two goes other work gets its turn. */
const CHANGES_AT_ONCE = 1000

export type DeliveryStatesOptions = {
  readonly writes: DeliveryWrites
  readonly onDelivery: ForwarderOptions['onDelivery']
  readonly holdReason: (sourceId: SourceId | null) => HoldReason | null
}

/** Writes what becomes of one queue's deliveries, and tells of it once it is committed. */
export class DeliveryStates {
  readonly #options: DeliveryStatesOptions

  constructor(options: DeliveryStatesOptions) {
    this.#options = options
  }

  /** Resolves once committed. */
  async write(items: readonly Waiting[], state: DeliveryState, holdReason: HoldReason | null = null): Promise<void> {
    await this.#options.writes.change(items.map(({ id }) => ({ id, state, holdReason, nextAttemptAt: null })))
    for (const { id, requestId } of items) this.#options.onDelivery({ requestId, deliveryId: id, state })
  }

  /** The last state of deliveries, however many. Resolves once committed. */
  async writeEnd(items: readonly Waiting[], state: Extract<DeliveryState, 'skipped' | 'cancelled'>): Promise<void> {
    const written: Promise<void>[] = []
    for (let at = 0; at < items.length; at += CHANGES_AT_ONCE) {
      written.push(this.write(items.slice(at, at + CHANGES_AT_ONCE), state))
    }
    await Promise.all(written)
  }

  /** One attempt and the state that it led to. */
  record(item: Waiting, result: AttemptResult, state: DeliveryState, holdReason: HoldReason | null = null): void {
    const { id, requestId } = item
    void this.#options.writes
      .finishAttempt({ ...result.attempt, deliveryId: id }, { id, state, holdReason, nextAttemptAt: null })
      .then(() => this.#options.onDelivery({ requestId, deliveryId: id, state }))
  }

  /** Brings the history in line with what waiting deliveries wait for now. `markHeld` hears of those that are held. */
  writeWaiting(items: readonly Waiting[], markHeld: (item: Waiting) => void): void {
    const byState = new Map<Waiting['stored'], Waiting[]>()
    for (const item of items) {
      const wanted = this.#options.holdReason(item.sourceId) ?? 'queued'
      if (wanted !== 'queued') markHeld(item)
      if (item.stored === wanted) continue
      item.stored = wanted
      const same = byState.get(wanted)
      if (same) same.push(item)
      else byState.set(wanted, [item])
    }
    for (const [stored, same] of byState) {
      if (stored === 'queued' || stored === 'sending') void this.write(same, stored)
      else void this.write(same, 'held', stored)
    }
  }

  /** The same for a whole list, many at a time, without those that left it meanwhile. */
  async writeAllWaiting(items: readonly Waiting[], markHeld: (item: Waiting) => void): Promise<void> {
    for (let at = 0; at < items.length; at += CHANGES_AT_ONCE) {
      const some = items.slice(at, at + CHANGES_AT_ONCE).filter((item) => item.isWaiting)
      this.writeWaiting(some, markHeld)
      if (at + CHANGES_AT_ONCE < items.length) await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
