import type { ForwarderStore, SendableRequest } from './forwarder.ts'
import type { Waiting } from './waiting-list.ts'

/** A delivery that goes out soon, with its request as soon as that is loaded. */
type Entry = { readonly item: Waiting; request: SendableRequest | null; isLoaded: boolean }

export type LineUpOptions = {
  readonly store: Pick<ForwarderStore, 'load'>
  /** The first may be ready now. */
  readonly onReady: () => void
  readonly onFailure: (error: unknown) => void
}

/** What comes next to the line: its request where it is at hand. */
export type Comer = { readonly item: Waiting; readonly request: SendableRequest | null }

/** The next deliveries of a queue, in order, made ready so that each can go as soon as a slot is free. */
export class LineUp {
  readonly #options: LineUpOptions
  #entries: Entry[] = []

  constructor(options: LineUpOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#entries.length
  }

  /** How many of them were held at some time. */
  get onceHeld(): number {
    return this.#entries.filter(({ item }) => item.wasHeld).length
  }

  /** Adds what `next` gives, up to `most` in all, once the line is half empty: what is to be read is read many at a time. */
  fill(most: number, next: () => Comer | null): void {
    if (this.#entries.length > most / 2) return
    const comers: Comer[] = []
    while (this.#entries.length + comers.length < most) {
      const comer = next()
      if (comer === null) break
      comers.push(comer)
    }
    this.add(comers)
  }

  /** Those that come behind all others. What is not at hand is loaded, all of it in one go. */
  add(comers: readonly Comer[]): void {
    const missing: Entry[] = []
    for (const { item, request } of comers) {
      const entry = { item, request, isLoaded: request !== null }
      this.#entries.push(entry)
      if (request === null) missing.push(entry)
    }
    if (missing.length === 0) return
    const ids = missing.map(({ item }) => item.requestId)
    this.#options.store.load(ids).then((requests) => {
      for (const [index, entry] of missing.entries()) {
        entry.request = requests[index] ?? null
        entry.isLoaded = true
      }
      this.#options.onReady()
    }, this.#options.onFailure)
  }

  /** The first, if it is ready to go. */
  first(): Waiting | null {
    const [first] = this.#entries
    return first?.isLoaded === true ? first.item : null
  }

  /** Takes out what `first` gave. Its request is null when it was deleted meanwhile. */
  shift(): SendableRequest | null {
    return this.#entries.shift()?.request ?? null
  }

  /** Takes out those that are not to go after all. */
  takeBack(which: (item: Waiting) => boolean): readonly Waiting[] {
    const back = this.#entries.map(({ item }) => item).filter(which)
    if (back.length > 0) this.#entries = this.#entries.filter(({ item }) => !which(item))
    return back
  }
}
