import { expect, test } from 'vitest'
import { MARKS } from '../../../bench/marks.ts'
import { writeTable, writeValue } from '../../../bench/table.ts'

test('the table has a line a figure, columns of one width, and notes by number', () => {
  const table = writeTable([
    {
      figure: 'durable ingest',
      unit: 'per s',
      baseline: { name: 'H', value: 20_000 },
      ours: 12_345.6,
      ratio: 0.617,
      mark: MARKS.ingest,
      notes: [],
    },
    {
      figure: 'drain',
      unit: 'per s',
      baseline: null,
      ours: null,
      ratio: null,
      mark: MARKS.drain,
      notes: ['the relay did not start', 'twice'],
    },
  ])
  expect(table.split('\n')).toEqual([
    '| figure         | baseline | ours         | ratio | must      | aim      | verdict      |',
    '|----------------|----------|--------------|-------|-----------|----------|--------------|',
    '| durable ingest | H 20,000 | 12,346 per s | 0.62  | >= 0.45 H | >= 0.6 H | aim          |',
    '| drain [1]      | -        | -            | -     | >= 2,000  | >= 4,000 | not measured |',
    '',
    '[1] the relay did not start; twice',
  ])
})

test.each([
  [0.4451, '0.445'],
  [0.44996, '0.44996'],
  [0.45, '0.45'],
  [0.45449, '0.454'],
  [0.4551, '0.46'],
  [0.5996, '0.5996'],
])('a ratio of %d is not written as a mark that it only comes near: %s', (ratio, written) => {
  const [, , line] = writeTable([
    { figure: 'ingest', unit: 'per s', baseline: null, ours: 1, ratio, mark: MARKS.ingest, notes: [] },
  ]).split('\n')
  expect(line?.split('|')[4]?.trim()).toBe(written)
})

test.each([
  [0, '0'],
  [0.123, '0.12'],
  [9.99, '9.99'],
  [12.34, '12.3'],
  [123.4, '123'],
  [1_234_567, '1,234,567'],
])('%d is written as %s', (value, written) => {
  expect(writeValue(value)).toBe(written)
})
