/** Lets held deliveries go one by one at a chosen rate, over all targets together. */
export class Pace {
  readonly #monotonic: () => number
  /** Called when the next one may go. */
  readonly #onOpen: () => void
  #everyMs: number | null = null
  #nextAt = 0
  #timer: NodeJS.Timeout | null = null

  constructor(monotonic: () => number, onOpen: () => void) {
    this.#monotonic = monotonic
    this.#onOpen = onOpen
  }

  get isSet(): boolean {
    return this.#everyMs !== null
  }

  /** Null = as fast as the targets take them. */
  set(perSecond: number | null): void {
    this.stop()
    this.#everyMs = perSecond === null || perSecond <= 0 ? null : 1000 / perSecond
    this.#nextAt = this.#monotonic()
  }

  /** Whether one may go now; counts it. When not, `onOpen` is called once it may. */
  take(): boolean {
    if (this.#everyMs === null) return true
    const now = this.#monotonic()
    if (now < this.#nextAt) {
      this.#wake(this.#nextAt - now)
      return false
    }
    // Time lost to a busy target is not made up for by a burst.
    const isOnTime = now - this.#nextAt < this.#everyMs
    this.#nextAt = (isOnTime ? this.#nextAt : now) + this.#everyMs
    return true
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #wake(inMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#onOpen()
    }, Math.ceil(inMs))
  }
}
