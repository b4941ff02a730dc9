import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { KIB } from '../../protocol/limits.ts'
import type { ForwarderStore, SendableRequest } from './forwarder.ts'

const PIECE_BYTES = 512 * KIB

/** The history no longer has the body. */
export class BodyGoneError extends Error {
  constructor() {
    super('The body is no longer in the history.')
    this.name = 'BodyGoneError'
  }
}

/** What the history gave is not what was received. */
export class BodyAlteredError extends Error {
  constructor() {
    super('The stored body has another SHA-256 than the one received.')
    this.name = 'BodyAlteredError'
  }
}

/**
 * A stored body, read piece by piece as the socket takes them; one piece is read ahead. The last piece is held back until the hash of the
 * whole is proven, so that an altered body never arrives complete. Fails with `BodyGoneError`, `BodyAlteredError` or the store's own error.
 */
export function streamBody(store: Pick<ForwarderStore, 'readBody'>, request: SendableRequest): Readable {
  return Readable.from(pieces(store, request), { objectMode: true, highWaterMark: 1 })
}

async function* pieces(
  store: Pick<ForwarderStore, 'readBody'>,
  request: SendableRequest,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256')
  let at = 0
  while (at < request.bodyBytes) {
    const piece = await store.readBody(request.id, at, Math.min(at + PIECE_BYTES, request.bodyBytes))
    if (piece === null || piece.length === 0) throw new BodyGoneError()
    hash.update(piece)
    at += piece.length
    if (at >= request.bodyBytes && hash.digest('hex') !== request.bodySha256) throw new BodyAlteredError()
    yield piece
  }
}
