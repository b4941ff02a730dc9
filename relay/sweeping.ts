import type { RelayStore } from './store/store.ts'

const EVERY_MS = 30_000

export type Sweeping = {
  /** Begins no other. */
  stop(): void
  /** Settles when none is running; after the store was closed that is soon, for a sweep goes in small steps. */
  ended(): Promise<void>
}

/** Lets the store expire and free things in intervals, never twice at a time. */
export function startSweeping(store: Pick<RelayStore, 'sweep'>, onError: (error: unknown) => void): Sweeping {
  let running: Promise<void> | null = null
  let isStopped = false
  const timer = setInterval(() => {
    running ??= store
      .sweep()
      .catch((error: unknown) => {
        // That the store was closed under it is what a stop does: the next start goes on.
        if (!isStopped) onError(error)
      })
      .finally(() => {
        running = null
      })
  }, EVERY_MS)
  timer.unref()
  return {
    stop() {
      isStopped = true
      clearInterval(timer)
    },
    async ended() {
      await running
    },
  }
}
