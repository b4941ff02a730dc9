import { describe, expect, it } from 'vitest'
import { LineUp } from '../../../../core/forwarding/line-up.ts'
import type { ForwarderStore, SendableRequest } from '../../../../core/forwarding/forwarder.ts'
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
  body: null,
}

function item(n: number, wasHeld = false): Waiting {
  const from = { id: DeliveryId.parse(n), requestId: RequestId.parse(n), reason: 'captured' } as const
  return newWaiting(from, null, wasHeld ? 'target' : 'queued', n)
}

/** A line whose loads and writes end when the test says so. */
function openLine() {
  const loading: ((request: SendableRequest | null) => void)[] = []
  const written: number[][] = []
  const commits: (() => void)[] = []
  const store: Pick<ForwarderStore, 'load'> = { load: () => new Promise((resolve) => loading.push(resolve)) }
  let ready = 0
  const line = new LineUp({
    store: store as ForwarderStore,
    onReady: () => (ready += 1),
    onFailure: (error) => {
      throw error
    },
  })
  const giveSlots = (free: number, mayGo: (item: Waiting) => boolean = () => true) =>
    line.giveSlots(free, {
      mayGo,
      write: (items) => {
        written.push(items.map(({ order }) => order))
        return new Promise((resolve) => commits.push(resolve))
      },
    })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return { line, loading, written, commits, giveSlots, turn, ready: () => ready }
}

describe('a line-up', () => {
  it('writes as sending only as many as have a slot, and lets them go in order once that is committed', async () => {
    const { line, written, commits, giveSlots, turn, ready } = openLine()
    for (const n of [1, 2, 3]) line.add(item(n), REQUEST)
    expect(line.shiftReady()).toBeNull()
    giveSlots(2)
    expect(written).toEqual([[1, 2]])
    expect([line.withSlot, line.length, line.allHaveSlots]).toEqual([2, 3, false])
    expect(line.shiftReady()).toBeNull()
    commits[0]?.()
    await turn()
    expect(ready()).toBe(1)
    expect([line.shiftReady()?.item.order, line.shiftReady()?.item.order, line.shiftReady()]).toEqual([1, 2, null])
    expect([line.withSlot, line.length]).toEqual([0, 1])
  })

  it('lets nobody pass one that is still being loaded', async () => {
    const { line, loading, commits, giveSlots, turn } = openLine()
    line.add(item(1), null)
    line.add(item(2), REQUEST)
    giveSlots(2)
    commits[0]?.()
    await turn()
    expect(line.shiftReady()).toBeNull()
    loading[0]?.(REQUEST)
    await turn()
    expect([line.shiftReady()?.item.order, line.shiftReady()?.item.order]).toEqual([1, 2])
  })

  it('gives no slot past one that may not go yet', () => {
    const { line, written, giveSlots } = openLine()
    for (const [n, wasHeld] of [
      [1, false],
      [2, true],
      [3, false],
    ] as const)
      line.add(item(n, wasHeld), REQUEST)
    giveSlots(3, ({ wasHeld }) => !wasHeld)
    expect(written).toEqual([[1]])
    expect(line.onceHeld).toBe(1)
  })

  it('gives a request that is gone as null, so that its delivery can be failed', async () => {
    const { line, loading, commits, giveSlots, turn } = openLine()
    line.add(item(1), null)
    giveSlots(1)
    commits[0]?.()
    loading[0]?.(null)
    await turn()
    expect(line.shiftReady()).toMatchObject({ request: null })
  })

  it('gives back those that are not to go, and their slots with them', () => {
    const { line, giveSlots } = openLine()
    for (const n of [1, 2, 3]) line.add(item(n), REQUEST)
    giveSlots(2)
    const back = line.takeBack(({ order }) => order !== 2)
    expect(back.map(({ order, stored }) => [order, stored])).toEqual([
      [1, 'sending'],
      [3, 'queued'],
    ])
    expect([line.withSlot, line.length]).toEqual([1, 1])
  })
})
