import { describe, expect, it } from 'vitest'
import { NO_LIMITS, rulesFor } from '../../../../core/engine/retention.ts'
import type { SourceId } from '../../../../protocol/ids.ts'

const DAY_MS = 86_400_000
const NOW = 1_000 * DAY_MS
const ONE = 1 as SourceId
const OTHER = 2 as SourceId
const usage = {
  bySource: [
    { scope: 0, requests: 1, bytes: 1 },
    { scope: ONE, requests: 1, bytes: 1 },
    { scope: OTHER, requests: 1, bytes: 1 },
  ],
} as const

describe('what the limits ask for', () => {
  it('is nothing without limits', () => {
    expect(rulesFor(NO_LIMITS, usage, NOW)).toEqual([])
  })

  it("is a source's own age instead of the general one, its own sizes, and last the sizes of the whole", () => {
    const limits = {
      whole: { days: 30, count: 1000, bytes: 5e9 },
      sources: [{ sourceId: OTHER, days: 90, count: 10, bytes: null }],
    }
    expect(rulesFor(limits, usage, NOW)).toEqual([
      { kind: 'age', scope: 0, before: NOW - 30 * DAY_MS },
      { kind: 'age', scope: ONE, before: NOW - 30 * DAY_MS },
      { kind: 'age', scope: OTHER, before: NOW - 90 * DAY_MS },
      { kind: 'count', scope: OTHER, keep: 10 },
      { kind: 'count', scope: 'all', keep: 1000 },
      { kind: 'bytes', scope: 'all', keep: 5e9 },
    ])
  })

  it("lets a source's other limits leave the general age as it is", () => {
    const limits = {
      whole: { days: 30, count: null, bytes: null },
      sources: [{ sourceId: ONE, days: null, count: null, bytes: 7_000_000 }],
    }
    expect(rulesFor(limits, { bySource: [usage.bySource[1]] }, NOW)).toEqual([
      { kind: 'age', scope: ONE, before: NOW - 30 * DAY_MS },
      { kind: 'bytes', scope: ONE, keep: 7_000_000 },
    ])
  })
})
