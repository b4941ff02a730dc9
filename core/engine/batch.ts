/** Collects things and hands them over together: at once after a quiet time, else at most once in `everyMs`. */
export type Batch<T> = {
  add(thing: T): void
  /** Hands over what is left and stops the timer. */
  stop(): void
}

export function createBatch<T>(options: {
  readonly everyMs: number
  readonly monotonic: () => number
  readonly flush: (things: readonly T[]) => void
}): Batch<T> {
  let waiting: T[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  let lastFlushAt = Number.NEGATIVE_INFINITY

  function flush(): void {
    timer = null
    lastFlushAt = options.monotonic()
    const things = waiting
    waiting = []
    if (things.length > 0) options.flush(things)
  }

  return {
    add(thing) {
      waiting.push(thing)
      if (timer !== null) return
      const waitMs = Math.max(0, lastFlushAt + options.everyMs - options.monotonic())
      timer = setTimeout(flush, waitMs)
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
      flush()
    },
  }
}
