import { CHUNK_BYTES, KIB } from '../../protocol/limits.ts'

/** A chunk with its head, whose id is the longest thing in it. */
const FRAME_BYTES = CHUNK_BYTES + 4 * KIB
/** What is kept for the next ones: as many as some agents have on their way at once. */
const MOST_KEPT = 8

/**
 * Memory for chunk frames that is used again once its bytes are on their way. A large body would otherwise leave one frame after the other to the
 * garbage collector, which knows too late how much memory these hold.
 */
export type FrameMemory = {
  /** May hold anything. */
  take(bytes: number): Uint8Array<ArrayBuffer>
  /** Gives back what `take` gave, or a part of it; nobody may look at it any more. */
  giveBack(frame: Uint8Array<ArrayBuffer>): void
}

export function createFrameMemory(): FrameMemory {
  const kept: ArrayBuffer[] = []
  return {
    take(bytes) {
      if (bytes > FRAME_BYTES) return new Uint8Array(bytes)
      return new Uint8Array(kept.pop() ?? new ArrayBuffer(FRAME_BYTES), 0, bytes)
    },
    giveBack({ buffer }) {
      if (buffer.byteLength === FRAME_BYTES && kept.length < MOST_KEPT) kept.push(buffer)
    },
  }
}
