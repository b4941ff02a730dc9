import { vi } from 'vitest'
import { isSoak } from '../../helpers/extent.ts'

/** Like `eventually`, for what takes its while even where nothing is wrong. */
export function eventuallyLong<T>(condition: () => T | Promise<T>, interval = 50): Promise<T> {
  return vi.waitFor(condition, { timeout: isSoak ? 600_000 : 60_000, interval })
}
