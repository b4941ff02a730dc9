import type { PlannedDelivery } from '../history/history.ts'

/** Deliveries of one queue that are being stored. */
export class Slots {
  #promised = 0
  #planned = 0

  /** Slots of deliveries that are being stored as sending. */
  get promised(): number {
    return this.#promised
  }

  /** Deliveries that are being stored as queued or held: nothing planned later may overtake them. */
  get planned(): number {
    return this.#planned
  }

  plan({ state }: Pick<PlannedDelivery, 'state'>): void {
    if (state === 'sending') this.#promised += 1
    else this.#planned += 1
  }

  settle({ state }: Pick<PlannedDelivery, 'state'>): void {
    if (state === 'sending') this.#promised = Math.max(0, this.#promised - 1)
    else this.#planned = Math.max(0, this.#planned - 1)
  }
}
