import type { HistoryError } from '../history.ts'

/** Whoever waits for the end of a call. */
export type WaitingCall = { readonly resolve: (value: unknown) => void; readonly reject: (error: HistoryError) => void }

/** How many places of calls that have ended are kept before those behind them are moved to the front. */
const MOST_EMPTY = 4096

/** Calls that have not ended, by their number: numbers rise and calls end about in order, so that places in an array do what a map would do dearer. */
export class WaitingCalls {
  #places: (WaitingCall | null)[] = []
  /** The number of the call in the first place. */
  #first = 1
  /** The first place whose call may still wait. */
  #head = 0

  /** Gives the call's number. */
  add(call: WaitingCall): number {
    return this.#first + this.#places.push(call) - 1
  }

  /** Takes out the call of this number, if it still waits. */
  take(id: number): WaitingCall | null {
    const at = id - this.#first
    const call = this.#places[at] ?? null
    if (call === null) return null
    this.#places[at] = null
    this.#tidy()
    return call
  }

  /** Takes out all that wait, in order. */
  takeAll(): WaitingCall[] {
    const all = this.#places.filter((call) => call !== null)
    this.#drop(this.#places.length)
    return all
  }

  #tidy(): void {
    while (this.#head < this.#places.length && this.#places[this.#head] === null) this.#head += 1
    if (this.#head === this.#places.length || this.#head >= MOST_EMPTY) this.#drop(this.#head)
  }

  #drop(count: number): void {
    this.#places = this.#places.slice(count)
    this.#first += count
    this.#head = 0
  }
}
