import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { MAX_HEADER_BYTES } from '../protocol/limits.ts'
import { type Bagged, createBag } from './bag.ts'
import type { RelayTimeouts } from './config.ts'
import { authorityOf, describeRefusedHost } from './hosts.ts'
import { type ClientError, createClientErrorHandler } from './ingest/client-error.ts'
import { type Incoming, incomingMessageClass } from './ingest/incoming.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { MountFinder } from './ingest/mount.ts'
import type { RefusalBook } from './ingest/refusal-book.ts'
import { isEnding, refuse } from './ingest/refuse.ts'
import { refuseOnSocket } from './problem.ts'
import type { RelayStore } from './store/store.ts'

export type HttpDoor = {
  readonly server: Server
  /** From now on every answer closes its connection; resolves when nothing is being answered any more. */
  drain(): Promise<void>
}

export type HttpDoorOptions = {
  readonly timeouts: RelayTimeouts
  readonly mounts: MountFinder
  readonly ingest: Ingest
  readonly book: RefusalBook
  readonly store: Pick<RelayStore, 'admin'>
  readonly isAllowedHost: (host: string | undefined) => boolean
  /** Answers whatever is no sender's. */
  readonly onOther: (req: IncomingMessage, res: ServerResponse) => void
  readonly onAgent: (req: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** How often node:http looks for connections that are over their time, at most. */
const CHECK_EVERY_MS = 5000
/** Longer than load balancers keep idle connections, so that theirs is the side that closes. */
const KEEP_ALIVE_MS = 75_000

/** The relay's one HTTP port: senders go to ingest, agents to the stream, everything else to the administration. */
export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  const { mounts, ingest, book, timeouts } = options
  const server = createServer({
    IncomingMessage: incomingMessageClass((target) => mounts.isIngest(target)),
    maxHeaderSize: MAX_HEADER_BYTES,
    // A sender without a Host line is taken all the same; everybody else needs an allowed one.
    requireHostHeader: false,
    headersTimeout: timeouts.headMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, timeouts.headMs, timeouts.requestMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
  })
  // At Node's own limit lines would be cut silently; ingest counts them instead.
  server.maxHeadersCount = 0
  server.timeout = timeouts.idleMs
  const pending = trackAnswers(server)

  const dispatch = (expects?: 'continue') => (req: Incoming, res: ServerResponse<Incoming>) => {
    if (isEnding(req.socket)) {
      book.count('behind-refused')
      return
    }
    pending.add(req, res)
    if (mounts.isIngest(req.url ?? '')) {
      ingest.receive(req, res, expects)
      return
    }
    const authority = authorityOf(req.url ?? '')
    if (authority !== null && !options.isAllowedHost(authority)) {
      refuse(req, res, { status: 403, code: 'host-not-allowed', detail: describeRefusedHost(authority) })
      return
    }
    if (expects === 'continue') res.writeContinue()
    options.onOther(req, res)
  }
  server.on('request', dispatch())
  server.on('checkContinue', dispatch('continue'))
  // What cannot be met ingest refuses; everybody else may expect what they like.
  server.on('checkExpectation', dispatch())
  server.on('clientError', (error: ClientError, socket: Duplex) => onClientError(error, socket))
  const onClientError = createClientErrorHandler(options)

  server.on('connect', (_req: IncomingMessage, socket: Duplex) => {
    book.count('connect')
    const detail = 'This is no proxy: CONNECT is not taken.'
    refuseOnSocket(socket, { status: 405, code: 'connect', detail }, ['Allow: GET, POST, PUT, PATCH, DELETE'])
  })
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isEnding(socket)) {
      book.count('behind-refused')
      return
    }
    const authority = authorityOf(req.url ?? '') ?? req.headers.host
    if (!options.isAllowedHost(authority)) {
      const detail = describeRefusedHost(authority)
      refuseOnSocket(socket, { status: 403, code: 'host-not-allowed', detail })
      return
    }
    req.url = mounts.local(req.url ?? '')
    if (/^\/v1\/stream(?:\?|$)/.test(req.url)) options.onAgent(req, socket, head)
    else refuseOnSocket(socket, { status: 404, code: 'not-found', detail: 'There is no WebSocket at this address.' })
  })
  return { server, drain: () => pending.drain() }
}

/** A connection with its requests that are not answered yet, in the order in which they came. */
type Connection = Bagged & { readonly answers: ServerResponse[] }

function trackAnswers(server: Server): {
  add(req: IncomingMessage, res: ServerResponse): void
  drain(): Promise<void>
} {
  const connections = createBag<Connection>()
  const bySocket = new WeakMap<Duplex, Connection>()
  /** While draining: how many are still to be answered, and what is called when none is. */
  let draining: { unanswered: number; readonly onEmpty: () => void } | null = null

  function forget(answers: readonly ServerResponse[]): void {
    if (draining === null || answers.length === 0) return
    draining.unanswered -= answers.length
    if (draining.unanswered === 0) draining.onEmpty()
  }

  // An answer behind another one on its connection has no socket yet; when the connection breaks then, not every Node tells the answer.
  function connectionOf(socket: Duplex): Connection {
    const known = bySocket.get(socket)
    if (known) return known
    const made: Connection = { answers: [], bagIndex: -1 }
    bySocket.set(socket, made)
    connections.add(made)
    socket.once('close', () => {
      connections.delete(made)
      forget(made.answers.splice(0))
    })
    return made
  }

  function watch(answers: ServerResponse[], res: ServerResponse): void {
    if (draining) draining.unanswered += 1
    res.once('close', () => {
      const at = answers.indexOf(res)
      if (at !== -1) forget(answers.splice(at, 1))
    })
  }

  return {
    add({ socket }, res) {
      if (draining) res.shouldKeepAlive = false
      if (socket.closed) return
      const { answers } = connectionOf(socket)
      // They close in their order. A listener for each would cost more than looking at what came before.
      while (answers[0]?.closed) answers.shift()
      answers.push(res)
      if (draining) watch(answers, res)
    },
    drain() {
      return new Promise((resolve) => {
        draining = { unanswered: 0, onEmpty: resolve }
        for (const { answers } of connections.all()) {
          while (answers[0]?.closed) answers.shift()
          for (const res of answers) {
            if (!res.headersSent) res.shouldKeepAlive = false
            watch(answers, res)
          }
        }
        server.closeIdleConnections()
        if (draining.unanswered === 0) resolve()
      })
    },
  }
}
