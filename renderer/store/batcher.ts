/** Timers as arguments, so that a test turns the clock. */
export type BatcherTimers = {
  readonly now: () => number
  readonly setTimer: (run: () => void, afterMs: number) => void
}

const REAL: BatcherTimers = { now: () => performance.now(), setTimer: (run, afterMs) => void setTimeout(run, afterMs) }

/** Draws at most 4 times a second under load, and at once when it is quiet. */
export const DRAW_EVERY_MS = 250

/** Collects what is put in and hands it on together: at once when the last time is long enough ago, else when it is. */
export function createBatcher<Item>(
  handOn: (items: readonly Item[]) => void,
  everyMs: number = DRAW_EVERY_MS,
  timers: BatcherTimers = REAL,
): (item: Item) => void {
  let waiting: Item[] = []
  let lastAt = Number.NEGATIVE_INFINITY
  let isPlanned = false
  const flush = () => {
    const items = waiting
    waiting = []
    isPlanned = false
    lastAt = timers.now()
    handOn(items)
  }
  return (item) => {
    waiting.push(item)
    if (isPlanned) return
    const leftMs = lastAt + everyMs - timers.now()
    if (leftMs <= 0) flush()
    else {
      isPlanned = true
      timers.setTimer(flush, leftMs)
    }
  }
}
