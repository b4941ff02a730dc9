import { CHUNK_BYTES } from '../../protocol/limits.ts'
import { encodeFrame, type ChunkHead, type SentItemHead } from '../../protocol/request-frame.ts'
import type { LoggedItem } from '../store/store.ts'
import { SMALL_FRAME_BYTES } from './frame-batch.ts'
import type { FrameMemory } from './frame-memory.ts'

const NO_BYTES = new Uint8Array(0)

/** Whether an item's body travels in chunk frames. */
export function isChunked(item: LoggedItem): boolean {
  return item.body === null && item.bodyBytes > 0
}

/**
 * The frame of an item; `handout` counts this time too. A small one lies in `memory`, as it is sent at once; others must not, for they may wait for a
 * slow agent and keep far more memory than they need.
 */
export function encodeItem(item: LoggedItem, handout: number, memory: FrameMemory): Uint8Array<ArrayBuffer> {
  const bytes = item.body ?? NO_BYTES
  const head = toHead(item, handout)
  if (bytes.byteLength > SMALL_FRAME_BYTES) return encodeFrame({ type: 'item', head, bytes })
  const frame = encodeFrame({ type: 'item', head, bytes }, memory.take)
  if (frame.byteLength <= SMALL_FRAME_BYTES) return frame
  const own = frame.slice()
  memory.giveBack(frame)
  return own
}

export function encodeChunk(head: ChunkHead, bytes: Uint8Array, memory: FrameMemory): Uint8Array<ArrayBuffer> {
  return encodeFrame({ type: 'chunk', head, bytes }, memory.take)
}

/** Where chunk `n` of a body lies, in bytes from the body's beginning. */
export function chunkRange(bodyBytes: number, n: number): { from: number; to: number; isLast: boolean } {
  const from = n * CHUNK_BYTES
  const to = Math.min(bodyBytes, from + CHUNK_BYTES)
  return { from, to, isLast: to === bodyBytes }
}

/** Written out field by field: nearly all items are requests, and a spread that does not come first costs as much as building the frame around it. */
function toRequestHead(item: LoggedItem, handout: number): Extract<SentItemHead, { kind: 'request' }> {
  return {
    kind: 'request',
    id: item.id,
    seq: item.seq,
    bucket: item.bucketId,
    input: item.inputId,
    receivedAt: item.receivedAt,
    remote: item.remote,
    bodyBytes: item.bodyBytes,
    sha256: item.sha256,
    handout,
    redelivered: item.redelivered,
    chunked: isChunked(item),
    method: item.method,
    target: item.target,
    mountBytes: item.mountBytes,
    headers: item.headers,
    trailers: item.trailers,
  }
}

function toHead(item: LoggedItem, handout: number): SentItemHead {
  const head = toRequestHead(item, handout)
  switch (item.kind) {
    case 'request':
      return head
    case 'gap': {
      if (!item.gap) throw new Error(`The gap ${item.id} has no detail.`)
      // What nobody sent has nothing that a sender says.
      const {
        method: _method,
        target: _target,
        mountBytes: _mount,
        headers: _headers,
        trailers: _trailers,
        ...common
      } = head
      return { ...common, kind: 'gap', gap: item.gap }
    }
    case 'rejected':
      if (!item.rejected) throw new Error(`The rejected item ${item.id} has no detail.`)
      return { ...head, kind: 'rejected', rejected: item.rejected }
    case 'handshake':
      return { ...head, kind: 'handshake', handshake: item.handshake }
  }
}
