import { createHash, hash as hashOnce, type Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { HeaderLine } from '../../protocol/request.ts'
import { KIB, MAX_BODY_BYTES } from '../../protocol/limits.ts'
import type { ForwardedRequest } from './build-forwarded-request.ts'
import type { Connection } from './connection-pool.ts'
import type { Deadline } from './deadlines.ts'
import type { AttemptError } from './describe-failure.ts'

/** An event stream has no end to wait for: so much of it is kept, then it is closed. */
const EVENT_STREAM_BYTES = 64 * KIB
const EVENT_STREAM_MS = 2000

export type ExchangeInput = {
  readonly connection: Connection
  readonly request: ForwardedRequest
  readonly body: Uint8Array | Readable | null
  readonly bodyBytes: number
  /** Null = wait for ever. */
  readonly firstByteTimeoutMs: number | null
  readonly idleTimeoutMs: number | null
  /** Ms since the attempt's start. */
  readonly elapsed: () => number
  /** Called when the connection stands, before the first byte leaves. */
  readonly onBegun: () => void
}

export type ExchangeAnswer = {
  readonly status: number
  readonly reasonPhrase: string
  readonly headers: HeaderLine[]
  readonly body: Uint8Array
  readonly bodyBytes: number
  readonly bodySha256: string | null
  readonly cut: boolean
}

export type ExchangeResult = {
  readonly connectedMs: number | null
  readonly firstByteMs: number | null
  /** Also present, as far as it came, when it broke off. */
  readonly answer: ExchangeAnswer | null
  readonly error: AttemptError | null
  /** A connection that had been used before closed before the answer's first byte. */
  readonly staleConnection: boolean
}

export type Exchange = { cancel(): void }

/** The connection whose answer undici is just parsing to its end. It has one parser for all, so nothing may be begun on another connection within that. */
let ending: Connection | null = null

/**
 * One request and its answer over one connection. `onEnd` is called once, and where the answer came whole it is called as the last byte is parsed: what is
 * sent on the same connection within that call goes out next, without a turn of the event loop in which the connection is idle.
 */
export function startExchange(input: ExchangeInput, onEnd: (result: ExchangeResult) => void): Exchange {
  const handler = new ExchangeHandler(input, onEnd)
  const { request, body } = input
  const isStream = body !== null && !(body instanceof Uint8Array)
  const options: Dispatcher.DispatchOptions & { servername: string } = {
    path: request.path,
    method: request.method,
    // undici counts a body at hand by itself; for a stream it must be told, or it would send chunks.
    headers: isStream ? [...request.flatHeaders, 'content-length', String(input.bodyBytes)] : request.flatHeaders,
    body,
    servername: input.connection.servername,
  }
  const { client } = input.connection
  if (ending === null || ending === input.connection) client.dispatch(options, handler)
  else queueMicrotask(() => client.dispatch(options, handler))
  return { cancel: () => handler.cancel({ kind: 'cancelled' }) }
}

/** undici's handler with raw header lines; the newer kind of handler is given them folded into a record. */
class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #input: ExchangeInput
  readonly #onEnd: (result: ExchangeResult) => void
  readonly #openedBefore: number
  readonly #deadline: Deadline = { dueAt: Infinity, onPassed: () => this.cancel(this.#lateness()) }
  #abort: ((error?: Error) => void) | null = null
  #streamTimer: NodeJS.Timeout | null = null
  /** Why it was broken off by us; 'enough' = an event stream was read as far as it is kept. */
  #ending: AttemptError | 'enough' | null = null
  #settled = false
  #connectedMs: number | null = null
  #firstByteMs: number | null = null
  #head: { status: number; reasonPhrase: string; headers: HeaderLine[] } | null = null
  #keepBytes = MAX_BODY_BYTES
  #chunks: Uint8Array[] = []
  #keptBytes = 0
  #bodyBytes = 0
  #hash: Hash | null = null

  constructor(input: ExchangeInput, onEnd: (result: ExchangeResult) => void) {
    this.#input = input
    this.#onEnd = onEnd
    this.#openedBefore = input.connection.opened
  }

  cancel(why: AttemptError | 'enough'): void {
    if (this.#settled || this.#ending !== null) return
    this.#ending = why
    if (this.#abort) this.#abort(new Error('broken off'))
    else this.#input.connection.discard()
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort
    this.#connectedMs = this.#input.elapsed()
    this.#input.onBegun()
    this.#wait()
  }

  /** A body under way is a sign of life: the wait for the first byte counts from its last piece. */
  onBodySent(): void {
    if (this.#firstByteMs === null) this.#wait()
  }

  onResponseStarted(): void {
    if (this.#firstByteMs !== null) return
    this.#firstByteMs = this.#input.elapsed()
    this.#wait()
  }

  onHeaders(status: number, rawHeaders: Buffer[], _resume: () => void, statusText: string): boolean {
    this.#wait()
    // 102 and 103 are only news on the way to the answer.
    if (status < 200) return true
    const headers = readRawHeaders(rawHeaders)
    this.#head = { status, reasonPhrase: statusText, headers }
    if (isEventStream(headers)) {
      this.#keepBytes = EVENT_STREAM_BYTES
      this.#streamTimer = setTimeout(() => this.cancel('enough'), EVENT_STREAM_MS)
    }
    return true
  }

  onData(chunk: Buffer): boolean {
    this.#wait()
    this.#bodyBytes += chunk.length
    const room = this.#keepBytes - this.#keptBytes
    if (room > 0) this.#keep(chunk.length > room ? chunk.subarray(0, room) : chunk)
    // Not at once: undici forbids breaking off inside its parser.
    if (this.#streamTimer && this.#keptBytes >= this.#keepBytes) setImmediate(() => this.cancel('enough'))
    return true
  }

  onComplete(): void {
    const result = this.#settle(null, false)
    if (result === null) return
    const before = ending
    ending = this.#input.connection
    try {
      this.#onEnd(result)
    } catch (error) {
      // undici would take it for a failure of the answer.
      queueMicrotask(() => {
        throw error
      })
    } finally {
      ending = before
    }
  }

  onError(error: Error): void {
    const staleConnection =
      this.#ending === null &&
      this.#firstByteMs === null &&
      this.#abort !== null &&
      this.#input.connection.opened === this.#openedBefore &&
      isClosing(error)
    const result = this.#settle(this.#problem(error), staleConnection)
    // Not within undici, which may be in the midst of closing the connection.
    if (result !== null) queueMicrotask(() => this.#onEnd(result))
  }

  /** Counts the wait for the next sign of life from now. */
  #wait(): void {
    if (this.#settled) return
    const { connection, firstByteTimeoutMs, idleTimeoutMs } = this.#input
    connection.deadlines.set(this.#deadline, this.#firstByteMs === null ? firstByteTimeoutMs : idleTimeoutMs)
  }

  #lateness(): AttemptError {
    const { firstByteTimeoutMs, idleTimeoutMs } = this.#input
    return this.#firstByteMs === null
      ? { kind: 'first-byte-timeout', ms: firstByteTimeoutMs ?? 0 }
      : { kind: 'idle-timeout', ms: idleTimeoutMs ?? 0 }
  }

  #problem(error: Error): AttemptError | null {
    if (this.#ending === 'enough') return null
    if (this.#ending !== null) return this.#ending
    if (this.#abort === null && !isArgumentError(error)) return { kind: 'connect', error }
    return { kind: 'exchange', error, gotHead: this.#head !== null }
  }

  #keep(chunk: Uint8Array): void {
    // Most answers are one chunk, hashed at once in the end.
    if (this.#chunks.length === 1) this.#hash = createHash('sha256').update(this.#chunks[0] ?? chunk)
    this.#hash?.update(chunk)
    this.#chunks.push(chunk)
    this.#keptBytes += chunk.length
  }

  /** Null where it had ended already. */
  #settle(error: AttemptError | null, staleConnection: boolean): ExchangeResult | null {
    if (this.#settled) return null
    this.#settled = true
    this.#input.connection.deadlines.end(this.#deadline)
    if (this.#streamTimer) clearTimeout(this.#streamTimer)
    const { body } = this.#input
    if (body !== null && !(body instanceof Uint8Array)) body.destroy()
    return {
      connectedMs: this.#connectedMs,
      firstByteMs: this.#firstByteMs,
      answer: this.#answer(error !== null),
      error,
      staleConnection,
    }
  }

  #answer(brokeOff: boolean): ExchangeAnswer | null {
    if (this.#head === null) return null
    const body = joinChunks(this.#chunks, this.#keptBytes)
    const cut = brokeOff || this.#ending === 'enough' || this.#keptBytes < this.#bodyBytes
    const bodySha256 = cut ? null : (this.#hash?.digest('hex') ?? hashOf(body))
    return { ...this.#head, body, bodyBytes: this.#bodyBytes, bodySha256, cut }
  }
}

/** Most answers say nothing. */
const EMPTY = new Uint8Array(0)
const EMPTY_SHA256 = hashOnce('sha256', EMPTY)

function hashOf(body: Uint8Array): string {
  return body.length === 0 ? EMPTY_SHA256 : hashOnce('sha256', body)
}

/** An exact copy: chunks are views of socket buffers that hold other bytes too. */
function joinChunks(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  if (bytes === 0) return EMPTY
  const body = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

function readRawHeaders(raw: readonly Buffer[]): HeaderLine[] {
  const lines: HeaderLine[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    lines.push([raw[i]?.toString('latin1') ?? '', raw[i + 1]?.toString('latin1') ?? ''])
  }
  return lines
}

function isEventStream(headers: readonly HeaderLine[]): boolean {
  return headers.some(
    (line) =>
      line[0].length === 'content-type'.length &&
      line[0].toLowerCase() === 'content-type' &&
      /^\s*text\/event-stream\s*(;|$)/i.test(line[1]),
  )
}

/** Whether the other side ended the connection, by whichever of the ways a system reports it. */
function isClosing(error: Error): boolean {
  const { code } = error as Error & { code?: unknown }
  return code === 'ECONNRESET' || code === 'EPIPE' || (code === 'UND_ERR_SOCKET' && !error.message.startsWith('bad '))
}

function isArgumentError(error: Error): boolean {
  const { code } = error as Error & { code?: unknown }
  return code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED'
}
