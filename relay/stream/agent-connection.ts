import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { MAX_CONTROL_FRAME_BYTES, SOCKET_BUFFER_BYTES, UNREAD_BYTES, UNREAD_MESSAGES } from '../../protocol/limits.ts'
import { CloseCode, readAgentMessage, type AgentMessage, type RelayMessage } from '../../protocol/relay-message.ts'
import type { Bucket, TokenRecord } from '../store/store.ts'
import type { AgentFeed, Delivery, Outlet } from './delivery.ts'
import { SMALL_FRAME_BYTES, type FrameBatch } from './frame-batch.ts'
import { watchLiveness } from './liveness.ts'
import type { AgentInfo, StreamOptions, StreamTimes } from './stream-options.ts'
import { describeBuckets, describeInputs, fitInputs } from './welcome.ts'

/** One agent's WebSocket, from the upgrade to its end. */
export type AgentConnection = {
  readonly bucketIds: readonly string[]
  readonly tokenKey: string
  /** Null until it has said hello. */
  info(): AgentInfo | null
  /** Whether both are one agent's: the older one is dead then, though nobody has noticed. */
  isReplacedBy(newcomer: Newcomer, tokenKey: string): boolean
  tellInputs(): void
  /** Says why, leaves the agent a moment to acknowledge what it has, closes. Resolves when the socket is gone. */
  closeGently(reason: string, reconnectInMs: number): Promise<void>
  close(code: number, reason: string): void
}

type Hello = Extract<AgentMessage, { type: 'hello' }>

/** What tells which agent it is that connects; the URL may say it, and the hello does. */
export type Newcomer = {
  readonly subscription: string
  readonly agent: { readonly instance?: string | undefined }
}

type ConnectionOptions = {
  readonly ws: WebSocket
  readonly socket: Duplex
  readonly remote: string | null
  readonly token: TokenRecord
  readonly buckets: readonly Bucket[]
  /** What the URL named; the hello must not say otherwise. */
  readonly subscription: string | null
  readonly stream: StreamOptions
  readonly times: StreamTimes
  readonly delivery: Delivery
  readonly batch: FrameBatch
  readonly onHello: (newcomer: Newcomer) => void
  readonly onClosed: () => void
}

/** Ids whose acknowledgement is being committed; above that an agent is not read, or it could say more than a disk can write. */
const MOST_ACKING = 20_000
/** Lines that one agent may write into the log by what it says. */
const MOST_LOGGED = 200

export function serveAgent(options: ConnectionOptions): AgentConnection {
  const { ws, socket, stream, times, batch } = options
  const bucketIds = options.buckets.map((bucket) => bucket.id)
  const connectedAt = stream.now()
  const strangeTypes = new Set<string>()
  let hello: Hello | null = null
  let greeting: Promise<void> | null = null
  let feed: AgentFeed | null = null
  let pings = 0
  let seenTimer: ReturnType<typeof setInterval> | null = null
  let isClosing = false
  let isBroken = false
  let inputsAreOld = false
  let acking = 0
  let unread = 0
  let logged = 0

  const helloTimer = setTimeout(() => close(CloseCode.helloMissing, 'No hello came.'), times.helloMs)
  const liveness = watchLiveness({
    ...times,
    monotonic: stream.monotonic,
    ping: () => {
      pings += 1
      send({ type: 'ping', nonce: `r${pings}` })
    },
    onSilence: (silentMs) => {
      stream.log.info({ ...describe(), silentMs: Math.round(silentMs) }, 'an agent fell silent')
      ws.terminate()
    },
  })

  const outlet: Outlet = {
    hasRoom: () => !isClosing && ws.readyState === ws.OPEN && ws.bufferedAmount + batch.bytes < SOCKET_BUFFER_BYTES,
    send(frame, onSent) {
      if (frame.byteLength <= SMALL_FRAME_BYTES) {
        batch.add(frame, socket)
        onSent?.()
        return
      }
      batch.flush(socket)
      ws.send(frame, { binary: true }, onSent)
    },
    together(work) {
      try {
        work()
      } finally {
        batch.flush(socket)
      }
    },
    fail(problem) {
      stream.log.error({ ...describe(), err: problem }, 'the items of an agent cannot go on')
      close(CloseCode.internalError, 'The relay could not read an item.')
    },
  }

  function describe(): { agent: string | null; subscription: string | null; remote: string | null } {
    return { agent: hello?.agent.name ?? null, subscription: hello?.subscription ?? null, remote: options.remote }
  }

  function send(message: RelayMessage): void {
    if (ws.readyState !== ws.OPEN) return
    if (ws.bufferedAmount <= UNREAD_BYTES && unread < UNREAD_MESSAGES) {
      unread += 1
      ws.send(JSON.stringify(message), () => {
        unread -= 1
      })
      return
    }
    isBroken = true
    stream.log.warn({ ...describe(), waitingBytes: ws.bufferedAmount }, 'an agent asks on and on, and reads no answer')
    close(CloseCode.unread, 'Nothing of what was said to you is read.')
    // Nor is it read any more: the socket ends with the time that the close frame has.
    ws.pause()
  }

  function noteSaid(fields: object, message: string): void {
    logged += 1
    if (logged <= MOST_LOGGED) stream.log.info({ ...describe(), ...fields }, message)
  }

  function sendInputs(): void {
    // The list is told anew as a whole, so that the last one is enough for an agent that is behind.
    inputsAreOld = ws.bufferedAmount >= SOCKET_BUFFER_BYTES
    if (!inputsAreOld) send(fitInputs({ type: 'inputs', inputs: describeInputs(stream, bucketIds) }))
  }

  async function acknowledge(ids: readonly string[]): Promise<void> {
    acking += ids.length
    if (acking > MOST_ACKING) ws.pause()
    try {
      await feed?.ack(ids)
    } finally {
      acking -= ids.length
      if (ws.isPaused && acking <= MOST_ACKING) ws.resume()
    }
  }

  function close(code: number, reason: string): void {
    feed?.leave()
    // A close frame's reason has at most 123 bytes (RFC 6455 section 5.5); a character that is cut ends as three more.
    ws.close(code, Buffer.from(reason).subarray(0, 120).toString('utf8'))
  }

  function breakOff(code: number, problem: string): void {
    isBroken = true
    stream.log.warn({ ...describe(), problem }, 'an agent broke the protocol')
    send({ type: 'error', code: 'bad-message', message: problem.slice(0, 2000) })
    close(code, problem)
  }

  function answerStrange(type: string): void {
    if (strangeTypes.has(type) || strangeTypes.size >= 100) return
    strangeTypes.add(type)
    send({ type: 'error', code: 'unknown-type', message: `This relay does not know ${type}; it was skipped.` })
  }

  async function greet(said: Hello): Promise<void> {
    clearTimeout(helloTimer)
    if (options.subscription !== null && options.subscription !== said.subscription) {
      return breakOff(CloseCode.helloMissing, 'The hello names another subscription than the URL.')
    }
    hello = said
    options.onHello(said)
    const { log } = stream.store
    const subscriptions = bucketIds.map((bucketId) => ({ bucketId, name: said.subscription }))
    await Promise.all(subscriptions.map((subscription) => log.openSubscription(subscription)))
    const pending = await Promise.all(subscriptions.map((subscription) => log.pending(subscription)))
    if (ws.readyState !== ws.OPEN) return
    const welcome = {
      type: 'welcome' as const,
      relay: stream.relay,
      now: stream.now(),
      buckets: describeBuckets(stream, bucketIds),
      inputs: describeInputs(stream, bucketIds),
      pending: pending.reduce((sum, count) => sum + count, 0),
    }
    send(fitInputs(welcome))
    stream.log.info(describe(), 'an agent connected')
    seenTimer = setInterval(() => markSeen(said.subscription), times.seenEveryMs)
    feed = options.delivery.join({ subscription: said.subscription, bucketIds, window: said.window, outlet })
    feed.pump()
  }

  function markSeen(name: string): void {
    for (const bucketId of bucketIds) {
      stream.store.log.openSubscription({ bucketId, name }).catch((problem: unknown) => {
        stream.log.warn({ ...describe(), err: problem }, 'a subscription could not be marked as seen')
      })
    }
  }

  async function take(message: AgentMessage): Promise<void> {
    if (message.type === 'hello') {
      if (hello) return breakOff(CloseCode.helloMissing, 'The hello comes once.')
      greeting = greet(message)
      return greeting
    }
    if (!hello) return breakOff(CloseCode.helloMissing, 'The first message must be a hello.')
    // What an agent says without waiting for the welcome is heard after it.
    if (!feed) await greeting
    switch (message.type) {
      case 'ack':
        return acknowledge(message.ids)
      case 'nack':
        noteSaid({ id: message.id, reason: message.reason }, 'an agent gave an item back')
        feed?.giveBack(message.id, message.delayMs)
        return
      case 'ping':
        send({ type: 'pong', nonce: message.nonce })
        return
      case 'error':
        noteSaid({ code: message.code, problem: message.message }, 'an agent reports an error')
        return
      case 'pong':
        return
    }
  }

  function receive(data: RawData, isBinary: boolean): void {
    // What else was on its way from an agent that broke the protocol is not worth a log line each.
    if (isBroken || ws.readyState === ws.CLOSED) return
    const bytes = toBuffer(data)
    if (!hello && isBinary) return breakOff(CloseCode.helloMissing, 'The first message must be a hello.')
    if (isBinary) return answerStrange(`binary frames of type ${bytes[0] ?? 'none'}`)
    const read = readAgentMessage(bytes.toString('utf8'))
    if (read.kind === 'malformed') {
      return breakOff(hello ? CloseCode.protocolError : CloseCode.helloMissing, read.problem)
    }
    if (read.kind === 'unknown-type') {
      if (!hello) return breakOff(CloseCode.helloMissing, 'The first message must be a hello.')
      return answerStrange(`messages of type "${read.type}"`)
    }
    take(read.message).catch((problem: unknown) => {
      stream.log.error({ ...describe(), err: problem }, 'a message of an agent could not be carried out')
      close(CloseCode.internalError, 'The relay could not do this.')
    })
  }

  socket.on('data', () => liveness.heard())
  socket.on('drain', () => {
    feed?.pump()
    if (inputsAreOld) sendInputs()
  })
  ws.on('message', receive)
  ws.on('error', (problem) => stream.log.info({ ...describe(), err: problem }, 'the connection of an agent broke'))
  ws.once('close', () => {
    clearTimeout(helloTimer)
    if (seenTimer) clearInterval(seenTimer)
    liveness.stop()
    feed?.leave()
    options.onClosed()
  })

  return {
    bucketIds,
    tokenKey: options.token.key,
    info: () =>
      hello && {
        agent: { name: hello.agent.name, version: hello.agent.version },
        subscription: hello.subscription,
        bucketIds,
        tokenKey: options.token.key,
        remote: options.remote,
        connectedAt,
        inFlight: feed?.inFlight() ?? { items: 0, bytes: 0 },
      },
    isReplacedBy: (other, tokenKey) =>
      hello?.agent.instance !== undefined &&
      hello.agent.instance === other.agent.instance &&
      hello.subscription === other.subscription &&
      tokenKey === options.token.key,
    tellInputs: () => {
      if (hello) sendInputs()
    },
    closeGently(reason, reconnectInMs) {
      // Acknowledgements are still taken; items no longer go out.
      isClosing = true
      send({ type: 'closing', reason, reconnectInMs })
      return new Promise((resolve) => {
        if (ws.readyState === ws.CLOSED) return resolve()
        const closing = setTimeout(() => close(CloseCode.goingAway, reason), times.closingMs)
        const ending = setTimeout(() => ws.terminate(), times.closingMs * 2)
        ws.once('close', () => {
          clearTimeout(closing)
          clearTimeout(ending)
          resolve()
        })
      })
    },
    close,
  }
}

/** Control frames are small, so the copy of a fragmented one does not count. */
function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}

/** What an agent may send at once: it sends control messages only. */
export const MAX_AGENT_FRAME_BYTES = MAX_CONTROL_FRAME_BYTES
