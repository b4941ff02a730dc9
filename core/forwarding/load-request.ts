import type { RequestId } from '../../protocol/ids.ts'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { ForwarderStore, SendableRequest } from './forwarder.ts'

/** The request with its body, when that is small enough to be held in memory while it is sent. Null when it was deleted. */
export async function loadRequest(store: ForwarderStore, id: RequestId): Promise<SendableRequest | null> {
  const request = await store.load(id)
  if (request === null || request.body !== null || request.bodyBytes === 0 || request.bodyBytes > CHUNK_BYTES) {
    return request
  }
  // A body that is gone is found out, and put into words, by the attempt.
  return { ...request, body: await store.readBody(id, 0, request.bodyBytes) }
}
