import type { Upload } from '../store/store.ts'
import type { BodyTaker, Incoming } from './incoming.ts'
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
 * No promise, no stream: this is on the way of every request.
 */
export function receiveBody(
  req: Incoming,
  upload: Upload | null,
  maxBytes: number,
  onOver: (end: BodyEnd) => void,
): void {
  let bytes = 0
  let pieces = 0
  let isOver = false
  let isHeldUp = false
  const settle = (end: BodyEnd) => {
    if (isOver) return
    isOver = true
    if (upload?.onDrain) upload.onDrain = null
    if (end.kind !== 'complete') {
      // What still comes is thrown away. Node ends a connection that is idle only where nobody listens for that.
      req.off('timeout', onIdle)
      req.handTo(null)
      req.resume()
    }
    onOver(end)
  }
  const goOn = () => {
    isHeldUp = false
    req.readOn()
  }
  const onIdle = () => {
    if (!isHeldUp) settle({ kind: 'idle' })
    // Where it is us who made the sender wait, the clock starts again; and once more where it is over, for what is left of the connection.
    req.socket.setTimeout(req.socket.timeout ?? 0)
  }
  const taker: BodyTaker = {
    take(piece) {
      bytes += piece.length
      pieces += 1
      if (pieces % PIECES_A_TURN === 0) endTurn(req.socket, () => !isHeldUp)
      if (bytes > maxBytes) settle({ kind: 'too-large' })
      else if (upload && !upload.write(piece)) {
        // Not before it is needed. Set with every request, it kept each request alive from one to the next until the next full collection:
        // a relay under load had 350 MB instead of 200.
        upload.onDrain ??= goOn
        isHeldUp = true
        return false
      }
      return true
    },
    end: () => settle({ kind: 'complete', bytes }),
    abort: () => settle({ kind: 'aborted' }),
  }
  req.on('timeout', onIdle)
  req.handTo(taker)
}
