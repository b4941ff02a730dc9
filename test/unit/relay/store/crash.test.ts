import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeSqlitePlace } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const ALL = { afterSeq: 0, limit: 100_000, maxBytes: 1e9 }

describe('a relay store whose process is killed', () => {
  let place: SqlitePlace
  beforeEach(() => {
    place = makeSqlitePlace()
  })
  afterEach(() => place.remove())

  it(
    'has all that it said was stored, without a gap in seq, and no chunk of what was not finished',
    { timeout: 30_000 },
    async () => {
      const told = await storeUntilKilled(place.file, 300)
      expect(told.length).toBeGreaterThanOrEqual(300)
      const store = place.open()
      const [bucket] = store.admin.buckets()
      const items = await store.log.next({ bucketId: bucket?.id ?? '', name: 'a' }, ALL)
      const ids = new Set(items.map(({ id }) => id))
      expect(told.filter((id) => !ids.has(id))).toEqual([])
      expect(items.map(({ seq }) => seq)).toEqual(items.map((_, n) => n + 1))
      for (let n = 0; n < 200; n += 1) await store.check()
      await store.close()
      const chunks = place.inFile((database) => database.prepare('SELECT count(*) FROM body_chunk').pluck().get())
      // Some of them were sealed together.
      const packs = place.inFile((database) => database.prepare('SELECT count(*) FROM pack').pluck().get())
      expect(packs).toBeGreaterThan(0)
      expect(chunks).toBe(2 * items.filter(({ bodyBytes }) => bodyBytes > 2048).length)
    },
  )
})

/** Ids that the process had told of when it was killed. */
async function storeUntilKilled(file: string, atLeast: number): Promise<string[]> {
  const child = spawn(process.execPath, [new URL('./endless-store.ts', import.meta.url).pathname, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = new Promise((resolve) => child.once('close', resolve))
  const told: string[] = []
  for await (const id of createInterface({ input: child.stdout })) {
    told.push(id)
    if (told.length === atLeast) child.kill('SIGKILL')
  }
  await closed
  return told
}
