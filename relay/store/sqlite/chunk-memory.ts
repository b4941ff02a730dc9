import { CHUNK_BYTES } from '../../../protocol/limits.ts'

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

/** Frees memory without waiting for the garbage collector, where the bytes have it to themselves. They are gone then, for every view of them. */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes
  // Node 20 has no `transfer`: there the garbage collector comes for it. What was freed before has no bytes.
  if (byteLength > 0 && byteLength === buffer.byteLength && canTransfer(buffer)) buffer.transfer(0)
}

function canTransfer(buffer: object): buffer is { transfer(bytes: number): unknown } {
  return 'transfer' in buffer
}
