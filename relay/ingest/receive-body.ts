import type { IncomingMessage } from 'node:http'
import type { Upload } from '../store/store.ts'

export type BodyEnd =
  | { readonly kind: 'complete'; readonly bytes: number }
  /** More came than is taken; the rest is still coming. */
  | { readonly kind: 'too-large' }
  /** The sender broke off. */
  | { readonly kind: 'aborted' }
  /** Nothing came for too long. */
  | { readonly kind: 'idle' }

/** Hands a body over piece by piece, no faster than the store takes it. Null `upload`: it is only counted. */
export function receiveBody(req: IncomingMessage, upload: Upload | null, maxBytes: number): Promise<BodyEnd> {
  return new Promise((resolve) => {
    let bytes = 0
    const settle = (end: BodyEnd) => {
      req.off('data', onData)
      req.off('end', onEnd)
      req.off('timeout', onIdle)
      req.off('close', onClose)
      if (upload) upload.onDrain = null
      resolve(end)
    }
    const onData = (piece: Buffer) => {
      bytes += piece.length
      if (bytes > maxBytes) settle({ kind: 'too-large' })
      else if (upload && !upload.write(piece)) req.pause()
    }
    const onEnd = () => settle({ kind: 'complete', bytes })
    const onClose = () => settle({ kind: 'aborted' })
    const onIdle = () => {
      // It is us who made the sender wait: the clock starts again.
      if (req.isPaused()) req.socket.setTimeout(req.socket.timeout ?? 0)
      else settle({ kind: 'idle' })
    }
    if (upload) upload.onDrain = () => req.resume()
    req.on('data', onData)
    req.on('end', onEnd)
    req.on('timeout', onIdle)
    req.on('close', onClose)
    // A sender that goes away shows as `close`; unheard, its error would end the process.
    req.on('error', onClose)
  })
}
