import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bucket, RelayStore } from '../../../../relay/store/store.ts'
import { idOf, itemsInFile, makeSqlitePlace, post } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const ALL = { afterSeq: 0, limit: 10_000, maxBytes: 1e9 }
const START = 1_800_000_000_000
const HOUR = 3_600_000

describe('packs of a relay whose clock is set', () => {
  let place: SqlitePlace
  let store: RelayStore
  let time: number
  let isStopped: boolean
  const now = (): number => {
    if (isStopped) throw new Error('The clock has stopped.')
    return time
  }
  const postMany = async (bucket: Bucket, count: number): Promise<string[]> =>
    (await Promise.all(Array.from({ length: count }, (_, n) => post(store, bucket, Buffer.from(`${time} ${n}`))))).map(
      idOf,
    )

  beforeEach(() => {
    place = makeSqlitePlace()
    time = START
    isStopped = false
    store = place.open({ now })
  })
  afterEach(async () => {
    isStopped = false
    await store.close()
    place.remove()
  })

  it.each([
    ['forward', [0, 1, HOUR, 2 * HOUR, 2 * HOUR]],
    ['back', [HOUR, HOUR + 1, 0, 1, HOUR]],
    ['back again and again', [3 * HOUR, 2 * HOUR, HOUR, 0, -HOUR]],
  ])('have their items found by id, and acknowledged one by one, when it is set %s', async (_, times) => {
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    const reader = { bucketId: bucket.id, name: 'a' }
    await store.log.openSubscription(reader)
    const ids: string[] = []
    for (const offset of times) {
      time = START + offset
      ids.push(...(await postMany(bucket, 8)))
    }
    // Of what fails nothing stays, whatever else it changed.
    time = START
    const last = store.log.ack(reader, ids.slice(0, 8))
    const failing = Promise.allSettled(Array.from({ length: 6 }, () => store.log.ack(reader, ids.slice(8, 9))))
    isStopped = true
    expect((await failing).every(({ status }) => status === 'rejected')).toBe(true)
    await expect(last).rejects.toThrow('The clock has stopped.')
    isStopped = false
    for (const reopen of [false, true]) {
      if (reopen) await store.close()
      if (reopen) store = place.open({ now })
      for (const id of ids) expect((await store.log.find(bucket.id, id))?.id).toBe(id)
    }
    for (const [n, id] of ids.entries()) {
      await store.log.ack(reader, [id])
      expect(await store.log.pending(reader)).toBe(ids.length - n - 1)
    }
    expect(await store.log.next(reader, ALL)).toEqual([])
    await store.close()
    expect(place.inFile(itemsInFile)).toEqual([])
  })

  it('have those found that are older than all that were there before', async () => {
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    const reader = { bucketId: bucket.id, name: 'a' }
    await store.log.openSubscription(reader)
    await store.log.ack(reader, await postMany(bucket, 8))
    time = START - HOUR
    const ids = await postMany(bucket, 8)
    time = START - 2 * HOUR
    ids.push(...(await postMany(bucket, 8)))
    for (const id of ids) expect((await store.log.find(bucket.id, id))?.id).toBe(id)
  })
})
