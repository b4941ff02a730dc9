import { expect, it } from 'vitest'
import { createRandomPool } from '../../../../relay/store/sqlite/random-pool.ts'

it.each([12, 16])('gives %d bytes at a time and none twice, also when its pool was used up', (size) => {
  const next = createRandomPool(size)
  const seen = new Set<string>()
  for (let n = 0; n < 2000; n += 1) {
    const bytes = next()
    expect(bytes.length).toBe(size)
    seen.add(Buffer.from(bytes).toString('hex'))
  }
  expect(seen.size).toBe(2000)
})
