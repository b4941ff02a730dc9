import { expect, test } from 'vitest'
import { createBag } from '../../../relay/bag.ts'

function named(name: string): { name: string; bagIndex: number } {
  return { name, bagIndex: -1 }
}

test('a bag holds each thing once and lets any of them go', () => {
  const bag = createBag<{ name: string; bagIndex: number }>()
  const [first, second, third] = [named('first'), named('second'), named('third')]
  for (const thing of [first, second, third, second]) bag.add(thing)
  expect(bag.size).toBe(3)
  expect([bag.delete(first), bag.delete(first)]).toEqual([true, false])
  expect(new Set(bag.all())).toEqual(new Set([second, third]))
  expect([bag.delete(third), bag.delete(second), bag.size]).toEqual([true, true, 0])
})

test('what was taken out of a bag can be put in again', () => {
  const bag = createBag<{ name: string; bagIndex: number }>()
  const thing = named('thing')
  bag.add(thing)
  bag.delete(thing)
  bag.add(thing)
  expect(bag.all()).toEqual([thing])
})
