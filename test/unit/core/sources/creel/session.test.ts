import { describe, expect, it } from 'vitest'
import { config, createSessionRig as createRig, kinds, START, welcome } from '../../../../helpers/session-rig.ts'

describe('getting connected', () => {
  it('says hello when the link opens, and pings after the welcome', () => {
    const rig = createRig()
    expect(rig.on({ type: 'start' })).toEqual([{ do: 'connect' }])
    expect(rig.on({ type: 'opened' })).toEqual([
      { do: 'send', message: { type: 'hello', ...config.hello, now: START } },
    ])
    expect(rig.on({ type: 'message', message: welcome })).toEqual([
      { do: 'welcome', welcome },
      { do: 'inputs', inputs: [] },
      { do: 'send', message: { type: 'ping', nonce: 'a1' } },
    ])
  })

  it('is not connected before a round trip is proven', () => {
    const rig = createRig()
    rig.connect()
    expect(rig.shown()).toEqual({ state: 'connecting', attempt: 1 })
    rig.pass(20)
    rig.on({ type: 'message', message: { type: 'pong', nonce: 'a1' } })
    expect(rig.shown()).toEqual({
      state: 'connected',
      since: START + 20,
      verifiedAt: START + 20,
      roundTripMs: 20,
      skewMs: 0,
      pending: 4,
    })
  })

  it('takes no pong for a proof that answers no ping', () => {
    const rig = createRig()
    rig.connect()
    rig.on({ type: 'message', message: { type: 'pong', nonce: 'forged' } })
    expect(rig.shown().state).toBe('connecting')
  })

  it('tells how far the clocks are apart', () => {
    const rig = createRig()
    rig.on({ type: 'start' })
    rig.on({ type: 'opened' })
    rig.pass(100)
    rig.on({ type: 'message', message: { ...welcome, now: START + 50 - 9_000 } })
    rig.on({ type: 'message', message: { type: 'pong', nonce: 'a1' } })
    expect(rig.shown()).toMatchObject({ skewMs: -9_000 })
  })

  for (const [step, until] of [
    ['the upgrade', 0],
    ['the welcome', 1],
    ['the first round trip', 2],
  ] as const) {
    it(`gives up on ${step} after 10 s and tries again`, () => {
      const rig = createRig()
      rig.on({ type: 'start' })
      if (until > 0) rig.on({ type: 'opened' })
      if (until > 1) rig.on({ type: 'message', message: welcome })
      expect(rig.wait(9_900)).toEqual([])
      expect(rig.wait(200)).toEqual([{ do: 'drop' }])
      expect(rig.shown()).toMatchObject({ state: 'waiting', attempt: 1, lastVerifiedAt: null })
    })
  }
})

describe('a living link', () => {
  it('pings every 15 s, and each answer moves the proof on', () => {
    const rig = createRig()
    rig.prove()
    for (let i = 2; i < 6; i += 1) {
      const effects = rig.wait(15_000)
      expect(effects).toEqual([{ do: 'send', message: { type: 'ping', nonce: `a${i}` } }])
      rig.pass(7)
      rig.hear()
      rig.on({ type: 'message', message: { type: 'pong', nonce: `a${i}` } })
      expect(rig.shown()).toMatchObject({ since: START + 20, verifiedAt: rig.at().now, roundTripMs: 7 })
    }
  })

  it('answers pings', () => {
    const rig = createRig()
    rig.prove()
    expect(rig.on({ type: 'message', message: { type: 'ping', nonce: 'n' } })).toEqual([
      { do: 'send', message: { type: 'pong', nonce: 'n' } },
    ])
  })

  it('is dead after 25 s without a byte', () => {
    const rig = createRig()
    rig.prove()
    expect(kinds(rig.wait(24_000))).toEqual(['ping'])
    expect(rig.wait(24_000)).toEqual([{ do: 'drop' }])
    expect(rig.at().now - START).toBe(25_020)
    expect(rig.shown()).toMatchObject({ state: 'waiting', lastVerifiedAt: START + 20 })
    expect(rig.shown()).toHaveProperty('reason', expect.stringContaining('relay.example.com fell silent'))
  })

  it('lives on any byte, though no pong comes', () => {
    const rig = createRig()
    rig.prove()
    for (let i = 0; i < 10; i += 1) {
      rig.pass(10_000)
      rig.hear()
      expect(rig.on({ type: 'tick' }).filter((effect) => effect.do === 'drop')).toEqual([])
    }
    expect(rig.shown()).toMatchObject({ state: 'connected', verifiedAt: START + 20 })
  })

  it('does not take its own pausing for silence', () => {
    const rig = createRig()
    rig.prove()
    rig.on({ type: 'paused', isPaused: true })
    for (let i = 0; i < 10; i += 1) expect(rig.wait(15_000).filter((effect) => effect.do === 'drop')).toEqual([])
    rig.on({ type: 'paused', isPaused: false })
    expect(kinds(rig.wait(15_000))).toEqual(['ping'])
    expect(rig.wait(15_000)).toEqual([{ do: 'drop' }])
  })
})

describe('doubt', () => {
  it('is cleared by a ping at once, and 5 s later the link is dead', () => {
    const rig = createRig()
    rig.prove()
    rig.pass(100)
    expect(kinds(rig.on({ type: 'retry-now' }))).toEqual(['ping'])
    expect(rig.wait(4_900)).toEqual([])
    expect(rig.wait(200)).toEqual([{ do: 'drop' }])
  })

  it('ends with the answer', () => {
    const rig = createRig()
    rig.prove()
    rig.pass(100)
    rig.on({ type: 'retry-now' })
    rig.pass(30)
    rig.hear()
    rig.on({ type: 'message', message: { type: 'pong', nonce: 'a2' } })
    expect(rig.wait(14_000)).toEqual([])
    expect(rig.shown()).toMatchObject({ state: 'connected', roundTripMs: 30 })
  })

  it('arises when the clocks show that the computer slept', () => {
    const rig = createRig()
    rig.prove()
    rig.wait(5_000)
    rig.sleep(8 * 3_600_000)
    expect(kinds(rig.wait(5_000))).toEqual(['ping'])
    expect(rig.wait(5_100)).toEqual([{ do: 'drop' }])
  })

  it('does not kill a link at once that nobody could read from', () => {
    const rig = createRig()
    rig.prove()
    rig.pass(60_000)
    expect(kinds(rig.on({ type: 'tick' }))).toEqual(['ping'])
    rig.pass(1)
    rig.hear()
    expect(rig.wait(6_000)).toEqual([])
    expect(rig.shown().state).toBe('connected')
  })
})
