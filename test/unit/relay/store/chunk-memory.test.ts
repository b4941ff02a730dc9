import { describe, expect, it } from 'vitest'
import { CHUNK_BYTES } from '../../../../protocol/limits.ts'
import { freeBytes } from '../../../../relay/store/free-bytes.ts'
import { createChunkMemory } from '../../../../relay/store/sqlite/chunk-memory.ts'

describe('the memory of chunks', () => {
  it('is used again', () => {
    const memory = createChunkMemory()
    const first = memory.take()
    expect(first.byteLength).toBe(CHUNK_BYTES)
    memory.giveBack(first)
    expect(memory.take()).toBe(first)
    expect(memory.take()).not.toBe(first)
  })

  it('frees what is more than is kept', () => {
    const memory = createChunkMemory()
    const taken = Array.from({ length: 40 }, () => memory.take())
    for (const one of taken) memory.giveBack(one)
    expect(taken.filter(({ byteLength }) => byteLength > 0)).toHaveLength(32)
  })

  it('frees only what its bytes have to themselves, and nothing twice', () => {
    const shared = new Uint8Array(8)
    freeBytes(shared.subarray(0, 4))
    expect(shared.byteLength).toBe(8)
    freeBytes(shared)
    freeBytes(shared)
    expect(shared.byteLength).toBe(0)
  })
})
