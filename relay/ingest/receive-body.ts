import type { IncomingMessage } from 'node:http'
import type { Upload } from '../store/store.ts'
import { endTurn, PIECES_A_TURN } from './take-turns.ts'

export type BodyEnd =
  | { readonly kind: 'complete'; readonly bytes: number }
  /** More came than is taken; the rest is still coming. */
  | { readonly kind: 'too-large' }
  /** The sender broke off. */
  | { readonly kind: 'aborted' }
  /** Nothing came for too long. */
  | { readonly kind: 'idle' }

/**
 * Hands a body over piece by piece, no faster than the store takes it, and tells its end once. Null `upload`: it is only counted.
 * No promise: this is on the way of every request.
 */
export function receiveBody(
  req: IncomingMessage,
  upload: Upload | null,
  maxBytes: number,
  onOver: (end: BodyEnd) => void,
): void {
  let bytes = 0
  let pieces = 0
  let isOver = false
  const settle = (end: BodyEnd) => {
    if (isOver) return
    isOver = true
    if (upload?.onDrain) upload.onDrain = null
    // Of a request that is complete nothing comes any more but its close: taking the listeners off would cost more than they do.
    if (end.kind !== 'complete') req.off('data', onData).off('timeout', onIdle)
    onOver(end)
  }
  const onData = (piece: Buffer) => {
    bytes += piece.length
    pieces += 1
    if (pieces % PIECES_A_TURN === 0) endTurn(req.socket)
    if (bytes > maxBytes) settle({ kind: 'too-large' })
    else if (upload && !upload.write(piece)) {
      // Not before it is needed. Set with every request, it kept each request alive from one to the next until the next full collection:
      // a relay under load had 350 MB instead of 200.
      upload.onDrain ??= () => req.resume()
      req.pause()
    }
  }
  const onClose = () => settle({ kind: 'aborted' })
  const onIdle = () => {
    // It is us who made the sender wait: the clock starts again.
    if (req.isPaused()) req.socket.setTimeout(req.socket.timeout ?? 0)
    else settle({ kind: 'idle' })
  }
  req.on('data', onData)
  req.on('end', () => settle({ kind: 'complete', bytes }))
  req.on('timeout', onIdle)
  req.on('close', onClose)
  // A sender that goes away shows as `close`; unheard, its error would end the process.
  req.on('error', onClose)
}
