import { describe, expect, it } from 'vitest'
import { SourceId, TargetId } from '../../protocol/ids.ts'
import { until } from '../helpers/forwarding-desk.ts'
import { allAre, captureMany, failureOf, pathsOf, upTo, useForwarding } from '../helpers/forwarding-setup.ts'
import { findFreePort } from '../helpers/raw-target.ts'

const { openForwarderTo, openPair, openTarget } = useForwarding()

describe('a target that is removed', () => {
  it('gets nothing any more, not even what was on its way when nobody took the connection', async () => {
    const port = await findFreePort()
    const desk = openForwarderTo(`http://127.0.0.1:${port}`)
    const [delivery] = await desk.capture({ rest: '/0' })
    expect(delivery?.state).toBe('sending')
    desk.setTargets()
    await until(() => expect(delivery?.state).toBe('cancelled'))
    const target = await openTarget({ port })
    // Long enough for several looks, as they would be made every 40 ms.
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(target.connections()).toBe(0)
    expect(delivery?.state).toBe('cancelled')
  })

  it('has what waited for its listener cancelled, and is looked at no more', async () => {
    const port = await findFreePort()
    const desk = openForwarderTo(`http://127.0.0.1:${port}`)
    const deliveries = await captureMany(desk, 5)
    await allAre(deliveries, 'held')
    desk.forwarder.probe(TargetId.parse(1))
    desk.setTargets()
    await allAre(deliveries, 'cancelled')
    const target = await openTarget({ port })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(target.connections()).toBe(0)
  })
})

describe('a source that is removed while it is held', () => {
  it('has what waited cancelled, and others go on', async () => {
    const { desk, target } = await openPair()
    const [gone, other] = [SourceId.parse(1), SourceId.parse(2)]
    desk.forwarder.setSourceHeld(gone, true)
    const held = await captureMany(desk, 5, 0, gone)
    await allAre(held, 'held')
    await desk.forwarder.dropSource(gone)
    await allAre(held, 'cancelled')
    const others = await captureMany(desk, 3, 10, other)
    await allAre(others, 'answered')
    expect(pathsOf(target).toSorted((a, b) => a - b)).toEqual([10, 11, 12])
    expect(desk.forwarder.statuses()[0]).toMatchObject({ held: 0, queued: 0 })
  })
})

describe('requests that are deleted while they wait', () => {
  it('are neither counted as held nor sent any more', async () => {
    const { desk, target } = await openPair()
    desk.forwarder.setForwarding(false)
    const deliveries = await captureMany(desk, 6)
    expect(desk.forwarder.heldCount()).toBe(6)
    const deleted = deliveries.slice(0, 4)
    for (const { requestId } of deleted) desk.store.requests.delete(requestId)
    await desk.forwarder.dropRequests(deleted.map(({ requestId }) => requestId))
    expect(desk.forwarder.heldCount()).toBe(2)
    desk.forwarder.setForwarding(true)
    await until(() => expect(target.requests).toHaveLength(2))
    expect(pathsOf(target)).toEqual([4, 5])
  })
})

describe('a URL that no connection can be made of', () => {
  it.each(['http://127.0.0.300:3000', 'http://127.999.1.1', 'http://[1:2]:3000', 'http://a%zz/'])(
    'fails in words at %s instead of being sent for ever',
    async (url) => {
      const desk = openForwarderTo(url)
      const [delivery] = await desk.capture({ rest: '/0' })
      await until(() => expect(delivery?.state).toBe('failed'))
      expect([...desk.statuses.values()].every(({ sending }) => sending === 0)).toBe(true)
    },
  )
})

describe('a history that cannot be read for a moment', () => {
  it('is asked again by itself, so that what waits goes out in order', async () => {
    const { desk, target } = await openPair({ inFlight: 2 })
    desk.forwarder.setForwarding(false)
    const deliveries = await captureMany(desk, 10)
    desk.store.failing = new Error('the reader is being started again')
    desk.forwarder.setForwarding(true)
    await until(() => expect(desk.problems.length).toBeGreaterThan(0))
    desk.store.failing = null
    await allAre(deliveries, 'answered')
    expect(pathsOf(target).toSorted((a, b) => a - b)).toEqual(upTo(10))
  })
})

describe('header lines of a hostile relay', () => {
  it.each([
    ['Host', 'evil.example\r\nX-Smuggled: 1'],
    ['X-Two', 'lines\r\nX-Smuggled: 1'],
    ['X-Bad\r\nX-Smuggled', '1'],
  ])('never become lines of their own: %j', async (name, value) => {
    const { desk, target } = await openPair({ keepHost: true })
    const [delivery] = await desk.capture({ headers: [[name, value]] })
    await until(() => expect(['failed', 'answered']).toContain(delivery?.state))
    for (const { head } of target.requests) expect(head).not.toMatch(/^X-Smuggled/im)
    expect(delivery && failureOf(delivery)?.code).toBe('internal')
  })
})
