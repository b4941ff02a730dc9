import { describe, expect, test } from 'vitest'
import { median, medianRatio, percentile } from '../../../bench/statistics.ts'

describe('the median', () => {
  test('is the figure in the middle, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([7])).toBe(7)
  })
  test('is the mean of the two in the middle of an even count', () => {
    expect(median([4, 1, 2, 100])).toBe(3)
  })
  test('sorts by size, not by spelling', () => {
    expect(median([100, 9, 20])).toBe(20)
  })
  test('leaves what it was given as it was', () => {
    const figures = [3, 1, 2]
    median(figures)
    expect(figures).toEqual([3, 1, 2])
  })
  test('of nothing is not a number', () => {
    expect(median([])).toBeNaN()
  })
})

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)

  test('is the figure that so many do not exceed', () => {
    expect(percentile(hundred, 0.5)).toBe(50)
    expect(percentile(hundred, 0.99)).toBe(99)
    expect(percentile(hundred, 1)).toBe(100)
  })
  test('never is below the smallest figure', () => {
    expect(percentile(hundred, 0)).toBe(1)
    expect(percentile([4], 0.99)).toBe(4)
  })
  test('takes the larger neighbour where it falls between two', () => {
    expect(percentile([1, 2, 3, 4], 0.6)).toBe(3)
  })
})

describe('the ratio of two series', () => {
  test('compares each round with its own baseline', () => {
    // The machine was half as fast in the second round, for both.
    expect(medianRatio([50, 25, 60], [100, 50, 100])).toBe(0.5)
  })
  test('passes over rounds that have no baseline', () => {
    expect(medianRatio([10, 20, 99], [20, 40])).toBe(0.5)
  })
})
