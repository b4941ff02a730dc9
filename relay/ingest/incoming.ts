import { IncomingMessage } from 'node:http'

const asked = Symbol('upgrade')

/**
 * Makes the class of incoming messages for which only a WebSocket outside of the inputs is an upgrade. On plain node:http, with ws
 * attached, a POST with `Upgrade: h2c`, as Java's HttpClient sends it, would never reach a handler.
 * Known limit: a request pipelined behind a bodiless one with an Upgrade line is not answered.
 */
export function incomingMessageClass(isIngest: (target: string) => boolean): typeof IncomingMessage {
  return class Incoming extends IncomingMessage {
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
}
