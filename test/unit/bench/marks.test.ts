import { describe, expect, test } from 'vitest'
import { judge, MARKS, writeBound } from '../../../bench/marks.ts'
import type { Row } from '../../../bench/row.ts'

function row(change: Partial<Row>): Row {
  return {
    figure: 'a figure',
    unit: 'ms',
    baseline: null,
    ours: 1,
    ratio: null,
    mark: MARKS.shown,
    notes: [],
    ...change,
  }
}

describe('a verdict', () => {
  test.each([
    [0.6, 'aim'],
    [0.59, 'must'],
    [0.45, 'must'],
    [0.449, 'BELOW'],
  ])('of a ratio of %d to be at least 0.45, better 0.6, is "%s"', (ratio, verdict) => {
    expect(judge(row({ mark: MARKS.ingest, ratio }))).toBe(verdict)
  })
  test.each([
    [2.5, 'aim'],
    [4, 'must'],
    [4.01, 'BELOW'],
  ])('of a ratio of %d to be at most 4, better 2.5, is "%s"', (ratio, verdict) => {
    expect(judge(row({ mark: MARKS.cpu, ratio }))).toBe(verdict)
  })
  test.each([
    [1.7, 'aim'],
    [3.2, 'must'],
    [3.3, 'BELOW'],
  ])('of %d ms beside a baseline of 0.2 ms is "%s"', (ours, verdict) => {
    const baseline = { name: 'D', value: 0.2 }
    expect(judge(row({ mark: MARKS.latencyMedian, ours, baseline }))).toBe(verdict)
  })
  test.each([
    [4_000, 'aim'],
    [2_000, 'must'],
    [1_999, 'BELOW'],
  ])('of %d to be at least 2,000, better 4,000, is "%s"', (ours, verdict) => {
    expect(judge(row({ mark: MARKS.drain, ours }))).toBe(verdict)
  })
  test('of one lost request is "BELOW"', () => {
    expect(judge(row({ mark: MARKS.lost, ours: 0 }))).toBe('aim')
    expect(judge(row({ mark: MARKS.lost, ours: 1 }))).toBe('BELOW')
  })
  test('says so where a figure is only shown, also when it misses its aim', () => {
    expect(judge(row({ mark: MARKS.shown }))).toBe('printed')
    expect(judge(row({ mark: MARKS.arrivedBesideProxy, ratio: 0.1 }))).toBe('printed')
    expect(judge(row({ mark: MARKS.arrivedBesideProxy, ratio: 0.6 }))).toBe('aim')
  })
  test('never is good where nothing could be measured', () => {
    expect(judge(row({ mark: MARKS.lost, ours: null }))).toBe('not measured')
    expect(judge(row({ mark: MARKS.firstPage, ours: Number.NaN }))).toBe('BELOW')
    expect(judge(row({ mark: MARKS.ingest, ratio: null }))).toBe('BELOW')
  })
})

test('a bound names the baseline that it is a part of', () => {
  const baseline = { name: 'H', value: 20_000 }
  expect(writeBound(MARKS.ingest.must, row({ baseline }))).toBe('>= 0.45 H')
  expect(writeBound(MARKS.latencyTail.aim, row({ baseline }))).toBe('<= H + 8 ms')
  expect(writeBound(MARKS.drain.must, row({}))).toBe('>= 2,000')
  expect(writeBound(MARKS.shown.must, row({}))).toBe('-')
})
