import { CHUNK_BYTES } from '../../../protocol/limits.ts'
import { freeBytes } from '../free-bytes.ts'

/** What is kept for the next long bodies, 8 MiB. More are freed at once. */
const MOST_FREE = 32

/**
 * Memory of whole chunks, used again and again. Long bodies come in pieces of up to 64 KiB, each in memory of its own: left to the garbage collector, hundreds of
 * them wait to be freed at any time, and `malloc` keeps the holes. Copied into one of these, a piece is freed in the moment in which it came.
 */
export type ChunkMemory = {
  take(): Buffer
  giveBack(memory: Buffer): void
}

export function createChunkMemory(): ChunkMemory {
  const free: Buffer[] = []
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES),
    giveBack(memory) {
      if (free.length < MOST_FREE) free.push(memory)
      else freeBytes(memory)
    },
  }
}
