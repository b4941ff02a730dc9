import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../../helpers/eventually.ts'
import { CHUNK_BYTES } from '../../../../protocol/limits.ts'
import { readFrame, type Frame } from '../../../../protocol/request-frame.ts'
import { createDelivery, type AgentFeed, type Delivery, type Window } from '../../../../relay/stream/delivery.ts'
import { createMemoryRelayLog } from '../../../helpers/memory-relay-log.ts'

const WIDE: Window = { items: 256, bytes: 32 * 1024 * 1024 }

/** An agent that records what it gets. With `hasRoom: false` its line is full until it is set. */
function joinAgent(delivery: Delivery, wanted: { buckets: string[]; window?: Window; subscription?: string }) {
  const frames: Frame[] = []
  const problems: unknown[] = []
  const line = { hasRoom: true }
  const feed: AgentFeed = delivery.join({
    subscription: wanted.subscription ?? 's',
    bucketIds: wanted.buckets,
    window: wanted.window ?? WIDE,
    outlet: {
      hasRoom: () => line.hasRoom,
      send(bytes) {
        const read = readFrame(bytes)
        if (read.kind !== 'frame') throw new Error(JSON.stringify(read))
        frames.push(read.frame)
      },
      together: (work) => work(),
      fail(problem) {
        problems.push(problem)
        feed.leave()
      },
    },
  })
  feed.pump()
  const items = () => frames.flatMap((frame) => (frame.type === 'item' ? [frame.head] : []))
  return { feed, frames, problems, line, items, ids: () => items().map((head) => head.id) }
}

afterEach(() => void vi.useRealTimers())

function createRig() {
  const log = createMemoryRelayLog()
  return { log, delivery: createDelivery({ log, onProblem: (problem) => expect.fail(String(problem)) }) }
}

/** Lets everything happen that needs no time. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('handing out', () => {
  it('brings what waits and what comes, in order', async () => {
    const { log, delivery } = createRig()
    log.add('b')
    log.add('b')
    const agent = joinAgent(delivery, { buckets: ['b'] })
    await eventually(() => expect(agent.ids()).toEqual(['b-1', 'b-2']))
    log.add('b')
    log.add('other')
    await eventually(() => expect(agent.ids()).toEqual(['b-1', 'b-2', 'b-3']))
    expect(agent.items().map((head) => head.handout)).toEqual([1, 1, 1])
  })

  it('stops at the window of items and goes on with each acknowledgement', async () => {
    const { log, delivery } = createRig()
    for (let i = 0; i < 5; i += 1) log.add('b')
    const agent = joinAgent(delivery, { buckets: ['b'], window: { items: 2, bytes: 1000 } })
    await settle()
    expect(agent.ids()).toEqual(['b-1', 'b-2'])
    await agent.feed.ack(['b-1'])
    await settle()
    expect(agent.ids()).toEqual(['b-1', 'b-2', 'b-3'])
    expect(agent.feed.inFlight().items).toBe(2)
  })

  it('counts bytes, and lets an item that is larger than the window out alone', async () => {
    const { log, delivery } = createRig()
    log.add('b', new Uint8Array(60))
    log.add('b', new Uint8Array(500))
    log.add('b', new Uint8Array(10))
    const agent = joinAgent(delivery, { buckets: ['b'], window: { items: 10, bytes: 100 } })
    await settle()
    expect(agent.ids()).toEqual(['b-1'])
    await agent.feed.ack(['b-1'])
    await settle()
    expect(agent.ids()).toEqual(['b-1', 'b-2'])
    await agent.feed.ack(['b-2'])
    await settle()
    expect(agent.ids()).toEqual(['b-1', 'b-2', 'b-3'])
  })

  it('does not starve a large item behind the small ones of another bucket', async () => {
    const { log, delivery } = createRig()
    log.add('a', new Uint8Array(90))
    for (let i = 0; i < 6; i += 1) log.add('b', new Uint8Array(20))
    const agent = joinAgent(delivery, { buckets: ['b', 'a'], window: { items: 10, bytes: 100 } })
    await settle()
    for (let i = 0; i < 20 && !agent.ids().includes('a-1'); i += 1) {
      const [oldest] = agent.ids().slice(i)
      if (oldest) await agent.feed.ack([oldest])
      await settle()
    }
    expect(agent.ids().indexOf('a-1')).toBeGreaterThan(-1)
    expect(agent.ids().indexOf('a-1')).toBeLessThan(5)
  })

  it('sends nothing while the line is full', async () => {
    const { log, delivery } = createRig()
    const agent = joinAgent(delivery, { buckets: ['b'] })
    agent.line.hasRoom = false
    log.add('b')
    await settle()
    expect(agent.ids()).toEqual([])
    agent.line.hasRoom = true
    agent.feed.pump()
    await eventually(() => expect(agent.ids()).toEqual(['b-1']))
  })
})

describe('a large body', () => {
  it('goes out whole in chunks before the next item of its bucket, with other buckets between', async () => {
    const { log, delivery } = createRig()
    const body = new Uint8Array(3 * CHUNK_BYTES + 5).map((_, i) => i % 251)
    log.add('a', body)
    log.add('a')
    for (let i = 0; i < 3; i += 1) log.add('b', new Uint8Array(CHUNK_BYTES + 1))
    const agent = joinAgent(delivery, { buckets: ['a', 'b'] })
    await eventually(() => expect(agent.frames).toHaveLength(5 + 4 + 6))
    const ofA = agent.frames.filter((frame) => frame.head.id.startsWith('a-'))
    expect(ofA.map((frame) => (frame.type === 'chunk' ? frame.head.n : frame.head.id))).toEqual([
      'a-1',
      0,
      1,
      2,
      3,
      'a-2',
    ])
    const pieces = ofA.flatMap((frame) => (frame.type === 'chunk' ? [frame.bytes] : []))
    expect(Buffer.concat(pieces).equals(body)).toBe(true)
    const order = agent.frames.map((frame) => frame.head.id.slice(0, 1)).join('')
    expect(order).toMatch(/ab+a/)
  })

  it('that goes away while it is sent ends the connection', async () => {
    const { log, delivery } = createRig()
    const { id } = log.add('b', new Uint8Array(CHUNK_BYTES * 2))
    log.expireBody(id)
    const agent = joinAgent(delivery, { buckets: ['b'] })
    await eventually(() => expect(agent.problems).toHaveLength(1))
  })
})

describe('what is not acknowledged', () => {
  it('is handed out again to the next agent, in order, and counted', async () => {
    const { log, delivery } = createRig()
    for (let i = 0; i < 3; i += 1) log.add('b')
    const first = joinAgent(delivery, { buckets: ['b'] })
    await settle()
    await first.feed.ack(['b-2'])
    first.feed.leave()
    log.add('b')
    const second = joinAgent(delivery, { buckets: ['b'] })
    await eventually(() => expect(second.ids()).toEqual(['b-1', 'b-3', 'b-4']))
    expect(second.items().map((head) => [head.handout, head.redelivered])).toEqual([
      [2, false],
      [2, false],
      [1, false],
    ])
  })

  it('of a gone agent goes to the one beside it', async () => {
    const { log, delivery } = createRig()
    const first = joinAgent(delivery, { buckets: ['b'] })
    const second = joinAgent(delivery, { buckets: ['b'] })
    for (let i = 0; i < 10; i += 1) log.add('b')
    await eventually(() => expect(first.ids().length + second.ids().length).toBe(10))
    first.feed.leave()
    await eventually(() => expect(new Set(second.ids()).size).toBe(10))
    const again = second.items().filter((head) => first.ids().includes(head.id))
    expect(again.every((head) => head.handout === 2)).toBe(true)
    expect(again.map((head) => head.seq)).toEqual(first.items().map((head) => head.seq))
  })

  it('comes back when an agent gives it back, after the delay', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { log, delivery } = createRig()
    log.add('b')
    const agent = joinAgent(delivery, { buckets: ['b'] })
    await settle()
    agent.feed.giveBack('b-1', 5000)
    log.add('b')
    await settle()
    expect(agent.ids()).toEqual(['b-1', 'b-2'])
    vi.advanceTimersByTime(5000)
    await settle()
    vi.useRealTimers()
    expect(agent.ids()).toEqual(['b-1', 'b-2', 'b-1'])
    expect(agent.items().map((head) => head.handout)).toEqual([1, 1, 2])
  })

  it('is settled by an acknowledgement that comes over a later connection', async () => {
    const { log, delivery } = createRig()
    log.add('a')
    log.add('b')
    const first = joinAgent(delivery, { buckets: ['a', 'b'] })
    await settle()
    first.feed.leave()
    const second = joinAgent(delivery, { buckets: ['a', 'b'], window: { items: 1, bytes: 1 } })
    await settle()
    await second.feed.ack(['a-1', 'b-1'])
    expect(new Set(log.acked)).toEqual(new Set(['a-1', 'b-1']))
    await settle()
    expect(second.feed.inFlight().items).toBe(0)
  })
})

describe('a store that fails for a while', () => {
  it('is asked again, though nothing new comes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const log = createMemoryRelayLog()
    const problems: unknown[] = []
    const delivery = createDelivery({ log, onProblem: (problem) => problems.push(problem) })
    vi.spyOn(log, 'next').mockRejectedValueOnce(new Error('the disk is away'))
    log.add('b')
    const agent = joinAgent(delivery, { buckets: ['b'] })
    await settle()
    expect([problems.length, agent.ids()]).toEqual([1, []])
    vi.advanceTimersByTime(30_000)
    await settle()
    vi.useRealTimers()
    expect(agent.ids()).toEqual(['b-1'])
  })

  it('has what it could not settle handed out again, to whoever is there then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { log, delivery } = createRig()
    log.add('b')
    const first = joinAgent(delivery, { buckets: ['b'] })
    await settle()
    const second = joinAgent(delivery, { buckets: ['b'] })
    vi.spyOn(log, 'ack').mockRejectedValueOnce(new Error('the disk is full'))
    await expect(first.feed.ack(['b-1'])).rejects.toThrow('the disk is full')
    first.feed.leave()
    await settle()
    expect(second.ids()).toEqual([])
    vi.advanceTimersByTime(30_000)
    await settle()
    vi.useRealTimers()
    expect(second.ids()).toEqual(['b-1'])
  })
})

describe('several agents', () => {
  it('of one subscription share the work, each item once', async () => {
    const { log, delivery } = createRig()
    const agents = [1, 2, 3].map(() => joinAgent(delivery, { buckets: ['b'] }))
    for (let i = 0; i < 30; i += 1) log.add('b')
    await eventually(() => expect(agents.flatMap((agent) => agent.ids())).toHaveLength(30))
    expect(new Set(agents.flatMap((agent) => agent.ids())).size).toBe(30)
    for (const agent of agents) {
      expect(agent.ids().length).toBe(10)
      const seqs = agent.items().map((head) => head.seq)
      expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
    }
  })

  it('of different subscriptions each get everything', async () => {
    const { log, delivery } = createRig()
    const one = joinAgent(delivery, { buckets: ['b'], subscription: 'one' })
    const other = joinAgent(delivery, { buckets: ['b'], subscription: 'other' })
    log.add('b')
    await eventually(() => expect([one.ids(), other.ids()]).toEqual([['b-1'], ['b-1']]))
    await one.feed.ack(['b-1'])
    expect(other.feed.inFlight().items).toBe(1)
  })

  it('do not wait for one whose line is full', async () => {
    const { log, delivery } = createRig()
    const stuck = joinAgent(delivery, { buckets: ['b'] })
    const free = joinAgent(delivery, { buckets: ['b'] })
    stuck.line.hasRoom = false
    for (let i = 0; i < 5; i += 1) log.add('b')
    await eventually(() => expect(free.ids()).toHaveLength(5))
  })
})
