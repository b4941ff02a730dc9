import { describe, expect, it } from 'vitest'
import { LineUp } from '../../../../core/forwarding/line-up.ts'
import type { SendableRequest } from '../../../../core/forwarding/forwarder.ts'
import { newWaiting, type Waiting } from '../../../../core/forwarding/waiting-list.ts'
import { DeliveryId, RequestId } from '../../../../protocol/ids.ts'

const REQUEST: SendableRequest = {
  id: RequestId.parse(1),
  uid: 'u',
  method: 'GET',
  requestTarget: '/',
  mountBytes: 0,
  headers: [],
  remote: null,
  scheme: 'http',
  bodyBytes: 0,
  bodySha256: '',
  isProven: true,
  body: null,
}

function item(n: number, wasHeld = false): Waiting {
  const from = { id: DeliveryId.parse(n), requestId: RequestId.parse(n), reason: 'captured' } as const
  return newWaiting(from, null, wasHeld ? 'target' : 'queued', n)
}

type Load = {
  readonly ids: readonly number[]
  readonly end: (requests: readonly (SendableRequest | null)[]) => void
}

/** A line whose loads end when the test says so. */
function openLine() {
  const loads: Load[] = []
  let ready = 0
  const line = new LineUp({
    store: { load: (ids) => new Promise((end) => loads.push({ ids, end })) },
    onReady: () => (ready += 1),
    onFailure: (error) => {
      throw error
    },
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return { line, loads, turn, ready: () => ready }
}

describe('a line-up', () => {
  it('gives its deliveries in order, each with the request that was at hand', () => {
    const { line, loads } = openLine()
    line.add([1, 2].map((n) => ({ item: item(n), request: { ...REQUEST, uid: `u${n}` } })))
    expect([line.first()?.order, line.shift()?.uid]).toEqual([1, 'u1'])
    expect([line.first()?.order, line.shift()?.uid]).toEqual([2, 'u2'])
    expect([line.first(), line.length, loads.length]).toEqual([null, 0, 0])
  })

  it('loads all that is not at hand in one go, and lets nobody pass one that is still being loaded', async () => {
    const { line, loads, turn, ready } = openLine()
    line.add([
      { item: item(1), request: null },
      { item: item(2), request: REQUEST },
      { item: item(3), request: null },
    ])
    expect(loads.map(({ ids }) => ids)).toEqual([[1, 3]])
    expect(line.first()).toBeNull()
    loads[0]?.end([
      { ...REQUEST, uid: 'one' },
      { ...REQUEST, uid: 'three' },
    ])
    await turn()
    expect(ready()).toBe(1)
    expect([line.shift()?.uid, line.shift()?.uid, line.shift()?.uid]).toEqual(['one', 'u', 'three'])
  })

  it('is filled when it is half empty, not before', () => {
    const { line, loads } = openLine()
    let n = 0
    const next = () => ({ item: item((n += 1)), request: n % 2 === 1 ? REQUEST : null })
    line.fill(4, next)
    expect([line.length, loads.map(({ ids }) => ids)]).toEqual([4, [[2, 4]]])
    line.shift()
    line.fill(4, next)
    expect([line.length, n]).toEqual([3, 4])
    line.shift()
    line.fill(4, next)
    expect([line.length, n]).toEqual([4, 6])
    for (let left = 0; left < 3; left += 1) line.shift()
    line.fill(4, () => null)
    expect(line.length).toBe(1)
  })

  it('gives a request that is gone as null, so that its delivery can be failed', async () => {
    const { line, loads, turn } = openLine()
    line.add([{ item: item(1), request: null }])
    loads[0]?.end([null])
    await turn()
    expect([line.first()?.order, line.shift()]).toEqual([1, null])
  })

  it('gives back those that are not to go, and loads what comes back to it anew', async () => {
    const { line, loads, turn } = openLine()
    const [one, two] = [item(1), item(2, true)]
    line.add([
      { item: one, request: null },
      { item: two, request: REQUEST },
    ])
    expect(line.onceHeld).toBe(1)
    expect(line.takeBack(({ order }) => order === 1)).toEqual([one])
    expect([line.length, line.first()?.order]).toEqual([1, 2])
    line.add([{ item: one, request: null }])
    loads[0]?.end([{ ...REQUEST, uid: 'too late' }])
    await turn()
    line.shift()
    expect(line.first()).toBeNull()
    loads[1]?.end([{ ...REQUEST, uid: 'anew' }])
    await turn()
    expect(line.shift()?.uid).toBe('anew')
  })
})
