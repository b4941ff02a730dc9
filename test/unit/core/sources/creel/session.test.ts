import { describe, expect, it } from 'vitest'
import type { RelayMessage } from '../../../../../protocol/relay-message.ts'
import { lost, type LinkFailure } from '../../../../../core/sources/creel/link-failure.ts'
import { SESSION_TIMES, type At } from '../../../../../core/sources/creel/link-life.ts'
import {
  advance,
  describeSession,
  NEW_SESSION,
  nextTickIn,
  type Effect,
  type Session,
  type SessionConfig,
  type SessionEvent,
} from '../../../../../core/sources/creel/session.ts'

const START = 1_790_000_000_000
const config: SessionConfig = {
  host: 'relay.example.com',
  hello: { agent: { name: 'test', version: '1' }, subscription: 's', window: { items: 1, bytes: 1 } },
  times: SESSION_TIMES,
}
const welcome: RelayMessage = {
  type: 'welcome',
  relay: { name: 'creel', version: '1' },
  now: START,
  buckets: [],
  inputs: [],
  pending: 4,
}

/** A session with clocks that a test turns by hand. */
function createRig(random = 0.5) {
  let session: Session = NEW_SESSION
  let wall = 0
  let monotonic = 1000
  let heardAt = monotonic
  const rig = {
    at: (): At => ({ now: START + wall, monotonic, random, heardAt }),
    on(event: SessionEvent): readonly Effect[] {
      const step = advance(session, event, rig.at(), config)
      session = step.session
      return step.effects
    },
    /** Lets time go by, with the ticks that the session asks for. Stops at the first one that has an effect. */
    wait(ms: number): readonly Effect[] {
      const end = monotonic + ms
      for (;;) {
        const inMs = nextTickIn(session, rig.at(), config)
        if (inMs === null || monotonic + inMs > end) break
        rig.pass(inMs)
        const effects = rig.on({ type: 'tick' })
        if (effects.length > 0) return effects
      }
      rig.pass(end - monotonic)
      return []
    },
    pass(ms: number): void {
      wall += ms
      monotonic += ms
    },
    sleep(ms: number): void {
      wall += ms
    },
    hear: () => {
      heardAt = monotonic
    },
    shown: () => describeSession(session),
    connect(): void {
      rig.on({ type: 'start' })
      rig.on({ type: 'opened' })
      rig.hear()
      rig.on({ type: 'message', message: welcome })
    },
    /** Connected and proven after 20 ms. */
    prove(): void {
      rig.connect()
      rig.pass(20)
      rig.hear()
      rig.on({ type: 'message', message: { type: 'pong', nonce: 'a1' } })
    },
  }
  return rig
}

const kinds = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => (effect.do === 'send' ? effect.message.type : effect.do))

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

describe('trying again', () => {
  it('waits longer each time, with full jitter, up to 30 s', () => {
    const rig = createRig(0.999_999)
    rig.on({ type: 'start' })
    const waits: number[] = []
    for (let i = 0; i < 9; i += 1) {
      rig.on({ type: 'failed', failure: lost('no') })
      const shown = rig.shown()
      if (shown.state !== 'waiting') throw new Error(shown.state)
      expect(shown.attempt).toBe(i + 1)
      waits.push(shown.nextAttemptAt - rig.at().now)
      expect(rig.wait(31_000)).toEqual([{ do: 'connect' }])
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  it('begins anew after 30 s of proven life, not before', () => {
    for (const [lifeMs, attempt] of [
      [29_000, 4],
      [31_000, 1],
    ] as const) {
      const rig = createRig()
      rig.on({ type: 'start' })
      for (let i = 0; i < 3; i += 1) {
        rig.on({ type: 'failed', failure: lost('no') })
        rig.wait(31_000)
      }
      rig.prove()
      for (let past = 0; past < lifeMs; past += 1000) {
        rig.hear()
        rig.wait(1000)
      }
      rig.on({ type: 'failed', failure: lost('gone') })
      expect(rig.shown()).toMatchObject({ state: 'waiting', attempt, reason: 'gone' })
    }
  })

  it('happens at once when asked for, also after sleep', () => {
    const rig = createRig(0.9)
    rig.on({ type: 'start' })
    for (let i = 0; i < 8; i += 1) {
      rig.on({ type: 'failed', failure: lost('no') })
      expect(rig.on({ type: 'retry-now' })).toEqual([{ do: 'connect' }])
    }
    rig.on({ type: 'failed', failure: lost('no') })
    rig.sleep(3_600_000)
    expect(rig.on({ type: 'tick' })).toEqual([{ do: 'connect' }])
  })

  it('waits as long as a closing relay wishes, and a little jitter', () => {
    const rig = createRig()
    rig.prove()
    const effects = rig.on({ type: 'message', message: { type: 'closing', reason: 'restart', reconnectInMs: 4_000 } })
    expect(effects).toEqual([{ do: 'finish' }])
    expect(rig.shown()).toMatchObject({
      state: 'waiting',
      nextAttemptAt: rig.at().now + 4_250,
      reason: 'relay.example.com closes: restart',
    })
  })
})

describe('stopping', () => {
  const refused: LinkFailure = {
    kind: 'refused',
    code: 'wrong-secret',
    reason: 'The secret is wrong.',
    fix: 'Enter it.',
  }
  const strange: LinkFailure = { kind: 'strange', isClear: false, reason: 'HTML', fix: 'Check.' }

  it('comes with a refusal, and nothing is tried any more', () => {
    const rig = createRig()
    rig.on({ type: 'start' })
    rig.on({ type: 'failed', failure: refused })
    expect(rig.shown()).toEqual({
      state: 'refused',
      code: 'wrong-secret',
      reason: 'The secret is wrong.',
      fix: 'Enter it.',
      at: START,
    })
    expect(nextTickIn(NEW_SESSION, rig.at(), config)).toBeNull()
    expect(rig.wait(3_600_000)).toEqual([])
    expect(rig.on({ type: 'retry-now' })).toEqual([{ do: 'connect' }])
  })

  it('comes with the third strange answer, or the first clear one', () => {
    const rig = createRig()
    rig.on({ type: 'start' })
    for (let i = 0; i < 2; i += 1) {
      rig.on({ type: 'failed', failure: strange })
      expect(rig.shown().state).toBe('waiting')
      rig.on({ type: 'retry-now' })
    }
    rig.on({ type: 'failed', failure: strange })
    expect(rig.shown()).toMatchObject({ state: 'refused', code: 'not-a-relay' })
    const other = createRig()
    other.on({ type: 'start' })
    other.on({ type: 'failed', failure: { ...strange, isClear: true } })
    expect(other.shown()).toMatchObject({ state: 'refused', code: 'not-a-relay' })
  })

  it('does not come with strange answers of a relay that has welcomed us', () => {
    const rig = createRig()
    rig.prove()
    for (let i = 0; i < 9; i += 1) {
      rig.on({ type: 'failed', failure: { ...strange, isClear: true } })
      expect(rig.shown().state).toBe('waiting')
      rig.on({ type: 'retry-now' })
    }
  })

  it('ends the conversation, and no event brings it back', () => {
    const rig = createRig()
    rig.prove()
    expect(rig.on({ type: 'stop' })).toEqual([{ do: 'finish' }])
    for (const event of [{ type: 'start' }, { type: 'retry-now' }, { type: 'tick' }, { type: 'stop' }] as const) {
      expect(rig.on(event)).toEqual([])
    }
    expect(rig.shown()).toEqual({ state: 'disconnected' })
  })
})
