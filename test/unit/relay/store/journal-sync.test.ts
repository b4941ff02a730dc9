import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RelayStore } from '../../../../relay/store/store.ts'
import { itemsInFile, makeSqlitePlace, post } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const ALL = { afterSeq: 0, limit: 1000, maxBytes: 1e9 }

describe('what is committed and not on disk yet', () => {
  let place: SqlitePlace
  let store: RelayStore

  beforeEach(() => {
    place = makeSqlitePlace()
    store = place.open()
  })
  afterEach(async () => {
    await store.close()
    place.remove()
  })

  it.each([
    ['short', 200_000],
    ['long', 400_000],
  ])('is handed out to nobody: a %s one', async (_, bytes) => {
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    const subscription = { bucketId: bucket.id, name: 'a' }
    await store.log.openSubscription(subscription)
    const { commits } = store.stats()
    let isTold = false
    const adding = post(store, bucket, Buffer.alloc(bytes)).then(() => {
      isTold = true
    })
    while (store.stats().items === 0) {
      expect(isTold).toBe(false)
      await setImmediate()
    }
    // The disk answers between two turns of the loop, not within this one.
    expect(store.stats().commits).toBeGreaterThan(commits)
    expect(await store.log.next(subscription, ALL)).toEqual([])
    await adding
    expect(await store.log.next(subscription, ALL)).toHaveLength(1)
  })

  it('is waited for when the store closes', async () => {
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    const adding = Array.from({ length: 3 }, () => post(store, bucket, Buffer.alloc(10)))
    await setImmediate()
    const late = post(store, bucket, Buffer.alloc(10))
    await store.close()
    expect((await Promise.all([...adding, late])).map(({ kind }) => kind)).toEqual(Array(4).fill('stored'))
    expect(place.inFile(itemsInFile)).toHaveLength(4)
  })
})
