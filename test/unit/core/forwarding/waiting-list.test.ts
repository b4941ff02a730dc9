import { describe, expect, it } from 'vitest'
import { newWaiting, WaitingList, type Waiting } from '../../../../core/forwarding/waiting-list.ts'
import { DeliveryId, RequestId, SourceId } from '../../../../protocol/ids.ts'

const GITHUB = SourceId.parse(1)
const STRIPE = SourceId.parse(2)
const everyone = () => true

function item(n: number, sourceId: SourceId | null = GITHUB, stored: Waiting['stored'] = 'queued'): Waiting {
  return newWaiting({ id: DeliveryId.parse(n), requestId: RequestId.parse(n), reason: 'captured' }, sourceId, stored, n)
}

function drain(list: WaitingList, passes: (id: SourceId | null) => boolean = everyone): number[] {
  const orders: number[] = []
  for (let next = list.peek(passes); next !== null; next = list.peek(passes)) {
    list.shift(next)
    orders.push(next.order)
  }
  return orders
}

describe('a waiting list', () => {
  it('gives deliveries of all sources in order of arrival', () => {
    const list = new WaitingList()
    for (const n of [1, 2, 3, 4, 5, 6]) list.push(item(n, [GITHUB, STRIPE, null][n % 3]))
    expect(list.length).toBe(6)
    expect(drain(list)).toEqual([1, 2, 3, 4, 5, 6])
    expect(list.length).toBe(0)
  })

  it('steps over a held source without losing its place', () => {
    const list = new WaitingList()
    for (const n of [1, 2, 3, 4]) list.push(item(n, n % 2 ? GITHUB : STRIPE))
    const isOpen = (id: SourceId | null) => id !== GITHUB
    expect(list.count(isOpen)).toBe(2)
    expect(drain(list, isOpen)).toEqual([2, 4])
    expect(drain(list)).toEqual([1, 3])
  })

  it('takes back what had been taken out, at its place', () => {
    const list = new WaitingList()
    const items = [1, 2, 3, 4, 5].map((n) => item(n))
    for (const each of items) list.push(each)
    for (const each of items.slice(0, 3)) list.shift(each)
    for (const n of [2, 0, 1]) {
      const back = items[n]
      if (back) list.push(back)
    }
    expect(drain(list)).toEqual([1, 2, 3, 4, 5])
  })

  it('lets go of what is removed, wherever it stands', () => {
    const list = new WaitingList()
    const items = [1, 2, 3, 4].map((n) => item(n))
    for (const each of items) list.push(each)
    list.remove(new Set([items[1], items[3]].filter((each) => each !== undefined)))
    expect(items.map(({ isWaiting }) => isWaiting)).toEqual([true, false, true, false])
    expect(list.find(DeliveryId.parse(2))).toBeNull()
    expect(list.find(DeliveryId.parse(3))).toBe(items[2])
    expect(drain(list)).toEqual([1, 3])
  })

  it('counts those that were held until they are gone', () => {
    const list = new WaitingList()
    const [one, two] = [item(1, GITHUB, 'forwarding'), item(2)]
    list.push(one)
    list.push(two)
    expect(list.onceHeld).toBe(1)
    list.markHeld(two)
    list.markHeld(two)
    expect(list.onceHeld).toBe(2)
    list.shift(one)
    list.remove(new Set([two]))
    expect(list.onceHeld).toBe(0)
  })

  it('stays quick and small over a hundred thousand', () => {
    const list = new WaitingList()
    const started = performance.now()
    for (let n = 1; n <= 100_000; n += 1) list.push(item(n))
    const orders = drain(list)
    expect(orders).toHaveLength(100_000)
    expect(orders.every((order, at) => order === at + 1)).toBe(true)
    expect(performance.now() - started).toBeLessThan(3000)
  })
})
