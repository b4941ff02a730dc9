import { describe, expect, it } from 'vitest'
import { DeliveryId, SourceId } from '../../protocol/ids.ts'
import { until } from '../helpers/forwarding-desk.ts'
import { allAre, captureMany, countStates, pathsOf, upTo, useForwarding } from '../helpers/forwarding-setup.ts'
import { findFreePort, OK_ANSWER } from '../helpers/raw-target.ts'

const { openForwarder, openPair, openTarget } = useForwarding()
const GITHUB = SourceId.parse(1)
const STRIPE = SourceId.parse(2)

describe('holding', () => {
  it('keeps what arrives while forwarding is off and lets it go in order', async () => {
    const { desk, target } = await openPair({ inFlight: 1 })
    desk.forwarder.setForwarding(false)
    const deliveries = await captureMany(desk, 30)
    await allAre(deliveries, 'held')
    expect(deliveries.every(({ holdReason }) => holdReason === 'forwarding')).toBe(true)
    expect(desk.forwarder.heldCount()).toBe(30)
    expect(target.requests).toHaveLength(0)
    desk.forwarder.setForwarding(true)
    expect(desk.forwarder.heldCount()).toBe(0)
    await allAre(deliveries, 'answered')
    expect(pathsOf(target)).toEqual(upTo(30))
  })

  it('turns what is queued into held when forwarding is switched off, and lets what is in flight end', async () => {
    let answer: (text: string) => void = () => {}
    const { desk, target } = await openPair(
      { inFlight: 1 },
      { answer: () => new Promise((resolve) => (answer = resolve)) },
    )
    const deliveries = await captureMany(desk, 3)
    await until(() => expect(target.requests).toHaveLength(1))
    desk.forwarder.setForwarding(false)
    answer(OK_ANSWER)
    await until(() => expect(deliveries.map(({ state }) => state)).toEqual(['answered', 'held', 'held']))
    expect(target.requests).toHaveLength(1)
  })

  it('of one source lets the others pass', async () => {
    const { desk, target } = await openPair()
    desk.forwarder.setSourceHeld(GITHUB, true)
    const held = await captureMany(desk, 5, 0, GITHUB)
    const passing = await captureMany(desk, 5, 5, STRIPE)
    await allAre(passing, 'answered')
    await allAre(held, 'held')
    expect(held[0]?.holdReason).toBe('source')
    desk.forwarder.setSourceHeld(GITHUB, false)
    await allAre(held, 'answered')
    expect(target.requests).toHaveLength(10)
  })

  it('of one target keeps its deliveries only', async () => {
    const [one, two] = await Promise.all([openTarget(), openTarget()])
    const desk = openForwarder()
    desk.setTargets({ url: one.url, held: true }, { url: two.url })
    const [held, sent] = await desk.capture({})
    await until(() => expect([held?.state, sent?.state]).toEqual(['held', 'answered']))
    expect(held?.holdReason).toBe('target')
    desk.setTargets({ url: one.url }, { url: two.url })
    await until(() => expect(held?.state).toBe('answered'))
  })

  it('names the outermost hold first', async () => {
    const desk = openForwarder()
    const [id] = desk.setTargets({ url: 'http://localhost:9', held: true })
    if (!id) throw new Error('no target')
    desk.forwarder.setSourceHeld(GITHUB, true)
    desk.forwarder.setForwarding(false)
    expect(desk.forwarder.holdReason(id, GITHUB)).toBe('forwarding')
    desk.forwarder.setForwarding(true)
    expect(desk.forwarder.holdReason(id, GITHUB)).toBe('source')
    expect(desk.forwarder.holdReason(id, STRIPE)).toBe('target')
  })

  it('can end with only the last few: the others are skipped', async () => {
    const { desk, target } = await openPair()
    desk.forwarder.setForwarding(false)
    const deliveries = await captureMany(desk, 25)
    expect(await desk.forwarder.skipHeld(3)).toBe(22)
    desk.forwarder.setForwarding(true)
    await until(() => expect(countStates(deliveries)).toEqual({ skipped: 22, answered: 3 }))
    expect(pathsOf(target).toSorted((a, b) => a - b)).toEqual([22, 23, 24])
  })

  it('can end at a pace, which the newly arrived keep to until the held ones are gone', async () => {
    const { desk, target } = await openPair()
    desk.forwarder.setForwarding(false)
    const held = await captureMany(desk, 6)
    desk.forwarder.setPace(50)
    const begunAt = performance.now()
    desk.forwarder.setForwarding(true)
    const later = await captureMany(desk, 2, 6)
    await allAre([...held, ...later], 'answered')
    // Five gaps of 20 ms between six.
    expect(performance.now() - begunAt).toBeGreaterThan(95)
    // They start in order; which of two neighbours' sockets is read first is the system's affair.
    expect(
      pathsOf(target)
        .slice(0, 6)
        .toSorted((a, b) => a - b),
    ).toEqual(upTo(6))
  })
})

describe('changes of targets', () => {
  it('take effect from the next request: what was planned goes to the URL it was planned for', async () => {
    const port = await findFreePort()
    const [before, after] = await Promise.all([openTarget({ port }), openTarget()])
    const desk = openForwarder()
    desk.setTargets({ url: before.url, held: true })
    const [old] = await desk.capture({ rest: '/old' })
    desk.setTargets({ url: after.url })
    const [young] = await desk.capture({ rest: '/young' })
    await until(() => expect([old?.state, young?.state]).toEqual(['answered', 'answered']))
    expect(before.requests[0]?.head).toMatch(/^POST \/old /)
    expect(after.requests[0]?.head).toMatch(/^POST \/young /)
    expect(desk.forwarder.statuses()).toHaveLength(1)
  })

  it('cancel what waits for a target that is gone', async () => {
    const desk = openForwarder()
    desk.setTargets({ url: 'http://localhost:9', held: true })
    const deliveries = await captureMany(desk, 5)
    desk.setTargets()
    await allAre(deliveries, 'cancelled')
    expect(desk.forwarder.statuses()).toHaveLength(0)
  })
})

describe('cancelling', () => {
  it('takes a waiting delivery out for good', async () => {
    const { desk, target } = await openPair()
    desk.forwarder.setForwarding(false)
    const [one, two] = await captureMany(desk, 2)
    expect(await desk.forwarder.cancel(DeliveryId.parse(1))).toBe(true)
    expect(await desk.forwarder.cancel(DeliveryId.parse(99))).toBe(false)
    desk.forwarder.setForwarding(true)
    await until(() => expect([one?.state, two?.state]).toEqual(['cancelled', 'answered']))
    expect(pathsOf(target)).toEqual([1])
  })

  it('breaks off one that is under way and frees its slot', async () => {
    const { desk, target } = await openPair(
      { inFlight: 1, firstByteTimeoutMs: null },
      { answer: ({ head }) => (head.includes('/0 ') ? null : OK_ANSWER) },
    )
    const [stuck, next] = await captureMany(desk, 2)
    await until(() => expect(target.requests).toHaveLength(1))
    expect(await desk.forwarder.cancel(DeliveryId.parse(1))).toBe(true)
    await until(() => expect([stuck?.state, next?.state]).toEqual(['cancelled', 'answered']))
    expect(stuck?.attempts[0]?.failure?.code).toBe('cancelled')
  })
})
