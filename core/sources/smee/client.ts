import type { SourceConnection } from '../../../protocol/source.ts'
import { straightNetwork } from '../../network/network.ts'
import type { RelayClient, RelayClientOptions } from '../relay-client.ts'
import { readChannelAddress } from './channel-address.ts'
import { openEventStream, type EventStream, type StreamEnd } from './event-stream.ts'
import { readSmeeEvent } from './read-event.ts'
import { createStoring } from './storing.ts'

export type SmeeTimes = {
  /** Until the server says that it is ready. */
  readonly readyMs: number
  /** The server pings every 30 s: without a byte for this long it is gone. */
  readonly silenceMs: number
  /** The longest time between two looks at the clocks. */
  readonly lookEveryMs: number
  /** What two clocks may differ by before that counts as sleep. */
  readonly sleptMs: number
  readonly backoffFirstMs: number
  readonly backoffMaxMs: number
  /** A connection that lived this long begins the backoff anew. */
  readonly provenMs: number
  /** How long stopping waits for what came to be stored. */
  readonly finishMs: number
}

const TIMES: SmeeTimes = {
  readyMs: 10_000,
  silenceMs: 75_000,
  lookEveryMs: 5_000,
  sleptMs: 5_000,
  backoffFirstMs: 1_000,
  backoffMaxMs: 60_000,
  provenMs: 30_000,
  finishMs: 3_000,
}

/** ±30 %, so that many clients of a server that comes back do not come at once. */
const JITTER = 0.3

/**
 * Reads a channel of a smee server (`relayUrl` is the channel's URL; it has no token). The server keeps nothing: what is sent while nobody listens is
 * gone, and it writes bodies anew (see read-event.ts).
 */
export function createSmeeClient(
  options: RelayClientOptions & { readonly onSkipped?: (problem: string) => void },
  times: Partial<SmeeTimes> = {},
): RelayClient {
  const set = { ...TIMES, ...times }
  const address = readChannelAddress(options.relayUrl)
  const { agent } = options.network ?? straightNetwork
  let shown: SourceConnection = { state: 'disconnected' }
  let stream: EventStream | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let failures = 0
  let lastVerifiedAt: number | null = null
  let heardAt = 0
  let isStopped = false
  /** More waits to be stored than may: nothing is read, on whatever connection. */
  let isBehind = false
  let clocks = { now: 0, monotonic: 0 }
  const storing = createStoring({
    sink: options.sink,
    now: options.now,
    onBehind: (is) => {
      isBehind = is
      stream?.setPaused(is)
      heardAt = options.monotonic()
    },
  })

  function become(connection: SourceConnection): void {
    shown = connection
    options.onConnection(connection)
  }

  function connect(): void {
    clearTimeout(timer)
    stream?.drop()
    stream = null
    if (isStopped) return
    if (address === null) {
      const reason = `"${options.relayUrl}" is not the URL of a channel.`
      const fix = 'A channel looks like https://smee.io/abcDEF123.'
      return become({ state: 'refused', code: 'not-a-relay', reason, fix, at: options.now() })
    }
    attempt += 1
    become({ state: 'connecting', attempt })
    const askedAt = options.monotonic()
    const { host } = address
    let isReady = false
    const current = openEventStream(address, agent, {
      onHeard: () => {
        heardAt = options.monotonic()
      },
      onEvent: (name, data) => {
        if (stream !== current) return
        if (name === 'ready' && !isReady) {
          isReady = true
          ready(options.monotonic() - askedAt)
        } else if (isReady) verified()
        if (name === '' || name === 'message') take(data)
      },
      onEnd: (end) => {
        if (stream === current) lose(end)
      },
    })
    stream = current
    timer = setTimeout(
      () => lose({ reason: `${host} did not say within ${set.readyMs / 1000} s that it is ready.`, isFinal: false }),
      set.readyMs,
    )
  }

  function ready(roundTripMs: number): void {
    const now = options.now()
    lastVerifiedAt = now
    heardAt = options.monotonic()
    clocks = { now, monotonic: heardAt }
    become({ state: 'connected', since: now, verifiedAt: now, roundTripMs, skewMs: 0, pending: 0 })
    if (address) {
      const { channel, url, host } = address
      options.onWelcome({ relay: { name: host, version: '' }, ttlMs: null })
      options.onInputs([{ id: channel, bucket: channel, name: channel, url }])
    }
    // It was read until it was proven.
    if (isBehind) stream?.setPaused(true)
    look()
  }

  /** The server spoke: at least its ping comes every half a minute. */
  function verified(): void {
    if (shown.state !== 'connected') return
    lastVerifiedAt = options.now()
    if (lastVerifiedAt - shown.since >= set.provenMs) failures = 0
    become({ ...shown, verifiedAt: lastVerifiedAt })
  }

  function take(data: string): void {
    if (address === null) return
    const read = readSmeeEvent(data, address, options.now())
    if (read.ok) storing.add(read.request)
    else options.onSkipped?.(`${address.host} sent something that is no request: ${read.problem}`)
  }

  /** Silence, and sleep, during which the server may have closed the connection without our hearing of it. */
  function look(): void {
    clearTimeout(timer)
    const now = options.now()
    const monotonic = options.monotonic()
    const slept = Math.abs(now - clocks.now - (monotonic - clocks.monotonic)) > set.sleptMs
    clocks = { now, monotonic }
    if (slept) return connect()
    // Nothing can be heard while we do not read.
    if (!isBehind && monotonic - heardAt > set.silenceMs && address !== null) {
      return lose({
        reason: `${address.host} has not been heard of for ${Math.round(set.silenceMs / 1000)} s.`,
        isFinal: false,
      })
    }
    timer = setTimeout(look, Math.min(set.lookEveryMs, set.silenceMs / 4))
  }

  function lose({ reason, isFinal }: StreamEnd): void {
    clearTimeout(timer)
    stream?.drop()
    stream = null
    if (isStopped) return
    failures += 1
    const ceiling = Math.min(set.backoffMaxMs, set.backoffFirstMs * 2 ** (failures - 1))
    const waitMs = Math.round((isFinal ? set.backoffMaxMs : ceiling) * (1 - JITTER + 2 * JITTER * options.random()))
    become({ state: 'waiting', reason, attempt, nextAttemptAt: options.now() + waitMs, lastVerifiedAt })
    timer = setTimeout(connect, waitMs)
  }

  return {
    start: connect,
    connection: () => shown,
    retryNow: connect,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      stream?.drop()
      stream = null
      await storing.settle(set.finishMs)
      become({ state: 'disconnected' })
    },
  }
}
