/** How long something may still wait. Whoever waits keeps one, and sets it anew with each sign of life. */
export type Deadline = { dueAt: number; readonly onPassed: () => void }

/**
 * Watches the waits of a few exchanges with one timer: thousands end in each second and hardly any ever waits too long, so that timers of their own would cost
 * more than what they guard.
 */
export class Deadlines {
  readonly #watched: Deadline[] = []
  #timer: NodeJS.Timeout | null = null
  #firesAt = Infinity

  /** From now on `deadline` has `ms` left; null = for ever. */
  set(deadline: Deadline, ms: number | null): void {
    if (ms === null) {
      this.end(deadline)
      return
    }
    const now = performance.now()
    if (deadline.dueAt === Infinity) this.#watched.push(deadline)
    deadline.dueAt = now + ms
    if (deadline.dueAt < this.#firesAt) this.#arm(deadline.dueAt, now)
  }

  /** Nobody waits any more. */
  end(deadline: Deadline): void {
    if (deadline.dueAt === Infinity) return
    deadline.dueAt = Infinity
    this.#watched.splice(this.#watched.indexOf(deadline), 1)
  }

  #arm(at: number, now: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#firesAt = at
    // Left as it is when all have ended: what is under way keeps the process, this does not.
    this.#timer = setTimeout(() => this.#look(), Math.max(0, Math.ceil(at - now))).unref()
  }

  #look(): void {
    this.#timer = null
    this.#firesAt = Infinity
    const now = performance.now()
    for (const deadline of this.#watched.filter(({ dueAt }) => dueAt <= now)) {
      this.end(deadline)
      deadline.onPassed()
    }
    const next = Math.min(...this.#watched.map(({ dueAt }) => dueAt))
    if (next < this.#firesAt) this.#arm(next, performance.now())
  }
}
