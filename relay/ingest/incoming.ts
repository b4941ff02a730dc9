import { IncomingMessage, type IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { isNamed } from './read-head.ts'

const asked = Symbol('upgrade')
/** Node's own `headers`: makes an object of all lines, in lower case, when it is first asked for. */
const wholeHeaders = Object.getOwnPropertyDescriptor(IncomingMessage.prototype, 'headers')
const NONE: IncomingHttpHeaders = Object.freeze({})

/** Takes a request's body as Node's parser reads it, without the stream between them. */
export type BodyTaker = {
  /** False: no more than what was read already, until `Incoming.readOn`. */
  take(piece: Buffer): boolean
  /** All of it came, its trailers too. */
  end(): void
  /** The connection broke; also called after the end, then without meaning. */
  abort(): void
}

/**
 * A request whose body can be taken past its stream. Node's parser gives a body to `push`; all that the stream then does for one small piece, in five turns
 * and as many listeners, costs more than storing it.
 */
export class Incoming extends IncomingMessage {
  #taker: BodyTaker | null = null

  /** From now on the body goes to `taker`; null: it is an ordinary stream again, for what is still to come. */
  handTo(taker: BodyTaker | null): void {
    this.#taker = taker
    // Marks the body as wanted, or Node would throw it away behind an early answer.
    if (taker !== null) this._read(0)
  }

  /** Goes on after `take` said no. */
  readOn(): void {
    this._read(0)
  }

  override push(piece: Buffer | null, encoding?: BufferEncoding): boolean {
    const taker = this.#taker
    if (taker === null) return super.push(piece, encoding)
    if (piece !== null) return taker.take(piece)
    taker.end()
    return false
  }

  static {
    // Node lets a request go once it was answered and this is so.
    const isStreamAtItsEnd = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableEnded')?.get
    Object.defineProperty(this.prototype, 'readableEnded', {
      get(this: Incoming): unknown {
        return this.#taker === null ? isStreamAtItsEnd?.call(this) : this.complete
      },
    })
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#taker?.abort()
    super._destroy(error, callback)
  }
}

/**
 * Makes the class of incoming messages for which only a WebSocket outside of the inputs is an upgrade. On plain node:http, with ws
 * attached, a POST with `Upgrade: h2c`, as Java's HttpClient sends it, would never reach a handler.
 * Known limit: a request pipelined behind a bodiless one with an Upgrade line is not answered.
 *
 * A sender's `headers` have nothing where Node would find nothing that it looks for: ingest reads `rawHeaders`, and to make them for each request
 * would cost as much as storing it in SQLite.
 */
export function incomingMessageClass(isIngest: (target: string) => boolean): typeof Incoming {
  class OfRelay extends Incoming {
    // No #private field: the base constructor sets `upgrade` before fields of ours would exist.
    declare [asked]: unknown

    get upgrade(): boolean {
      if (!this[asked]) return false
      if (this.method === 'CONNECT') return true
      return this.headers.upgrade?.toLowerCase() === 'websocket' && !isIngest(this.url ?? '')
    }

    set upgrade(value: unknown) {
      this[asked] = value
    }
  }
  const makeHeaders = wholeHeaders?.get
  if (makeHeaders) {
    Object.defineProperty(OfRelay.prototype, 'headers', {
      ...wholeHeaders,
      get(this: OfRelay): unknown {
        return isIngest(this.url ?? '') && !isLookedAt(this.rawHeaders) ? NONE : makeHeaders.call(this)
      },
    })
  }
  return OfRelay
}

/** Whether a head has a line that node:http looks for before it hands a request over: Expect, and TE of HTTP/1.0. */
function isLookedAt(rawHeaders: readonly string[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (isNamed(name, 'expect') || isNamed(name, 'te')) return true
  }
  return false
}
