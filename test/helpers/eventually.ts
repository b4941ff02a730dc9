import { vi } from 'vitest'

/**
 * Waits for a condition. Nothing here is timed: a loaded machine may take its while, so the limit only ends what will never come.
 * `interval` is the time between two looks, in ms.
 */
export function eventually<T>(condition: () => T | Promise<T>, interval = 20): Promise<T> {
  return vi.waitFor(condition, { timeout: 15_000, interval })
}
