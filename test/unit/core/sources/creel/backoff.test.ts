import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffMs } from '../../../../../core/sources/creel/backoff.ts'

it('stays between nothing and a ceiling that doubles from 0.5 s to 30 s', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, random) => {
        const ms = backoffMs(n, random)
        expect(ms).toBeGreaterThanOrEqual(0)
        expect(ms).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** (n - 1)))
      },
    ),
  )
  expect(backoffMs(1, 0)).toBe(0)
})
