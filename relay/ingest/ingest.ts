import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Counters } from '../counters.ts'
import type { Refusal } from '../problem.ts'
import { type Demands, demandsOf, judgeDemandedHead } from '../edge/demands.ts'
import type { Edge, Examined } from '../edge/edge.ts'
import type { HandshakeDetail, HeaderLine } from '../../protocol/request.ts'
import type { Added, RelayStore, Upload } from '../store/store.ts'
import { answer, responseOf } from './answer.ts'
import type { Incoming } from './incoming.ts'
import type { MountFinder } from './mount.ts'
import { bodyLimit, locate, type Place } from './place.ts'
import { headerLines, judgeHead, judgeTrailers, readHead, readRemote, type RequestHead, tooLarge } from './read-head.ts'
import { type BodyEnd, receiveBody } from './receive-body.ts'
import type { RefusalBook } from './refusal-book.ts'
import { refuse } from './refuse.ts'
import type { UnknownInputs } from './unknown-inputs.ts'

export type IngestOptions = {
  readonly store: RelayStore
  readonly mounts: MountFinder
  readonly counters: Counters
  readonly book: RefusalBook
  readonly unknown: UnknownInputs | null
  readonly edge: Edge
  readonly unknownInputs: 'like-default' | '404'
  readonly maxBodyBytes: number
  readonly onError: (error: unknown) => void
}

/** A sender's request on its way in. */
export type Exchange = {
  readonly req: Incoming
  readonly res: ServerResponse
  readonly head: RequestHead
  readonly place: Place
  /** Null for inputs that take whatever comes: nothing more is done for these. */
  readonly demands: Demands | null
  /** What it is answered with, once it is known to be a check of the address and no request. */
  handshake: HandshakeDetail | null
  upload: Upload | null
  /** Set once it was answered with a refusal: what happens to it later is its own consequence. */
  isRefused: boolean
  /** Neither stored nor given up yet. */
  isTaking: boolean
  /** What it was pipelined behind, while both are being taken. */
  ahead: Exchange | null
  /** Goes on once this is not being taken any more: the one behind it. */
  onTaken: (() => void) | null
  /** What its connection had brought, in bytes, when its body was read to the end: what comes later begins a request of its own. Null before that. */
  readAt: number | null
}

/** A sender's connection, and the request that it brought last. */
type Connection = { readonly remote: string | null; exchange: Exchange | null }

export type Ingest = {
  /** Takes one request. Answers after the commit. Never rejects. */
  receive(req: Incoming, res: ServerResponse, expects?: 'continue'): void
  /** The request that a socket brought last. */
  exchangeOf(socket: Duplex): Exchange | null
}

/** A bucket that nobody has: its uploads go the whole way through the store, the same commit included, and are gone then. */
const NO_BUCKET = ''
const BUSY: Refusal = { status: 503, code: 'busy', detail: 'too much is coming in at once; send it again' }
const FULL: Refusal = {
  status: 503,
  code: 'bucket-full',
  detail: 'too much waits to be fetched here; send it again later',
}
const BROKEN: Refusal = { status: 503, code: 'store-failed', detail: 'this could not be stored; send it again later' }
const UNKNOWN: Refusal = { status: 404, code: 'unknown-input', detail: 'no input has this address' }
const IDLE: Refusal = { status: 408, code: 'idle', detail: 'the body stopped coming' }
const BUSY_RETRY_SECONDS = 1
const BROKEN_RETRY_SECONDS = 30

/** The senders' side of the relay: streams bodies into the store and answers once they are on disk. */
export function createIngest(options: IngestOptions): Ingest {
  const { mounts, counters, book, unknown, edge, onError } = options
  // Entered once a connection: setting a WeakMap anew with every request would keep the old ones alive from one collection to the next.
  const connections = new WeakMap<Duplex, Connection>()

  function receive(req: Incoming, res: ServerResponse, expects?: 'continue'): void {
    // Pipelined, and read after the connection broke: it would tell of no end any more.
    if (req.socket.closed) {
      book.count('aborted')
      return
    }
    const connection = connectionOf(req.socket)
    const head = readHead(req, connection.remote)
    const place = locate(head.target, mounts, options.store)
    const before = connection.exchange
    const exchange: Exchange = {
      req,
      res,
      head,
      place,
      demands: demandsOf(place),
      handshake: null,
      upload: null,
      isRefused: false,
      isTaking: false,
      // One that was refused for its trailers has ended before what it stood behind.
      ahead: before?.isTaking === true ? before : (before?.ahead ?? null),
      onTaken: null,
      readAt: null,
    }
    connection.exchange = exchange
    const limit = bodyLimit(place, options.maxBodyBytes)
    const refusal = judgeHead(req, head, limit) ?? judgeDemands(exchange)
    if (refusal) {
      rejectExchange(exchange, refusal)
      return
    }
    if (place.kind === 'unknown') {
      counters.unknownInputs += 1
      if (options.unknownInputs === '404') {
        rejectExchange(exchange, UNKNOWN)
        return
      }
    }
    exchange.upload = beginUpload(exchange)
    if (!exchange.upload) {
      turnAway(exchange, BUSY, BUSY_RETRY_SECONDS)
      return
    }
    if (expects === 'continue') res.writeContinue()
    take(exchange, exchange.upload, limit)
  }

  function judgeDemands({ demands, head }: Exchange): Refusal | null {
    return demands === null ? null : judgeDemandedHead(demands, head)
  }

  function connectionOf(socket: Socket): Connection {
    const known = connections.get(socket)
    if (known) return known
    const made = { remote: readRemote(socket.remoteAddress), exchange: null }
    connections.set(socket, made)
    return made
  }

  function beginUpload({ head, place }: Exchange): Upload | null {
    const { method, target, remote, headers } = head
    const known = place.kind === 'input'
    return options.store.intake.begin({
      bucketId: known ? place.bucket.id : NO_BUCKET,
      inputId: known ? place.input.id : null,
      remote,
      method,
      target,
      mountBytes: known ? place.mountBytes : 0,
      headers,
    })
  }

  function take(exchange: Exchange, upload: Upload, limit: number): void {
    exchange.isTaking = true
    // Nothing of a stranger's body reaches the disk.
    receiveBody(exchange.req, exchange.place.kind === 'input' ? upload : null, limit, (end) => {
      if (end.kind === 'complete') finish(exchange, upload, end.bytes)
      else {
        upload.abort()
        breakOff(exchange, end, limit)
        endTaking(exchange)
      }
    })
  }

  function finish(exchange: Exchange, upload: Upload, bodyBytes: number): void {
    exchange.readAt = exchange.req.socket.bytesRead
    const trailers = headerLines(exchange.req.rawTrailers)
    const refusal = judgeTrailers(trailers)
    if (refusal) {
      upload.abort()
      rejectExchange(exchange, refusal)
      endTaking(exchange)
      return
    }
    if (exchange.demands === null) storeInTurn(exchange, upload, trailers, bodyBytes)
    else examine(exchange, upload, trailers, bodyBytes)
  }

  /** Judges the body, which the store already has in part, before anything is answered. */
  function examine(exchange: Exchange, upload: Upload, trailers: readonly HeaderLine[], bodyBytes: number): void {
    const { demands, place, head } = exchange
    if (demands === null || place.kind === 'unknown') return
    const goOn = (examined: Examined): void => {
      if (examined.kind === 'refuse') {
        upload.abort()
        rejectExchange(exchange, examined.refusal)
        endTaking(exchange)
        return
      }
      if (examined.kind === 'handshake') exchange.handshake = examined.handshake
      storeInTurn(exchange, upload, trailers, bodyBytes)
    }
    const read = (): Promise<Uint8Array> => upload.read()
    edge
      .examine({ demands, place, head, bodyBytes, receivedAt: Date.now(), read })
      .then(goOn)
      .catch((error: unknown) => fail(exchange, upload, error))
  }

  function storeInTurn(exchange: Exchange, upload: Upload, trailers: readonly HeaderLine[], bodyBytes: number): void {
    // Long bodies take more than one commit: what a sender wrote behind one is not to be stored before it.
    if (exchange.ahead?.isTaking) exchange.ahead.onTaken = () => store(exchange, upload, trailers, bodyBytes)
    else store(exchange, upload, trailers, bodyBytes)
  }

  function store(exchange: Exchange, upload: Upload, trailers: readonly HeaderLine[], bodyBytes: number): void {
    upload.finish(trailers, exchange.handshake, (finished) => {
      try {
        if (finished.kind === 'failed') throw finished.error
        settle(exchange, finished, bodyBytes)
        endTaking(exchange)
      } catch (error) {
        fail(exchange, upload, error)
      }
    })
  }

  function fail(exchange: Exchange, upload: Upload, error: unknown): void {
    onError(error)
    upload.abort()
    turnAway(exchange, BROKEN, BROKEN_RETRY_SECONDS)
    endTaking(exchange)
  }

  function endTaking(exchange: Exchange): void {
    const { onTaken } = exchange
    exchange.isTaking = false
    if (exchange.ahead?.isTaking !== true) exchange.ahead = null
    exchange.onTaken = null
    onTaken?.()
  }

  function settle(exchange: Exchange, added: Added, bodyBytes: number): void {
    const { res, place, head, handshake } = exchange
    if (added.kind === 'full') {
      turnAway(exchange, FULL, added.retryAfterSeconds)
      return
    }
    if (place.kind === 'unknown') {
      unknown?.note(head, { status: 200, reason: UNKNOWN.detail, bodyBytes })
      answer(res, responseOf(null, null))
      return
    }
    if (added.kind === 'stored') {
      counters.accepted += 1
      counters.bodyBytes += bodyBytes
      answer(res, handshake === null ? responseOf(place.input, place.bucket) : { kind: 'static', ...handshake })
      return
    }
    // The bucket was deleted meanwhile: from now on this is an unknown input like any other.
    counters.unknownInputs += 1
    answer(res, responseOf(null, null))
  }

  function breakOff(exchange: Exchange, end: Exclude<BodyEnd, { kind: 'complete' }>, limit: number): void {
    if (exchange.isRefused) return
    switch (end.kind) {
      case 'too-large':
        rejectExchange(exchange, tooLarge(exchange.head.bodyBytes, limit))
        return
      case 'idle':
        rejectExchange(exchange, IDLE)
        return
      case 'aborted':
        exchange.isRefused = true
        book.count('aborted')
    }
  }

  function rejectExchange(exchange: Exchange, refusal: Refusal): void {
    exchange.isRefused = true
    book.reject(exchange.head, exchange.place, refusal)
    refuse(exchange.req, exchange.res, refusal)
  }

  function turnAway(exchange: Exchange, refusal: Refusal, retryAfterSeconds: number): void {
    exchange.isRefused = true
    book.count(refusal.code)
    refuse(exchange.req, exchange.res, refusal, retryAfterSeconds)
  }

  return { receive, exchangeOf: (socket) => connections.get(socket)?.exchange ?? null }
}
