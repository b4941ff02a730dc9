import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Added, Bucket, RelayStore } from '../../../../relay/store/store.ts'
import { idOf, makeSqlitePlace, post } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const ALL = { afterSeq: 0, limit: 10_000, maxBytes: 1e9 }
const KEPT = { keepAckedMs: 3_600_000 }

describe('packs of a file that was closed while a deleted bucket was being freed', () => {
  let place: SqlitePlace
  let store: RelayStore
  const open = (): RelayStore => place.open({ limits: { maxItems: 10_000 } })
  const postMany = (bucket: Bucket, count: number): Promise<Added[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => post(store, bucket, Buffer.from(`body ${n}`))))

  beforeEach(() => {
    place = makeSqlitePlace()
    store = open()
  })
  afterEach(async () => {
    await store.close()
    place.remove()
  })

  it('take no number under which rows of that bucket are still there, so that those do not take their items along', async () => {
    const deleted = await store.admin.createBucket({ name: 'deleted', settings: KEPT })
    const [gone, kept] = [deleted, await store.admin.createBucket({ name: 'kept', settings: {} })].map(({ id }) => ({
      bucketId: id,
      name: 'a',
    }))
    if (gone === undefined || kept === undefined) throw new Error('There are two of them.')
    await store.log.openSubscription(gone)
    await store.log.openSubscription(kept)
    for (let commit = 0; commit < 3; commit += 1) {
      const ids = (await postMany(deleted, 300)).map(idOf)
      // What is kept has a row, and the rest is in its pack's list.
      await store.log.ack(
        gone,
        ids.filter((_, n) => n % 2 === 0),
      )
    }
    await store.admin.deleteBucket(deleted.id)
    await store.check()
    await store.close()
    const left = place.inFile((database) => ({
      rows: Number(database.prepare('SELECT count(*) FROM item WHERE ref < 0').pluck().get()),
      packs: database.prepare('SELECT count(*) FROM pack').pluck().get(),
    }))
    expect(left.packs).toBe(0)
    expect(left.rows).toBeGreaterThan(100)
    store = open()
    const bucket = store.admin.buckets().find(({ id }) => id === kept.bucketId)
    if (bucket === undefined) throw new Error('The other bucket is there.')
    const stored = (await postMany(bucket, 900)).map(idOf)
    for (let commits = 0; commits < 10; commits += 1) await store.check()
    await store.close()
    expect(place.inFile((database) => database.prepare('SELECT count(*) FROM item WHERE ref < 0').pluck().get())).toBe(
      0,
    )
    store = open()
    expect((await store.log.next(kept, ALL)).map(({ id }) => id)).toEqual(stored)
  })
})
