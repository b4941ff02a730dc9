import { describe, expect, it } from 'vitest'
import type { LiveDelivery } from '../../core/history/history.ts'
import { DeliveryId, TargetId } from '../../protocol/ids.ts'
import { until, type KeptDelivery } from '../helpers/forwarding-desk.ts'
import { allAre, captureMany, countStates, pathsOf, upTo, useForwarding } from '../helpers/forwarding-setup.ts'
import { findFreePort, OK_ANSWER } from '../helpers/raw-target.ts'

const { openForwarder, openPair, openTarget } = useForwarding()

/** On several connections the target may read them in another order: what counts is when each was begun. */
function expectStartedInOrder(deliveries: readonly KeptDelivery[]): void {
  const starts = deliveries.map(({ attempts }) => attempts.at(-1)?.startedAt ?? 0)
  expect(starts).toEqual(starts.toSorted((a, b) => a - b))
}

describe('order and slots', () => {
  it('with one in flight, deliveries arrive strictly one after the other', async () => {
    const { desk, target } = await openPair({ inFlight: 1 })
    await allAre(await captureMany(desk, 200), 'answered')
    expect(pathsOf(target)).toEqual(upTo(200))
    expect(target.mostAtOnce()).toBe(1)
  })

  it('with eight in flight, they start in order and never more than eight are open', async () => {
    const { desk, target } = await openPair(
      {},
      { answer: () => new Promise((resolve) => setTimeout(() => resolve(OK_ANSWER), 2)) },
    )
    const deliveries = await captureMany(desk, 300)
    await allAre(deliveries, 'answered')
    expect(pathsOf(target).toSorted((a, b) => a - b)).toEqual(upTo(300))
    expectStartedInOrder(deliveries)
    expect(target.mostAtOnce()).toBeLessThanOrEqual(8)
    expect(target.mostAtOnce()).toBeGreaterThan(1)
  })

  it('a free slot lets a delivery be stored as sending at once, without a state between', async () => {
    const { desk } = await openPair()
    const [delivery] = await desk.capture({ body: 'x' })
    await until(() => expect(delivery?.states).toEqual(['sending', 'answered']))
    expect(desk.store.loads).toBe(0)
  })

  it('what waits holds no request in memory: it is loaded when its turn comes', async () => {
    const { desk, target } = await openPair({ inFlight: 1 }, { answer: () => null })
    await captureMany(desk, 50)
    await until(() => expect(target.requests).toHaveLength(1))
    expect(desk.store.loads).toBe(0)
  })

  it('a plan that was not stored gives its slot back', async () => {
    const { desk } = await openPair({ inFlight: 1 })
    const wish = { sourceId: null, targets: [TargetId.parse(1)], reason: 'captured' } as const
    const planned = desk.forwarder.plan(wish)
    expect(desk.forwarder.plan(wish)[0]?.state).toBe('queued')
    desk.forwarder.abandon(planned)
    const [delivery] = await desk.capture({})
    await until(() => expect(delivery?.state).toBe('answered'))
  })

  it('each target has its own delivery, attempt and answer', async () => {
    const [good, bad] = await Promise.all([
      openTarget(),
      openTarget({ answer: () => 'HTTP/1.1 500 Oh no\r\ncontent-length: 0\r\n\r\n' }),
    ])
    const desk = openForwarder()
    desk.setTargets({ url: good.url }, { url: bad.url })
    const deliveries = await desk.capture({ body: 'x' })
    await allAre(deliveries, 'answered')
    expect(deliveries.map(({ attempts }) => attempts[0]?.answer?.status)).toEqual([200, 500])
    expect(deliveries[1]?.attempts[0]?.answer?.reasonPhrase).toBe('Oh no')
  })
})

describe('a target where nobody listens', () => {
  it('holds all in order, records one attempt with what else listens, and goes on when somebody does', async () => {
    const port = await findFreePort()
    const desk = openForwarder({
      listListening: async () => [
        { port: 3001, process: 'node', pid: 1 },
        { port: 8080, process: 'python3', pid: 2 },
      ],
    })
    desk.setTargets({ url: `http://localhost:${port}` })
    const deliveries = await captureMany(desk, 40)
    await allAre(deliveries, 'held')
    expect(deliveries.every(({ holdReason }) => holdReason === 'nothing-listens')).toBe(true)
    expect(deliveries.flatMap(({ attempts }) => attempts)).toHaveLength(1)
    expect(deliveries[0]?.attempts[0]?.failure).toEqual({
      code: 'nothing-listens',
      message: `nothing is listening on localhost:${port}; listening are 3001 (node), 8080 (python3)`,
      tried: [
        { address: `127.0.0.1:${port}`, outcome: 'refused' },
        { address: `[::1]:${port}`, outcome: 'refused' },
      ],
      listening: [
        { port: 3001, process: 'node', pid: 1 },
        { port: 8080, process: 'python3', pid: 2 },
      ],
    })
    await until(() => expect(desk.statuses.get(TargetId.parse(1))?.nextProbeAt).not.toBeNull())
    expect(desk.forwarder.statuses()[0]).toMatchObject({ health: 'nothing-listens', held: 40, queued: 0, sending: 0 })

    const target = await openTarget({ port })
    await allAre(deliveries, 'answered')
    expect(pathsOf(target).toSorted((a, b) => a - b)).toEqual(upTo(40))
    expectStartedInOrder(deliveries)
    expect(deliveries.map(({ attempts }) => attempts.length)).toEqual([2, ...Array.from({ length: 39 }, () => 1)])
    await until(() => expect(desk.statuses.get(TargetId.parse(1))).toMatchObject({ health: 'listening', held: 0 }))
  })

  it('is left in strict order with one in flight', async () => {
    const port = await findFreePort()
    const desk = openForwarder()
    desk.setTargets({ url: `http://localhost:${port}`, options: { inFlight: 1 } })
    const first = await captureMany(desk, 10)
    await allAre(first, 'held')
    const later = await captureMany(desk, 10, 10)
    const target = await openTarget({ port })
    await allAre([...first, ...later], 'answered')
    expect(pathsOf(target)).toEqual(upTo(20))
  })

  it('is looked at at once when asked to', async () => {
    const port = await findFreePort()
    const desk = openForwarder({ probeEveryMs: 3_600_000 })
    desk.setTargets({ url: `http://127.0.0.1:${port}` })
    const [delivery] = await desk.capture({})
    await until(() => expect(delivery?.state).toBe('held'))
    await openTarget({ port })
    expect(desk.forwarder.tryNow(DeliveryId.parse(1))).toBe(true)
    await until(() => expect(delivery?.state).toBe('answered'))
    expect(desk.forwarder.tryNow(DeliveryId.parse(1))).toBe(false)
  })

  it('stops nobody else', async () => {
    const target = await openTarget()
    const desk = openForwarder()
    desk.setTargets({ url: `http://localhost:${await findFreePort()}` }, { url: target.url })
    const [held, sent] = await desk.capture({})
    await until(() => expect([held?.state, sent?.state]).toEqual(['held', 'answered']))
  })
})

describe('stopping and starting', () => {
  it('takes up in order what an earlier run left', async () => {
    const { desk, target } = await openPair({ inFlight: 1 })
    const targetId = TargetId.parse(1)
    const live: LiveDelivery[] = upTo(6).map((i) => {
      const request = desk.request({ rest: `/${i}` })
      const state = i < 2 ? 'held' : 'queued'
      const holdReason = i < 2 ? 'nothing-listens' : null
      const stored = desk.store.add({ targetId, url: target.url, reason: 'captured', state, holdReason }, request.id)
      return { ...stored, sourceId: null, attempts: 0, nextAttemptAt: null }
    })
    desk.forwarder.resume(live)
    await allAre(desk.all(), 'answered')
    expect(pathsOf(target)).toEqual(upTo(6))
  })

  it('cancels what was left for a target that is gone', async () => {
    const { desk } = await openPair()
    const request = desk.request({})
    const gone = {
      targetId: TargetId.parse(7),
      url: 'http://localhost:7',
      reason: 'captured',
      state: 'queued',
      holdReason: null,
    } as const
    desk.forwarder.resume([{ ...desk.store.add(gone, request.id), sourceId: null, attempts: 0, nextAttemptAt: null }])
    await allAre(desk.all(), 'cancelled')
  })

  it('stopping lets attempts end within the grace, sends no more, and leaves the rest queued', async () => {
    const { desk, target } = await openPair(
      { inFlight: 2 },
      { answer: () => new Promise((resolve) => setTimeout(() => resolve(OK_ANSWER), 50)) },
    )
    const deliveries = await captureMany(desk, 6)
    await until(() => expect(target.requests).toHaveLength(2))
    await desk.forwarder.stop(10_000)
    expect(countStates(deliveries)).toEqual({ answered: 2, queued: 4 })
    expect(target.requests).toHaveLength(2)
  })

  it('what does not end within the grace is broken off and left as sending', async () => {
    const { desk, target } = await openPair({}, { answer: () => null })
    const [delivery] = await desk.capture({})
    await until(() => expect(target.requests).toHaveLength(1))
    await desk.forwarder.stop(20)
    expect(delivery).toMatchObject({ state: 'sending', attempts: [] })
  })
})

describe('a history that fails', () => {
  it('holds everything, loses no result, and goes on when it is well again', async () => {
    const { desk, target } = await openPair({ inFlight: 2 })
    desk.store.failing = new Error('disk full')
    const deliveries = await captureMany(desk, 10)
    await until(() => expect(desk.problems.length).toBeGreaterThan(0))
    expect(target.requests.length).toBeLessThanOrEqual(4)
    expect(desk.forwarder.plan({ sourceId: null, targets: [TargetId.parse(1)], reason: 'captured' })[0]?.state).toBe(
      'queued',
    )
    desk.store.failing = null
    desk.forwarder.resumeAfterFailure()
    await allAre(deliveries, 'answered')
    expect(pathsOf(target).toSorted((a, b) => a - b)).toEqual(upTo(10))
    expect(deliveries.every(({ attempts }) => attempts.length === 1)).toBe(true)
  })
})
