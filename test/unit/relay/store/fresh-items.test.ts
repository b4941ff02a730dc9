import { describe, expect, it } from 'vitest'
import { createFreshItems, MOST_FRESH_OF_BUCKET } from '../../../../relay/store/sqlite/fresh-items.ts'

const HEAD = { inputId: null, remote: null, method: 'POST', target: '/', mountBytes: 0, headers: [], trailers: [] }

function createRig() {
  const fresh = createFreshItems()
  return {
    fresh,
    add(bucket: number, seq: number, bodyBytes = 100): void {
      const parts = {
        id: Buffer.alloc(16),
        sha256: Buffer.alloc(32),
        kind: 'request',
        receivedAt: 1,
        bodyId: null,
      } as const
      fresh.add(
        `${bucket}-${seq}`,
        { ref: seq, pack: null },
        { ...parts, bucket, seq, bodyBytes },
        HEAD,
        new Uint8Array(bodyBytes),
      )
    },
    has: (bucket: number, seq: number): boolean => {
      const item = fresh.bySeq(bucket, seq)
      expect(fresh.byId(bucket, `${bucket}-${seq}`)).toBe(item)
      if (item) expect([item.place.bucket, item.place.seq]).toEqual([bucket, seq])
      return item !== undefined
    },
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)

describe('items kept in memory', () => {
  it('are found by bucket and place, or id, until they are forgotten', () => {
    const { fresh, add, has } = createRig()
    for (const bucket of [1, 2]) for (const seq of range(5, 300)) add(bucket, seq)
    expect(range(1, 320).filter((seq) => has(1, seq))).toEqual(range(5, 300))
    for (const seq of range(5, 299)) fresh.forget(1, seq)
    fresh.forget(1, 77)
    expect(range(1, 320).filter((seq) => has(1, seq))).toEqual([300])
    expect(range(1, 320).filter((seq) => has(2, seq))).toEqual(range(5, 300))
    fresh.forgetBucket(2)
    expect(range(1, 320).filter((seq) => has(2, seq))).toEqual([])
  })

  it('are the newest of a bucket, and altogether no more than 8 MiB', () => {
    const { add, has } = createRig()
    for (const seq of range(1, 3000)) add(1, seq)
    expect(range(1, 3000).filter((seq) => has(1, seq))).toEqual(range(3001 - MOST_FRESH_OF_BUCKET, 3000))
    for (const seq of range(1, 700)) add(2, seq, 16_000)
    expect(has(1, 3000)).toBe(false)
    const left = range(1, 700).filter((seq) => has(2, seq))
    expect(left.at(-1)).toBe(700)
    expect(left.length).toBeGreaterThan(400)
    expect(left.length * 16_000).toBeLessThanOrEqual(8 * 1024 * 1024)
  })

  it('are pushed out by later ones, however many of these have gone already', () => {
    const { fresh, add, has } = createRig()
    add(1, 1)
    for (const seq of range(1, 8191)) {
      add(2, seq)
      fresh.forget(2, seq)
    }
    expect(has(1, 1)).toBe(true)
    add(2, 8192)
    expect([has(1, 1), has(2, 8192)]).toEqual([false, true])
  })

  it('go again with the transaction that added them', () => {
    const { fresh, add, has } = createRig()
    add(1, 1)
    fresh.committed()
    add(1, 2)
    add(2, 1)
    fresh.rolledBack()
    expect([has(1, 1), has(1, 2), has(2, 1)]).toEqual([true, false, false])
    add(1, 2)
    fresh.committed()
    fresh.rolledBack()
    expect(has(1, 2)).toBe(true)
  })
})
