import { isIP } from 'node:net'
import Client from 'undici/lib/dispatcher/client.js'
import { KIB } from '../../protocol/limits.ts'
import { Deadlines } from './deadlines.ts'
import { lookupBothLoopbacks } from './lookup-localhost.ts'
import type { TargetAddress } from './target-address.ts'

/** Node closes idle sockets after 5 s, others sooner: one that is about to be closed must not be used any more. */
const KEEP_ALIVE_MS = 500
const CONNECT_TIMEOUT_MS = 10_000
const MAX_ANSWER_HEAD_BYTES = 256 * KIB

/**
 * One undici client: one connection at a time, opened when needed. A client each, instead of undici's pool, because only so can it be
 * told whether an attempt ran on a connection that had been used before.
 */
export class Connection {
  readonly client: Client
  /** Of the exchanges on this one and on others of its pool. */
  readonly deadlines: Deadlines
  readonly allowSelfSigned: boolean
  /** The name that a certificate must be for; empty for addresses. */
  readonly servername: string
  #opened = 0

  constructor(target: TargetAddress, allowSelfSigned: boolean, deadlines: Deadlines) {
    this.servername = isIP(target.hostname) ? '' : target.hostname
    this.allowSelfSigned = allowSelfSigned
    this.deadlines = deadlines
    this.client = new Client(target.origin, {
      keepAliveTimeout: KEEP_ALIVE_MS,
      // The server's own hint may not lengthen it.
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_ANSWER_HEAD_BYTES,
      allowH2: false,
      connect: {
        lookup: lookupBothLoopbacks,
        autoSelectFamily: true,
        // Long enough for a target that is not on this computer.
        autoSelectFamilyAttemptTimeout: 2000,
        rejectUnauthorized: !allowSelfSigned,
        timeout: CONNECT_TIMEOUT_MS,
      },
    })
    this.client.on('connect', () => {
      this.#opened += 1
    })
  }

  /** How many connections it opened so far. */
  get opened(): number {
    return this.#opened
  }

  /** Breaks off whatever runs on it. */
  discard(): void {
    // Rejects never; what was under way hears of it by its own handler.
    void this.client.destroy()
  }
}

/** The connections to one target; at most as many as attempts were ever in flight at once. */
export class ConnectionPool {
  readonly #target: TargetAddress
  readonly #deadlines = new Deadlines()
  #allowSelfSigned: boolean
  #idle: Connection[] = []

  constructor(target: TargetAddress, allowSelfSigned: boolean) {
    this.#target = target
    this.#allowSelfSigned = allowSelfSigned
  }

  setAllowSelfSigned(allow: boolean): void {
    if (allow === this.#allowSelfSigned) return
    this.#allowSelfSigned = allow
    this.close()
  }

  /** The one used last, as its connection is the likeliest to be open. */
  take(): Connection {
    return this.#idle.pop() ?? this.fresh()
  }

  fresh(): Connection {
    return new Connection(this.#target, this.#allowSelfSigned, this.#deadlines)
  }

  give(connection: Connection): void {
    if (connection.client.destroyed) return
    // It was in use while that changed.
    if (connection.allowSelfSigned === this.#allowSelfSigned) this.#idle.push(connection)
    else connection.discard()
  }

  close(): void {
    for (const connection of this.#idle) connection.discard()
    this.#idle = []
  }
}
