/** A target that answers sooner than this has its next deliveries made ready while others are still under way. */
const QUICK_MS = 25

/** How fast a target usually answers, newer answers counting for more. */
export class Tempo {
  #usualMs = Infinity

  get isQuick(): boolean {
    return this.#usualMs <= QUICK_MS
  }

  answered(ms: number): void {
    this.#usualMs = this.#usualMs === Infinity ? ms : this.#usualMs * 0.8 + ms * 0.2
  }
}
