import { CHUNK_BYTES } from '../../../protocol/limits.ts'
import { StoreError } from '../store-error.ts'

/** Puts a body together that was stored in chunks, in memory of its own. Opening them all at once would make every other request wait. */
export async function readBack(
  bodyBytes: number,
  read: (from: number, to: number) => Uint8Array | null,
): Promise<Uint8Array> {
  const body = Buffer.allocUnsafeSlow(bodyBytes)
  for (let from = 0; from < bodyBytes; from += CHUNK_BYTES) {
    const piece = read(from, from + CHUNK_BYTES)
    if (piece?.byteLength !== Math.min(CHUNK_BYTES, bodyBytes - from)) {
      throw new StoreError('corrupt', 'A part of a body that was just stored is missing.')
    }
    body.set(piece, from)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return body
}
