import type { HandshakeDetail, HeaderLine } from '../../protocol/request.ts'
import type { Added, Upload } from '../../relay/store/store.ts'

/** Resolves with how it was stored; rejects with the reason why it was not. */
export function finishUpload(
  upload: Upload | null | undefined,
  trailers: readonly HeaderLine[] = [],
  handshake: HandshakeDetail | null = null,
): Promise<Added> {
  return new Promise((resolve, reject) => {
    if (!upload) throw new Error('The store has no room for an upload.')
    upload.finish(trailers, handshake, (finished) => {
      if (finished.kind === 'failed') reject(finished.error)
      else resolve(finished)
    })
  })
}
