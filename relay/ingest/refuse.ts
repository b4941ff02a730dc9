import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { MAX_BODY_BYTES } from '../../protocol/limits.ts'
import { Incoming } from './incoming.ts'
import { endTurn, PIECES_A_TURN } from './take-turns.ts'
import { PROBLEM_JSON, problemOf, type Refusal } from '../problem.ts'

const DRAIN_MS = 5000
/** A body within the bound comes in far fewer, unless it is cut into tiny chunks to keep the relay busy. */
const DRAIN_PIECES = 20_000

/** Connections that end with the answer to a refused request. */
const ending = new WeakSet<Duplex>()

/**
 * Whether a connection ends with an answer already given. What comes behind it is not to be taken: where the refused request ended is not certain, so it may
 * be a part of that one, and nobody would be told of it.
 */
export function isEnding(socket: Duplex): boolean {
  return ending.has(socket)
}

/**
 * Answers problem+json. A body that is still coming is read and thrown away up to a bound: closed before that, the sender
 * would see a reset connection instead of the answer.
 */
export function refuse(req: IncomingMessage, res: ServerResponse, refusal: Refusal, retryAfterSeconds?: number): void {
  if (res.headersSent || res.destroyed) return
  const body = Buffer.from(JSON.stringify(problemOf(refusal)))
  const headers = ['Content-Type', PROBLEM_JSON, 'Content-Length', String(body.length), ...(refusal.headers ?? [])]
  if (retryAfterSeconds !== undefined) headers.push('Retry-After', String(retryAfterSeconds))
  if (!req.complete) {
    headers.push('Connection', 'close')
    ending.add(req.socket)
  }
  res.writeHead(refusal.status, headers)
  res.write(body)
  if (req.complete) res.end()
  else drain(req, () => res.end())
}

/** Throws away what comes until the request ends, 25 MiB or 20,000 pieces came, or 5 s went by. */
function drain(req: IncomingMessage, done: () => void): void {
  const { socket } = req
  const from = socket.bytesRead
  let pieces = 0
  let isDone = false
  const finish = () => {
    if (isDone) return
    isDone = true
    clearTimeout(timer)
    done()
  }
  const timer = setTimeout(finish, DRAIN_MS)
  // Whoever took the body so far has no use for the rest.
  if (req instanceof Incoming) req.handTo(null)
  req.on('data', () => {
    pieces += 1
    if (pieces % PIECES_A_TURN === 0) endTurn(socket)
    if (pieces > DRAIN_PIECES || socket.bytesRead - from > MAX_BODY_BYTES) finish()
  })
  req.once('end', finish)
  req.once('close', finish)
  req.resume()
}
