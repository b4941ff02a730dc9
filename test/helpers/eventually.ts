import { vi } from 'vitest'

/** Waits for a condition. Nothing here is timed: a loaded machine may take its while, so the limit only ends what will never come. */
export function eventually<T>(condition: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(condition, { timeout: 15_000, interval: 20 })
}
