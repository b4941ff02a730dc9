import type { Duplex } from 'node:stream'
import type { HeaderLine } from '../../protocol/request.ts'
import { MAX_HEADER_LINES } from '../../protocol/limits.ts'
import { type Refusal, refuseOnSocket } from '../problem.ts'
import type { RelayStore } from '../store/store.ts'
import type { Ingest } from './ingest.ts'
import type { MountFinder } from './mount.ts'
import { locate } from './place.ts'
import { isPlainlyChunked, readRemote, type RequestHead, TRANSFER_ENCODING } from './read-head.ts'
import type { RefusalBook } from './refusal-book.ts'
import { refuse } from './refuse.ts'

/** What Node tells of input that its parser gave up on. */
export type ClientError = Error & { readonly code?: string; readonly rawPacket?: Uint8Array; readonly reason?: string }

/** The other side went away: nobody is there to be answered. */
const GONE = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'HPE_INVALID_EOF_STATE'])

/**
 * Handles what node:http's parser refuses (raw non-ASCII targets, obs-fold, unknown methods, two lengths, heads over 64 KiB ...):
 * counts it by reason, answers it, and shows it as rejected where the input can be told.
 */
export function createClientErrorHandler(options: {
  readonly ingest: Ingest
  readonly mounts: MountFinder
  readonly store: Pick<RelayStore, 'admin'>
  readonly book: RefusalBook
}): (error: ClientError, socket: Duplex & { readonly remoteAddress?: string | undefined }) => void {
  const { ingest, mounts, store, book } = options
  // A parser that gave up goes on complaining of every further packet.
  const given = new WeakSet<Duplex>()

  return (error, socket) => {
    if (given.has(socket)) return
    given.add(socket)
    if (GONE.has(error.code ?? '')) {
      socket.destroy()
      return
    }
    const exchange = ingest.exchangeOf(socket)
    if (exchange && !exchange.req.complete) {
      // It broke within a body: the answer takes its turn behind those of earlier requests on the connection.
      if (exchange.isRefused) return
      const refusal = refusalOf(error, exchange.head)
      exchange.isRefused = true
      exchange.upload?.abort()
      book.reject(exchange.head, exchange.place, refusal)
      refuse(exchange.req, exchange.res, refusal)
      return
    }
    // A packet in which an earlier request ended does not begin with the head of this one.
    const isItsOwn = !exchange || (exchange.readAt !== null && exchange.req.socket.bytesRead > exchange.readAt)
    const head = isItsOwn ? readRawHead(error.rawPacket, socket.remoteAddress) : null
    const refusal = refusalOf(error, head)
    if (head && mounts.isIngest(head.target)) book.reject(head, locate(head.target, mounts, store), refusal)
    else book.count(refusal.code)
    if (exchange && !exchange.res.writableFinished) {
      // An earlier request still waits for its commit: it is answered, then the connection ends.
      exchange.res.shouldKeepAlive = false
      exchange.res.once('close', () => socket.destroy())
      return
    }
    refuseOnSocket(socket, refusal)
  }
}

/** The answer for a parser error: what went wrong as llhttp words it, counted under its code. */
function refusalOf(error: ClientError, head: RequestHead | null): Refusal {
  const code = `parser:${error.code ?? 'unknown'}`
  switch (error.code ?? '') {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code, detail: 'the head is over the limit of 64 KiB' }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code, detail: 'the request took too long to arrive' }
    case 'HPE_INVALID_TRANSFER_ENCODING':
      // Some of what we take no other way than `chunked` the parser refuses before us.
      if (head && !isPlainlyChunked(head.headers)) return TRANSFER_ENCODING
      break
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, code, detail: 'the chunk extensions are over the limit of 16 KiB' }
    default:
      break
  }
  return { status: 400, code, detail: `this is not HTTP/1.1 as servers read it: ${error.reason ?? error.message}` }
}

/** Reads what can be told of a head that the parser refused; null when the packet does not begin with a request line. */
export function readRawHead(packet: Uint8Array | undefined, remoteAddress: string | undefined): RequestHead | null {
  if (!packet) return null
  const text = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength).toString('latin1')
  const [first = '', ...lines] = (text.split('\r\n\r\n', 1)[0] ?? '').split('\r\n')
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (\S.*?)(?: HTTP\/\d\.\d)?$/.exec(first)
  if (!match?.[1] || !match[2]) return null
  const headers: HeaderLine[] = []
  for (const line of lines.slice(0, MAX_HEADER_LINES)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    if (name !== '' && !/\s/.test(name)) headers.push([name, trimBlanks(line.slice(colon + 1))])
  }
  const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
  return {
    method: match[1],
    target: match[2].slice(0, 65_536),
    remote: readRemote(remoteAddress),
    headers,
    bodyBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null,
  }
}

/** No regular expression: on a line of many blanks one would take seconds, which any stranger could make us spend. */
function trimBlanks(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isBlank(text[from])) from += 1
  while (to > from && isBlank(text[to - 1])) to -= 1
  return text.slice(from, to)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
