import { request as requestHttp, type Agent, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { createParser } from 'eventsource-parser'
import { MIB } from '../../../protocol/limits.ts'
import { describeError } from '../creel/describe-error.ts'
import type { ChannelAddress } from './channel-address.ts'

/** An open stream of server-sent events. After `onEnd` nothing comes any more. */
export type EventStream = {
  /** Reads nothing while true. */
  setPaused(isPaused: boolean): void
  /** Ends it without `onEnd`. */
  drop(): void
}

export type EventStreamHandlers = {
  /** Bytes came, whatever they are. */
  onHeard(): void
  /** `name` is empty for an event without one. */
  onEvent(name: string, data: string): void
  onEnd(end: StreamEnd): void
}

/** Why a stream ended. `isFinal` = it will not be other next time: somebody has to change something, so there is no hurry. */
export type StreamEnd = { readonly reason: string; readonly isFinal: boolean }

/** An event carries a body of at most a few MiB; a line that never ends must not fill the memory. */
const MOST_EVENT_CHARACTERS = 32 * MIB

/** Opens a channel's stream. The server takes exactly this Accept, and answers a page to any other. */
export function openEventStream(address: ChannelAddress, agent: Agent, handlers: EventStreamHandlers): EventStream {
  let isOver = false
  let isPaused = false
  let response: IncomingMessage | null = null
  const parser = createParser({
    maxBufferSize: MOST_EVENT_CHARACTERS,
    onEvent: (event) => {
      if (!isOver) handlers.onEvent(event.event ?? '', event.data)
    },
    onError: (error) => {
      // Fields that are not known are skipped, as the format asks.
      if (error.type === 'max-buffer-size-exceeded') end(`${address.host} sends an event without end.`, false)
    },
  })
  const request = address.url.startsWith('https:') ? requestHttps : requestHttp
  const sent = request(address.url, {
    agent,
    headers: { accept: 'text/event-stream', 'cache-control': 'no-store' },
  })

  function end(reason: string, isFinal: boolean): void {
    if (isOver) return
    isOver = true
    sent.destroy()
    handlers.onEnd({ reason, isFinal })
  }

  function read(from: IncomingMessage): void {
    const decoder = new TextDecoder()
    from.on('data', (bytes: Buffer) => {
      if (isOver) return
      handlers.onHeard()
      parser.feed(decoder.decode(bytes, { stream: true }))
    })
    from.on('end', () => end(`${address.host} ended the stream.`, false))
    from.on('close', () => end(`The connection to ${address.host} broke off.`, false))
    if (isPaused) from.pause()
  }

  sent.on('response', (came) => {
    response = came
    came.on('error', (error) => end(describeError(error, address.host).reason, false))
    const strange = describeStrange(came, address)
    if (strange === null) return read(came)
    came.resume()
    end(strange.reason, strange.isFinal)
  })
  sent.on('error', (error) => end(describeError(error, address.host).reason, false))
  sent.end()

  return {
    setPaused(wanted) {
      isPaused = wanted
      if (wanted) response?.pause()
      else response?.resume()
    },
    drop() {
      isOver = true
      sent.destroy()
    },
  }
}

function describeStrange(response: IncomingMessage, address: ChannelAddress): StreamEnd | null {
  const { host, channel } = address
  const status = response.statusCode ?? 0
  const isStream = /^text\/event-stream\b/i.test(response.headers['content-type'] ?? '')
  if (status === 200 && isStream) return null
  if (status === 200) return { reason: `${host} answers with a page instead of a stream of events.`, isFinal: true }
  if (status === 401 || status === 403) {
    return { reason: `${host} does not let anybody read the channel ${channel} (${status}).`, isFinal: true }
  }
  if (status === 407) {
    return { reason: 'A proxy on the way asks for a password: put it into the address of the proxy.', isFinal: true }
  }
  if (status === 429 || status >= 500)
    return { reason: `${host} answered ${status}: it is overloaded or not quite up.`, isFinal: false }
  return { reason: `${host} answered ${status}: it has no channel ${channel}.`, isFinal: true }
}
