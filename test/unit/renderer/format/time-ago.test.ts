import { describe, expect, it } from 'vitest'
import { countdown, exactTime, timeAgo, timeAgoInWords } from '../../../../renderer/format/time-ago.ts'

const NOW = Date.UTC(2026, 7, 21, 12, 32, 7, 418)
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe('timeAgo', () => {
  it.each([
    [0, 'now'],
    [999, 'now'],
    [4 * SECOND, '4 s'],
    [59_999, '59 s'],
    [MINUTE, '1 min'],
    [59 * MINUTE + 59 * SECOND, '59 min'],
    [HOUR, '1 h'],
    [23 * HOUR, '23 h'],
    [49 * HOUR, '2 d'],
  ])('says %i ms as %s', (passed, words) => {
    expect(timeAgo(NOW - passed, NOW)).toBe(words)
  })

  it('takes a time of a clock that goes ahead as now', () => {
    expect(timeAgo(NOW + 3000, NOW)).toBe('now')
  })

  it('has a form for sentences', () => {
    expect(timeAgoInWords(NOW, NOW)).toBe('just now')
    expect(timeAgoInWords(NOW - 4000, NOW)).toBe('4 s ago')
  })
})

describe('countdown', () => {
  it.each([
    [12_000, '0:12'],
    [11_200, '0:12'],
    [0, '0:00'],
    [-5000, '0:00'],
    [245_000, '4:05'],
    [HOUR + 2 * MINUTE + 33 * SECOND, '1:02:33'],
  ])('shows %i ms as %s', (left, clock) => {
    expect(countdown(NOW + left, NOW)).toBe(clock)
  })
})

describe('exactTime', () => {
  it('has the date, the milliseconds and UTC', () => {
    expect(exactTime(NOW)).toMatch(/^21 August 2026, (\d\d:\d\d:07\.418 (?!UTC)\S+, )?12:32:07\.418 UTC$/)
  })
})
