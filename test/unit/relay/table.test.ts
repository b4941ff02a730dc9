import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createIdTable, createNumberTable, type Table } from '../../../relay/table.ts'

/** Does the same to a table and a map, in an order that the seed decides, and compares them after each step. */
function holdToMap<K>(table: Table<K, number>, keys: readonly K[], steps: number): void {
  const map = new Map<K, number>()
  let seed = 12_345
  const below = (count: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % count
  }
  for (let step = 0; step < steps; step += 1) {
    // Sometimes most of them are there, sometimes hardly any.
    const isFilling = step % 2_000 < 1_000
    const key = keys[below(keys.length)]
    if (key === undefined) throw new Error('There are keys.')
    expect([table.has(key), table.get(key)]).toEqual([map.has(key), map.get(key)])
    if (below(4) === 0 ? isFilling : !isFilling) {
      expect(table.delete(key)).toBe(map.delete(key))
    } else {
      table.set(key, step)
      map.set(key, step)
    }
    expect([table.size, table.has(key), table.get(key)]).toEqual([map.size, map.has(key), map.get(key)])
    if (step % 100 === 0) expect(new Map(table.entries())).toEqual(map)
  }
  expect(new Map(table.entries())).toEqual(map)
}

describe('a table', () => {
  test('of numbers in a row, and of such far apart, holds what a map would', () => {
    holdToMap(
      createNumberTable<number>(),
      Array.from({ length: 300 }, (_, n) => n + 1),
      6_000,
    )
    holdToMap(
      createNumberTable<number>(),
      Array.from({ length: 300 }, (_, n) => n * 2 ** 32 + 7),
      6_000,
    )
  })

  test('of ids holds what a map would, also of ids that are no ids or end alike', () => {
    holdToMap(
      createIdTable<number>(),
      Array.from({ length: 300 }, () => randomUUID()),
      6_000,
    )
    holdToMap(
      createIdTable<number>(),
      ['', 'a', 'ab', ...Array.from({ length: 40 }, (_, n) => `${n} ends alike`)],
      6_000,
    )
  })

  test('can be emptied and filled while its entries are looked at', () => {
    const table = createIdTable<number>()
    for (let n = 0; n < 100; n += 1) table.set(`id ${n}`, n)
    for (const [id] of table.entries()) expect(table.delete(id)).toBe(true)
    expect([table.size, table.entries(), table.delete('id 1')]).toEqual([0, [], false])
  })
})
