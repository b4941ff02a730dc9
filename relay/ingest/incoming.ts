import { IncomingMessage, type IncomingHttpHeaders } from 'node:http'

const asked = Symbol('upgrade')
/** Node's own `headers`: makes an object of all lines, in lower case, when it is first asked for. */
const wholeHeaders = Object.getOwnPropertyDescriptor(IncomingMessage.prototype, 'headers')
const NONE: IncomingHttpHeaders = Object.freeze({})

/**
 * Makes the class of incoming messages for which only a WebSocket outside of the inputs is an upgrade. On plain node:http, with ws
 * attached, a POST with `Upgrade: h2c`, as Java's HttpClient sends it, would never reach a handler.
 * Known limit: a request pipelined behind a bodiless one with an Upgrade line is not answered.
 *
 * A sender's `headers` have nothing where Node would find nothing that it looks for: ingest reads `rawHeaders`, and to make them for each request
 * would cost as much as storing it in SQLite.
 */
export function incomingMessageClass(isIngest: (target: string) => boolean): typeof IncomingMessage {
  class Incoming extends IncomingMessage {
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
    Object.defineProperty(Incoming.prototype, 'headers', {
      ...wholeHeaders,
      get(this: Incoming): unknown {
        return isIngest(this.url ?? '') && !isLookedAt(this.rawHeaders) ? NONE : makeHeaders.call(this)
      },
    })
  }
  return Incoming
}

/** Whether a head has a line that node:http looks for before it hands a request over: Expect, and TE of HTTP/1.0. */
function isLookedAt(rawHeaders: readonly string[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if ((name.length === 6 && /^expect$/i.test(name)) || (name.length === 2 && /^te$/i.test(name))) return true
  }
  return false
}
