import type { ForwarderStore, SendableRequest } from './forwarder.ts'
import { loadRequest } from './load-request.ts'
import type { Waiting } from './waiting-list.ts'

/** A delivery that goes out soon. It has a slot, or is among the next to get one. */
type Entry = {
  readonly item: Waiting
  request: SendableRequest | null
  isLoaded: boolean
  hasSlot: boolean
  /** The history has it as sending. */
  isWritten: boolean
}

export type LineUpOptions = {
  readonly store: ForwarderStore
  /** The first may be ready now. */
  readonly onReady: () => void
  readonly onFailure: (error: unknown) => void
}

/**
 * The next deliveries of a queue, in order: first those that have a slot and are written as sending, then those that are only made ready, so that they can
 * go as soon as a slot is free. What was never given a slot did not go, so that a crash leaves no doubt about it.
 */
export class LineUp {
  readonly #options: LineUpOptions
  #entries: Entry[] = []
  #withSlot = 0

  constructor(options: LineUpOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#entries.length
  }

  /** How many of them have a slot. */
  get withSlot(): number {
    return this.#withSlot
  }

  get allHaveSlots(): boolean {
    return this.#withSlot === this.#entries.length
  }

  /** How many without a slot were held at some time. */
  get onceHeld(): number {
    return this.#entries.slice(this.#withSlot).filter(({ item }) => item.wasHeld).length
  }

  /** One that comes behind all others. Its request is loaded where it is not at hand. */
  add(item: Waiting, request: SendableRequest | null): void {
    this.#push({ item, request, isLoaded: request !== null, hasSlot: false, isWritten: false })
  }

  /** The same for one that has a slot and was stored so. Only where nobody lacks one. */
  addSending(item: Waiting, request: SendableRequest | null): void {
    this.#push({ item, request, isLoaded: request !== null, hasSlot: true, isWritten: true })
    this.#withSlot += 1
  }

  /** Gives up to `free` slots to those that have none, in order; they are ready once `write` has resolved. */
  giveSlots(
    free: number,
    how: {
      readonly mayGo: (item: Waiting) => boolean
      readonly write: (items: readonly Waiting[]) => Promise<void>
    },
  ): void {
    const entries: Entry[] = []
    for (const entry of this.#entries.slice(this.#withSlot)) {
      if (entries.length >= free || !how.mayGo(entry.item)) break
      entries.push(entry)
    }
    if (entries.length === 0) return
    for (const entry of entries) {
      entry.hasSlot = true
      entry.item.stored = 'sending'
    }
    this.#withSlot += entries.length
    how.write(entries.map(({ item }) => item)).then(() => {
      for (const entry of entries) entry.isWritten = true
      this.#options.onReady()
    }, this.#options.onFailure)
  }

  /** Takes out the first if it may go. Its request is null when it was deleted meanwhile. */
  shiftReady(): { readonly item: Waiting; readonly request: SendableRequest | null } | null {
    const [first] = this.#entries
    if (!first?.isWritten || !first.isLoaded) return null
    this.#entries.shift()
    this.#withSlot -= 1
    return first
  }

  /** Takes out those that are not to go after all. */
  takeBack(which: (item: Waiting) => boolean): readonly Waiting[] {
    const back = this.#entries.map(({ item }) => item).filter(which)
    if (back.length === 0) return back
    this.#entries = this.#entries.filter(({ item }) => !which(item))
    this.#withSlot = this.#entries.filter(({ hasSlot }) => hasSlot).length
    return back
  }

  #push(entry: Entry): void {
    this.#entries.push(entry)
    if (entry.isLoaded) return
    loadRequest(this.#options.store, entry.item.requestId).then((request) => {
      entry.request = request
      entry.isLoaded = true
      this.#options.onReady()
    }, this.#options.onFailure)
  }
}
