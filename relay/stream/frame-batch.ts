import type { Duplex } from 'node:stream'
import { KIB } from '../../protocol/limits.ts'

/** Longer frames are sent by themselves. */
export const SMALL_FRAME_BYTES = 16 * KIB
const BATCH_BYTES = 64 * KIB
/** A WebSocket's header before so many bytes, from a server, which masks nothing (RFC 6455 section 5.2). */
const HEADER_BYTES = 4
const FINAL_BINARY = 0x82
const LENGTH_IN_TWO_BYTES = 126

/**
 * Small binary frames of a WebSocket, put together in one piece of memory and written as one: a write of its own for each, with a header of its own,
 * costs several times what the copy does. One serves all connections, as each writes what it gathered before the next one begins.
 */
export type FrameBatch = {
  /** Bytes that wait for `flush`. */
  readonly bytes: number
  /** Takes a copy of a frame of at most `SMALL_FRAME_BYTES`; writes first what it would have no room beside. */
  add(frame: Uint8Array, socket: Duplex): void
  /** Writes what was added. */
  flush(socket: Duplex): void
}

export function createFrameBatch(): FrameBatch {
  let memory = Buffer.allocUnsafeSlow(BATCH_BYTES)
  let end = 0

  function flush(socket: Duplex): void {
    if (end === 0) return
    const written = memory.subarray(0, end)
    end = 0
    if (socket.writableLength > 0) {
      // It will wait, so that it must not lie in memory that is used again, nor keep more of it than it needs.
      socket.write(Buffer.from(written))
      return
    }
    socket.write(written)
    // What the system did not take at once goes on using this memory.
    if (socket.writableLength > 0) memory = Buffer.allocUnsafeSlow(BATCH_BYTES)
  }

  return {
    get bytes() {
      return end
    },
    add(frame, socket) {
      if (end + HEADER_BYTES + frame.byteLength > BATCH_BYTES) flush(socket)
      memory[end] = FINAL_BINARY
      if (frame.byteLength < LENGTH_IN_TWO_BYTES) {
        memory[end + 1] = frame.byteLength
        end += 2
      } else {
        memory[end + 1] = LENGTH_IN_TWO_BYTES
        end = memory.writeUInt16BE(frame.byteLength, end + 2)
      }
      memory.set(frame, end)
      end += frame.byteLength
    },
    flush,
  }
}
