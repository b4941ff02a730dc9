import { randomUUID } from 'node:crypto'
import { WINDOW_BYTES, WINDOW_ITEMS } from '../../../protocol/limits.ts'
import type { InputInfo, RelayMessage } from '../../../protocol/relay-message.ts'
import type { SourceConnection, SourceInput } from '../../../protocol/source.ts'
import { straightNetwork } from '../../network/network.ts'
import type { RelayClient, RelayClientOptions } from '../relay-client.ts'
import { startConversation, type Conversation } from './conversation.ts'
import { SESSION_TIMES, type At, type SessionTimes } from './link-life.ts'
import { basicAuthorization, readRelayAddress } from './relay-address.ts'
import {
  advance,
  describeSession,
  NEW_SESSION,
  nextTickIn,
  type Effect,
  type Session,
  type SessionConfig,
  type SessionEvent,
} from './session.ts'

export type RelayClientTimes = SessionTimes & { readonly finishMs: number }

const TIMES: RelayClientTimes = { ...SESSION_TIMES, finishMs: 3_000 }

/** How the client of creel.v1 may be set differently by tests. */
export type RelayClientTuning = {
  readonly times?: Partial<RelayClientTimes>
  readonly window?: { readonly items: number; readonly bytes: number }
}

/** Keeps one connection to a Creel relay (docs/creel-v1.md) and brings what it hands out to the sink. */
export function createRelayClient(options: RelayClientOptions, tuning: RelayClientTuning = {}): RelayClient {
  const times = { ...TIMES, ...tuning.times }
  const address = readRelayAddress(options.relayUrl)
  const instance = randomUUID()
  const config: SessionConfig = {
    host: address?.host ?? options.relayUrl,
    hello: {
      agent: { ...options.agent, instance },
      subscription: options.subscription,
      window: tuning.window ?? { items: WINDOW_ITEMS, bytes: WINDOW_BYTES },
    },
    times,
  }
  const finishing = new Set<Promise<void>>()
  const events: SessionEvent[] = []
  let session: Session = NEW_SESSION
  let shown: SourceConnection = describeSession(session)
  let conversation: Conversation | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isBusy = false

  function at(): At {
    const monotonic = options.monotonic()
    return { now: options.now(), monotonic, random: options.random(), heardAt: conversation?.heardAt() ?? monotonic }
  }

  /** An effect may bring the next event about at once: each event is finished before the next. */
  function dispatch(event: SessionEvent): void {
    events.push(event)
    if (isBusy) return
    isBusy = true
    try {
      for (let next = events.shift(); next; next = events.shift()) {
        const step = advance(session, next, at(), config)
        session = step.session
        for (const effect of step.effects) perform(effect)
        tell()
      }
    } finally {
      isBusy = false
    }
    clearTimeout(timer)
    const inMs = nextTickIn(session, at(), config)
    if (inMs !== null) timer = setTimeout(() => dispatch({ type: 'tick' }), Math.ceil(inMs))
  }

  function tell(): void {
    const connection = describeSession(session)
    if (JSON.stringify(connection) === JSON.stringify(shown)) return
    shown = connection
    options.onConnection(connection)
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'connect':
        return connect()
      case 'send':
        return conversation?.send(effect.message)
      case 'drop':
        conversation?.drop()
        conversation = null
        return
      case 'finish':
        return finish()
      case 'welcome':
        return options.onWelcome({ relay: effect.welcome.relay, ttlMs: longestTtl(effect.welcome) })
      case 'inputs':
        return options.onInputs(effect.inputs.map(toSourceInput))
    }
  }

  function connect(): void {
    if (!address) {
      return dispatch({
        type: 'failed',
        failure: {
          kind: 'strange',
          isClear: true,
          reason: `"${options.relayUrl}" is not the address of a relay.`,
          fix: 'Enter an address like https://relay.example.com.',
        },
      })
    }
    const current: Conversation = startConversation({
      url: address.streamUrl(options.buckets, options.subscription, instance),
      authorization: basicAuthorization(options.token),
      host: address.host,
      agent: (options.network ?? straightNetwork).agent,
      sink: options.sink,
      monotonic: options.monotonic,
      finishMs: times.finishMs,
      onOpen: () => {
        if (conversation === current) dispatch({ type: 'opened' })
      },
      onMessage: (message) => {
        if (conversation === current) dispatch({ type: 'message', message })
      },
      onPaused: (isPaused) => {
        if (conversation === current) dispatch({ type: 'paused', isPaused })
      },
      onEnd: (failure) => {
        if (conversation !== current) return
        conversation = null
        dispatch({ type: 'failed', failure })
      },
    })
    conversation = current
  }

  function finish(): void {
    const ending = conversation?.finish()
    conversation = null
    if (!ending) return
    const done = ending.finally(() => finishing.delete(done))
    finishing.add(done)
  }

  return {
    start: () => dispatch({ type: 'start' }),
    connection: () => describeSession(session),
    retryNow: () => dispatch({ type: 'retry-now' }),
    async stop() {
      dispatch({ type: 'stop' })
      await Promise.all(finishing)
    },
  }
}

function longestTtl(welcome: Extract<RelayMessage, { type: 'welcome' }>): number | null {
  return welcome.buckets.length === 0 ? null : Math.max(...welcome.buckets.map((bucket) => bucket.ttlMs))
}

function toSourceInput({ id, bucket, name, url }: InputInfo): SourceInput {
  return { id, bucket, name, url }
}
