import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 4096

/**
 * Random bytes, `size` at a time, out of one call of the random source for many: asking it each time costs more than sealing a small body.
 * What is given is a view: use it before asking again.
 */
export function createRandomPool(size: number): () => Uint8Array {
  const pool = new Uint8Array(POOL_BYTES - (POOL_BYTES % size))
  let at = pool.length
  return () => {
    if (at === pool.length) {
      randomFillSync(pool)
      at = 0
    }
    at += size
    return pool.subarray(at - size, at)
  }
}
