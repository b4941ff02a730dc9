import type { RelayStore } from './store/store.ts'

const EVERY_MS = 30_000

/** Lets the store expire and free things in intervals, never twice at a time. Returns the way to stop it. */
export function startSweeping(
  store: Pick<RelayStore, 'sweep'>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= store
      .sweep()
      .catch(onError)
      .finally(() => {
        running = null
      })
  }, EVERY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
