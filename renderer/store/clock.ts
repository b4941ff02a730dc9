import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now()
    timer = setInterval(tick, 1000)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

/** Lets times that are shown be read against a time no older than a row that has just come. */
function readNow(): number {
  return timer === undefined ? Date.now() : now
}

/**
 * What `read` makes of the time, once a second, all from one timer. What reads to the same text draws nothing anew.
 * Only what is mounted listens, so rows out of sight cost nothing.
 */
export function useClock<T extends string | number | boolean>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(readNow()))
}
