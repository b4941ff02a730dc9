import type { RelayMessage } from '../../protocol/relay-message.ts'
import { SESSION_TIMES, type At } from '../../core/sources/creel/link-life.ts'
import {
  advance,
  describeSession,
  NEW_SESSION,
  nextTickIn,
  type Effect,
  type Session,
  type SessionConfig,
  type SessionEvent,
} from '../../core/sources/creel/session.ts'

export const START = 1_790_000_000_000
export const config: SessionConfig = {
  host: 'relay.example.com',
  hello: { agent: { name: 'test', version: '1' }, subscription: 's', window: { items: 1, bytes: 1 } },
  times: SESSION_TIMES,
}
export const welcome: Extract<RelayMessage, { type: 'welcome' }> = {
  type: 'welcome',
  relay: { name: 'creel', version: '1' },
  now: START,
  buckets: [],
  inputs: [],
  pending: 4,
}

/** A session with clocks that a test turns by hand. */
export function createSessionRig(random = 0.5) {
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

export const kinds = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => (effect.do === 'send' ? effect.message.type : effect.do))
