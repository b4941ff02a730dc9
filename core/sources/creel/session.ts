import { BACKOFF_FIRST_MS, BACKOFF_RESET_AFTER_MS } from '../../../protocol/limits.ts'
import type { AgentMessage, RelayMessage } from '../../../protocol/relay-message.ts'
import type { SourceConnection } from '../../../protocol/source.ts'
import { backoffMs } from './backoff.ts'
import { lost, type LinkFailure } from './link-failure.ts'
import {
  beginLink,
  hearPong,
  isDead,
  keepUp,
  linkDueAt,
  pauseLink,
  proveLink,
  type At,
  type Link,
  type LinkStep,
  type SessionTimes,
} from './link-life.ts'

/**
 * The life of one source's connection as a pure state machine: events go in, effects come out, and nothing here touches a socket or a clock.
 * All durations are ms by the monotonic clock; what is shown to people is epoch ms.
 */
export type Session = {
  readonly phase: Phase
  /** Failures in a row. */
  readonly failures: number
  /** Answers in a row that did not look like a relay's. */
  readonly strangeAnswers: number
  readonly wasWelcomed: boolean
  readonly lastVerifiedAt: number | null
  /** Clocks at the last tick: when they disagree on how long ago that was, the computer slept. */
  readonly lastTick: { readonly now: number; readonly monotonic: number } | null
}

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly startedAt: number }
  | { readonly name: 'greeting'; readonly helloAt: number; readonly helloNow: number }
  | { readonly name: 'linked'; readonly link: Link }
  | {
      readonly name: 'waiting'
      readonly until: number
      readonly shown: Extract<SourceConnection, { state: 'waiting' }>
    }
  | { readonly name: 'refused'; readonly shown: Extract<SourceConnection, { state: 'refused' }> }
  | { readonly name: 'stopped' }

export type SessionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'retry-now' }
  | { readonly type: 'opened' }
  | { readonly type: 'message'; readonly message: RelayMessage }
  | { readonly type: 'paused'; readonly isPaused: boolean }
  /** The connection could not be made or has ended. */
  | { readonly type: 'failed'; readonly failure: LinkFailure }
  | { readonly type: 'tick' }

export type Effect =
  | { readonly do: 'connect' }
  | { readonly do: 'send'; readonly message: AgentMessage }
  /** Ends the present connection at once. */
  | { readonly do: 'drop' }
  /** Takes nothing more in, acknowledges what is stored, closes. */
  | { readonly do: 'finish' }
  | { readonly do: 'welcome'; readonly welcome: Extract<RelayMessage, { type: 'welcome' }> }
  | { readonly do: 'inputs'; readonly inputs: Extract<RelayMessage, { type: 'inputs' }>['inputs'] }

export type SessionConfig = {
  /** Who is talked to, for sentences. */
  readonly host: string
  readonly hello: Omit<Extract<AgentMessage, { type: 'hello' }>, 'now' | 'type'>
  readonly times: SessionTimes
}

const STRANGE_ANSWERS_UNTIL_REFUSED = 3
const LONGEST_WISHED_WAIT_MS = 300_000
/** A connect that has taken longer when the network changed is begun anew. */
const STALE_CONNECT_MS = 1_000

export type Step = { readonly session: Session; readonly effects: readonly Effect[] }

export const NEW_SESSION: Session = {
  phase: { name: 'idle' },
  failures: 0,
  strangeAnswers: 0,
  wasWelcomed: false,
  lastVerifiedAt: null,
  lastTick: null,
}

/** What people are shown. */
export function describeSession(session: Session): SourceConnection {
  const { phase } = session
  switch (phase.name) {
    case 'idle':
    case 'stopped':
      return { state: 'disconnected' }
    case 'connecting':
    case 'greeting':
      return { state: 'connecting', attempt: session.failures + 1 }
    case 'linked':
      return phase.link.proven?.shown ?? { state: 'connecting', attempt: session.failures + 1 }
    case 'waiting':
    case 'refused':
      return phase.shown
  }
}

/** In how many ms the session wants a tick; null = not before something happens. */
export function nextTickIn(session: Session, at: At, { times }: SessionConfig): number | null {
  const due = dueAt(session.phase, at, times)
  return due === null ? null : Math.max(0, Math.min(times.lookEveryMs, due - at.monotonic))
}

export function advance(session: Session, event: SessionEvent, at: At, config: SessionConfig): Step {
  const step = advancePhase(session, event, at, config)
  if (event.type !== 'tick') return step
  return { ...step, session: { ...step.session, lastTick: { now: at.now, monotonic: at.monotonic } } }
}

function advancePhase(session: Session, event: SessionEvent, at: At, config: SessionConfig): Step {
  const { phase } = session
  switch (event.type) {
    case 'start':
      return phase.name === 'idle' ? connect(session, at) : stay(session)
    case 'stop':
      return stop(session)
    case 'retry-now':
      return retryNow(session, at, config)
    case 'opened':
      return phase.name === 'connecting' ? greet(session, at, config) : stay(session)
    case 'message':
      return receive(session, event.message, at, config)
    case 'paused':
      if (phase.name !== 'linked' || phase.link.isPaused === event.isPaused) return stay(session)
      return link(session, { link: pauseLink(phase.link, event.isPaused, at, config.times), send: [] })
    case 'failed':
      return phase.name === 'connecting' || phase.name === 'greeting' || phase.name === 'linked'
        ? fail(session, event.failure, at)
        : stay(session)
    case 'tick':
      return tick(session, at, config)
  }
}

function stay(session: Session, effects: readonly Effect[] = []): Step {
  return { session, effects }
}

function connect(session: Session, at: At, effects: readonly Effect[] = []): Step {
  return {
    session: {
      ...session,
      lastTick: { now: at.now, monotonic: at.monotonic },
      phase: { name: 'connecting', startedAt: at.monotonic },
    },
    effects: [...effects, { do: 'connect' }],
  }
}

function stop(session: Session): Step {
  if (session.phase.name === 'stopped') return stay(session)
  return { session: { ...session, phase: { name: 'stopped' } }, effects: [{ do: 'finish' }] }
}

function retryNow(session: Session, at: At, config: SessionConfig): Step {
  const { phase } = session
  switch (phase.name) {
    case 'waiting':
    case 'refused':
      return connect(session, at)
    case 'linked':
      return link(session, proveLink(phase.link, at, config.times))
    case 'connecting':
      return at.monotonic - phase.startedAt < STALE_CONNECT_MS ? stay(session) : connect(session, at, [{ do: 'drop' }])
    case 'idle':
    case 'greeting':
    case 'stopped':
      return stay(session)
  }
}

function greet(session: Session, at: At, config: SessionConfig): Step {
  return {
    session: { ...session, phase: { name: 'greeting', helloAt: at.monotonic, helloNow: at.now } },
    effects: [{ do: 'send', message: { type: 'hello', ...config.hello, now: at.now } }],
  }
}

function receive(session: Session, message: RelayMessage, at: At, config: SessionConfig): Step {
  const { phase } = session
  switch (message.type) {
    case 'ping':
      return stay(session, [{ do: 'send', message: { type: 'pong', nonce: message.nonce } }])
    case 'welcome':
      if (phase.name !== 'greeting') return stay(session)
      return link({ ...session, wasWelcomed: true, strangeAnswers: 0 }, beginLink(phase, message, at, config.times), [
        { do: 'welcome', welcome: message },
        { do: 'inputs', inputs: message.inputs },
      ])
    case 'pong': {
      const proven = phase.name === 'linked' ? hearPong(phase.link, message.nonce, at) : null
      return proven ? link({ ...session, lastVerifiedAt: at.now }, { link: proven, send: [] }) : stay(session)
    }
    case 'inputs':
      return stay(session, [{ do: 'inputs', inputs: message.inputs }])
    case 'closing': {
      const inMs = Math.min(message.reconnectInMs, LONGEST_WISHED_WAIT_MS)
      return fail(session, lost(`${config.host} closes: ${message.reason}`, inMs), at, [{ do: 'finish' }])
    }
    case 'error':
      return stay(session)
  }
}

function link(session: Session, step: LinkStep, before: readonly Effect[] = []): Step {
  const sends = step.send.map((message): Effect => ({ do: 'send', message }))
  return { session: { ...session, phase: { name: 'linked', link: step.link } }, effects: [...before, ...sends] }
}

function tick(session: Session, at: At, config: SessionConfig): Step {
  const { phase } = session
  const { times, host } = config
  switch (phase.name) {
    case 'connecting':
      if (at.monotonic < phase.startedAt + times.stepMs) return stay(session)
      return fail(session, lost(`${host} did not answer.`), at, [{ do: 'drop' }])
    case 'greeting':
      if (at.monotonic < phase.helloAt + times.stepMs) return stay(session)
      return fail(session, lost(`${host} let us in and then said nothing.`), at, [{ do: 'drop' }])
    case 'waiting':
      // By the wall clock too: monotonic clocks of some systems stand still while the computer sleeps.
      return at.monotonic >= phase.until || at.now >= phase.shown.nextAttemptAt ? connect(session, at) : stay(session)
    case 'linked':
      return tickLink(session, phase.link, at, config)
    case 'idle':
    case 'refused':
    case 'stopped':
      return stay(session)
  }
}

function tickLink(session: Session, current: Link, at: At, { times, host }: SessionConfig): Step {
  // After sleep the silence proves nothing yet: what came meanwhile may not have been read.
  if (hasSlept(session, at, times)) return link(session, proveLink(current, at, times))
  if (!isDead(current, at, times)) return link(session, keepUp(current, at, times))
  const failure = lost(`${host} fell silent: the network changed or the relay is gone.`)
  return fail(session, failure, at, [{ do: 'drop' }])
}

function hasSlept(session: Session, at: At, times: SessionTimes): boolean {
  if (session.lastTick === null) return false
  const monotonic = at.monotonic - session.lastTick.monotonic
  const wall = at.now - session.lastTick.now
  return Math.abs(wall - monotonic) > times.sleptMs || monotonic > times.lookEveryMs + times.sleptMs
}

function fail(session: Session, failure: LinkFailure, at: At, effects: readonly Effect[] = []): Step {
  const { phase } = session
  const provenAt = phase.name === 'linked' ? phase.link.proven?.at : undefined
  const wasGood = provenAt !== undefined && at.monotonic - provenAt >= BACKOFF_RESET_AFTER_MS
  const failures = (wasGood ? 0 : session.failures) + 1
  const strangeAnswers = failure.kind === 'strange' ? session.strangeAnswers + 1 : 0
  const next = { ...session, failures, strangeAnswers }
  const refusal = asRefusal(next, failure)
  if (refusal) {
    const shown = { state: 'refused' as const, ...refusal, at: at.now }
    return { session: { ...next, phase: { name: 'refused', shown } }, effects }
  }
  const wished = failure.kind === 'lost' ? failure.retryInMs : null
  const inMs = wished === null ? backoffMs(failures, at.random) : wished + Math.round(at.random * BACKOFF_FIRST_MS)
  const shown = {
    state: 'waiting' as const,
    reason: failure.reason,
    attempt: failures,
    nextAttemptAt: at.now + inMs,
    lastVerifiedAt: session.lastVerifiedAt,
  }
  return { session: { ...next, phase: { name: 'waiting', until: at.monotonic + inMs, shown } }, effects }
}

/** A relay that has welcomed us once stays one: then a strange answer is a proxy's, and passes. */
function asRefusal(
  session: Session,
  failure: LinkFailure,
): Pick<Extract<SourceConnection, { state: 'refused' }>, 'code' | 'reason' | 'fix'> | null {
  if (failure.kind === 'refused') return { code: failure.code, reason: failure.reason, fix: failure.fix }
  if (failure.kind === 'lost' || session.wasWelcomed) return null
  if (!failure.isClear && session.strangeAnswers < STRANGE_ANSWERS_UNTIL_REFUSED) return null
  return { code: 'not-a-relay', reason: failure.reason, fix: failure.fix }
}

function dueAt(phase: Phase, at: At, times: SessionTimes): number | null {
  switch (phase.name) {
    case 'connecting':
      return phase.startedAt + times.stepMs
    case 'greeting':
      return phase.helloAt + times.stepMs
    case 'waiting':
      return phase.until
    case 'linked':
      return linkDueAt(phase.link, at, times)
    case 'idle':
    case 'refused':
    case 'stopped':
      return null
  }
}
