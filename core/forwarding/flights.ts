import type { DeliveryId } from '../../protocol/ids.ts'
import type { RunningAttempt } from './attempt-delivery.ts'
import type { Waiting } from './waiting-list.ts'

/** What is under way for longer is shown, and remembered through a power cut, as sending; of the others the end is written soon. */
const SHOWN_AFTER_MS = 100

/** A delivery under way. */
type Flight = {
  readonly item: Waiting
  readonly running: RunningAttempt
  readonly startedMs: number
  /** The history has it as sending. */
  isShown: boolean
}

export type FlightsOptions = {
  readonly monotonic: () => number
  /** Writes that these are under way. */
  readonly show: (items: readonly Waiting[]) => void
}

/** The deliveries of one queue that are under way. */
export class Flights {
  readonly #options: FlightsOptions
  readonly #flights = new Map<DeliveryId, Flight>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: FlightsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#flights.size
  }

  begin(item: Waiting, running: RunningAttempt): void {
    const isShown = item.stored === 'sending'
    this.#flights.set(item.id, { item, running, startedMs: this.#options.monotonic(), isShown })
    // Whatever the history has: when it waits again, that has to be written.
    item.stored = 'sending'
    if (!isShown) this.#showSoon()
  }

  end(id: DeliveryId): void {
    this.#flights.delete(id)
  }

  find(id: DeliveryId): RunningAttempt | null {
    return this.#flights.get(id)?.running ?? null
  }

  running(): readonly RunningAttempt[] {
    return [...this.#flights.values()].map(({ running }) => running)
  }

  /** What is still under way is broken off, and its end not written: it stands as sending then. */
  breakOff(): void {
    this.#show(0)
    if (this.#timer) clearTimeout(this.#timer)
    for (const { running } of this.#flights.values()) running.cancel()
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#show(SHOWN_AFTER_MS)
    }, SHOWN_AFTER_MS)
  }

  #show(underWayMs: number): void {
    const until = this.#options.monotonic() - underWayMs
    const hidden = [...this.#flights.values()].filter(({ isShown }) => !isShown)
    const late = hidden.filter(({ startedMs }) => startedMs <= until)
    for (const flight of late) flight.isShown = true
    if (late.length > 0) this.#options.show(late.map(({ item }) => item))
    if (hidden.length > late.length) this.#showSoon()
  }
}
