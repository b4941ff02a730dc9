import { describe, expect, it } from 'vitest'
import { CHUNK_BYTES } from '../../../../protocol/limits.ts'
import { readFrame } from '../../../../protocol/request-frame.ts'
import { createFrameMemory } from '../../../../relay/stream/frame-memory.ts'
import { encodeChunk } from '../../../../relay/stream/item-frames.ts'

const head = { id: '01994d0c-2f00-7c3a-8a52-6f1f6a3c9d10', n: 0, last: false }

describe('the memory of chunk frames', () => {
  it('is used again once it was given back, and not before', () => {
    const memory = createFrameMemory()
    const one = encodeChunk(head, new Uint8Array(CHUNK_BYTES).fill(1), memory)
    const other = encodeChunk(head, new Uint8Array(CHUNK_BYTES).fill(2), memory)
    expect(other.buffer).not.toBe(one.buffer)
    memory.giveBack(one)
    const third = encodeChunk({ ...head, n: 7 }, new Uint8Array([3, 4]), memory)
    expect(third.buffer).toBe(one.buffer)
    expect(readFrame(third)).toMatchObject({
      kind: 'frame',
      frame: { head: { n: 7 }, bytes: new Uint8Array([3, 4]) },
    })
    expect(readFrame(other)).toMatchObject({ frame: { bytes: new Uint8Array(CHUNK_BYTES).fill(2) } })
  })

  it('is not kept beyond what some agents need at once, nor when it is of another size', () => {
    const memory = createFrameMemory()
    const frames = Array.from({ length: 20 }, () => memory.take(10))
    for (const frame of frames) memory.giveBack(frame)
    const again = Array.from({ length: 20 }, () => memory.take(10))
    expect(again.filter(({ buffer }) => frames.some((frame) => frame.buffer === buffer))).toHaveLength(8)
    const large = memory.take(10 * CHUNK_BYTES)
    memory.giveBack(large)
    expect(memory.take(10).buffer).not.toBe(large.buffer)
  })
})
