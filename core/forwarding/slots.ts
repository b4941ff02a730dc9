import type { PlannedDelivery } from '../history/history.ts'

/** Slots of one queue that are taken by deliveries which are neither in line nor under way. */
export class Slots {
  /** Promised to deliveries that are being stored as sending. */
  #promised = 0
  #storing = 0
  #planned = 0

  get taken(): number {
    return this.#promised + this.#storing
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

  /** A delivery has ended, and keeps its slot until that is stored. */
  async keepUntil(stored: Promise<void>): Promise<void> {
    this.#storing += 1
    await stored
    this.#storing -= 1
  }
}
