/** A target that answers sooner than this is quick. */
const QUICK_MS = 25
/** Made ready beside the next N where the target is quick: read in one go, so that reading keeps up. */
const READY_AHEAD = 64

/** How fast a target usually answers, newer answers counting for more. */
export class Tempo {
  #usualMs = Infinity

  /** How many deliveries are to be ready beside those that fill its slots. */
  get ahead(): number {
    return this.#usualMs <= QUICK_MS ? READY_AHEAD : 0
  }

  answered(ms: number): void {
    this.#usualMs = this.#usualMs === Infinity ? ms : this.#usualMs * 0.8 + ms * 0.2
  }
}
