import type { Agent, IncomingMessage } from 'node:http'
import { WebSocket, type ClientOptions, type RawData } from 'ws'
import {
  KIB,
  MAX_CONTROL_FRAME_BYTES,
  MAX_FRAME_BYTES,
  UNREAD_BYTES,
  UNREAD_MESSAGES,
} from '../../../protocol/limits.ts'
import { CloseCode, CREEL_V1 } from '../../../protocol/relay-message.ts'
import { describeAnswer } from './describe-answer.ts'
import { describeClose, describeError } from './describe-error.ts'
import { lost, type LinkFailure } from './link-failure.ts'

/** One WebSocket to a relay. After `onEnd` nothing comes any more. */
export type Link = {
  send(text: string): void
  /** Reads nothing while true. */
  setPaused(isPaused: boolean): void
  close(code: number, reason: string): void
  /** Ends it without a word, and without `onEnd`. */
  drop(): void
}

export type LinkHandlers = {
  onOpen(): void
  /** Bytes came, whatever they are. */
  onHeard(): void
  onText(text: string): void
  /** A view of a shared buffer: copy what is kept. */
  onFrame(bytes: Uint8Array): void
  onEnd(failure: LinkFailure): void
  /** The relay's last word on what went wrong. */
  lastError(): string | null
}

const MAX_REFUSAL_BYTES = 16 * KIB
/** How long the peer may take to answer a close frame. */
const CLOSE_TIMEOUT_MS = 2_000

/** Where a link goes, and how it gets there. */
export type LinkWay = {
  readonly url: string
  readonly authorization: string
  /** For sentences. */
  readonly host: string
  readonly agent: Agent
}

export function openLink({ url, authorization, host, agent }: LinkWay, handlers: LinkHandlers): Link {
  // `closeTimeout` is newer than the types.
  const options: ClientOptions & { readonly closeTimeout: number } = {
    headers: { authorization },
    agent,
    perMessageDeflate: false,
    maxPayload: Math.max(MAX_FRAME_BYTES, MAX_CONTROL_FRAME_BYTES),
    followRedirects: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  }
  const ws = new WebSocket(url, CREEL_V1, options)
  let failure: LinkFailure | null = null
  let isOver = false
  let unread = 0

  function end(why: LinkFailure): void {
    if (isOver) return
    isOver = true
    handlers.onEnd(why)
  }

  ws.on('upgrade', (response: IncomingMessage) => response.socket.on('data', () => handlers.onHeard()))
  ws.on('open', () => {
    handlers.onHeard()
    if (!isOver) handlers.onOpen()
  })
  ws.on('message', (data: RawData, isBinary: boolean) => {
    if (isOver) return
    const bytes = toBuffer(data)
    if (isBinary) handlers.onFrame(bytes)
    else handlers.onText(bytes.toString('utf8'))
  })
  ws.on('unexpected-response', (request, response: IncomingMessage) => {
    readBeginning(response).then(
      (body) => {
        request.destroy()
        const contentType = response.headers['content-type'] ?? ''
        const retryAfter = response.headers['retry-after']
        end(describeAnswer({ status: response.statusCode ?? 0, contentType, retryAfter, body }, host))
      },
      (error: unknown) => end(describeError(asError(error), host)),
    )
  })
  ws.on('error', (error) => {
    failure = describeError(error, host)
  })
  ws.on('close', (code, reason) => {
    end(failure ?? describeClose(code, reason.toString('utf8'), handlers.lastError(), host))
  })

  return {
    send(text) {
      if (isOver || ws.readyState !== ws.OPEN) return
      if (ws.bufferedAmount <= UNREAD_BYTES && unread < UNREAD_MESSAGES) {
        unread += 1
        ws.send(text, () => {
          unread -= 1
        })
        return
      }
      ws.close(CloseCode.unread, 'Nothing of what was said to you is read.')
      end(lost(`${host} asks on and on, and reads no answer.`))
    },
    setPaused(isPaused) {
      if (isPaused) ws.pause()
      else ws.resume()
    },
    close(code, reason) {
      // A paused socket would never read the answer to the close frame.
      ws.resume()
      ws.close(code, Buffer.from(reason).subarray(0, 120).toString('utf8'))
    },
    drop() {
      isOver = true
      ws.terminate()
    },
  }
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}

async function readBeginning(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue
    parts.push(part)
    bytes += part.length
    if (bytes >= MAX_REFUSAL_BYTES) break
  }
  return Buffer.concat(parts).toString('utf8')
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
