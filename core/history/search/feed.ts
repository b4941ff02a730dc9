export type Feed = {
  /** Rows may have come, or calls that will bring some. */
  wake(): void
  stop(): void
}

export type FeedOptions = {
  /** Does a little; false when there is nothing left. */
  readonly step: () => boolean
  /** Whether nothing waits for a commit. */
  readonly isIdle: () => boolean
  /** How many ms commits have taken in all. */
  readonly committingMs: () => number
  /** ms, monotonic. */
  readonly now: () => number
}

/** While calls keep coming, a step waits so many times as long as the last one took: 4 % of the thread. */
const BUSY_FACTOR = 24
const BUSY_PAUSE_MS = 20
/** Where more than this of the time went into commits, a step waits four times as long again: thousands a second come then, which no 4 % could keep up with. */
const CROWDED_SHARE = 0.25
const CROWDED_FACTOR = 4 * BUSY_FACTOR
/** Without a call for so long, half of the thread is the feed's. */
const QUIET_AFTER_MS = 150
const FAILED_PAUSE_MS = 30_000

/**
 * Runs small steps in a thread's idle moments until there is nothing left: never while something waits for a commit, and each of them between two looks
 * for what came. A step that fails is tried again much later: whatever is wrong with the database, those who wait for their calls hear of it.
 */
export function createFeed(options: FeedOptions): Feed {
  let timer: NodeJS.Timeout | null = null
  let wokenAt = options.now()
  let lastStep = { at: wokenAt, committingMs: options.committingMs() }
  let isStopped = false

  function later(ms: number): void {
    if (!isStopped) timer ??= setTimeout(run, ms)
  }

  function run(): void {
    timer = null
    if (!options.isIdle()) {
      later(BUSY_PAUSE_MS)
      return
    }
    const beganAt = options.now()
    const isCrowded = noteStep(beganAt)
    try {
      if (!options.step()) return
    } catch {
      later(FAILED_PAUSE_MS)
      return
    }
    const took = options.now() - beganAt
    const isQuiet = beganAt - wokenAt > QUIET_AFTER_MS
    const factor = isCrowded ? CROWDED_FACTOR : BUSY_FACTOR
    later(isQuiet ? took : Math.max(BUSY_PAUSE_MS, took * factor))
  }

  /** Gives whether commits took much of the time since the step before. */
  function noteStep(at: number): boolean {
    const before = lastStep
    lastStep = { at, committingMs: options.committingMs() }
    return lastStep.committingMs - before.committingMs > CROWDED_SHARE * (at - before.at)
  }

  later(0)
  return {
    wake() {
      wokenAt = options.now()
      later(BUSY_PAUSE_MS)
    },
    stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}
