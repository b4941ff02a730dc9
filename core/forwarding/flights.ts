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

/** The deliveries of one queue that are under way: few, so that a list is enough. */
export class Flights {
  readonly #options: FlightsOptions
  readonly #flights: Flight[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(options: FlightsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#flights.length
  }

  begin(item: Waiting, running: RunningAttempt): void {
    const isShown = item.stored === 'sending'
    this.#flights.push({ item, running, startedMs: this.#options.monotonic(), isShown })
    // Whatever the history has: when it waits again, that has to be written.
    item.stored = 'sending'
    if (!isShown) this.#showSoon()
  }

  end(id: DeliveryId): void {
    const at = this.#flights.findIndex(({ item }) => item.id === id)
    if (at >= 0) this.#flights.splice(at, 1)
  }

  find(id: DeliveryId): RunningAttempt | null {
    return this.#flights.find(({ item }) => item.id === id)?.running ?? null
  }

  running(): readonly RunningAttempt[] {
    return this.#flights.map(({ running }) => running)
  }

  /** What is still under way is broken off, and its end not written: it stands as sending then. */
  breakOff(): void {
    this.#show(0)
    if (this.#timer) clearTimeout(this.#timer)
    for (const running of this.running()) running.cancel()
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#show(SHOWN_AFTER_MS)
    }, SHOWN_AFTER_MS)
  }

  #show(underWayMs: number): void {
    const until = this.#options.monotonic() - underWayMs
    const hidden = this.#flights.filter(({ isShown }) => !isShown)
    const late = hidden.filter(({ startedMs }) => startedMs <= until)
    for (const flight of late) flight.isShown = true
    if (late.length > 0) this.#options.show(late.map(({ item }) => item))
    if (hidden.length > late.length) this.#showSoon()
  }
}
