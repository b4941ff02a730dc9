import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../../helpers/eventually.ts'
import { finishUpload } from '../../../helpers/finish-upload.ts'
import { KIB, MIB } from '../../../../protocol/limits.ts'
import type { Added, Bucket, RelayStore } from '../../../../relay/store/store.ts'
import { headOf, idOf, makeSqlitePlace, post } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const ALL = { afterSeq: 0, limit: 1000, maxBytes: 1e9 }

describe('a relay store on a full disk', () => {
  let place: SqlitePlace
  let store: RelayStore
  let bucket: Bucket
  let subscription: { bucketId: string; name: string }

  beforeEach(async () => {
    place = makeSqlitePlace()
    // 4 MiB
    store = place.open({ maxPages: 256 })
    bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    subscription = { bucketId: bucket.id, name: 'a' }
    await store.log.openSubscription(subscription)
  })
  afterEach(async () => {
    await store.close()
    place.remove()
  })

  async function fill(): Promise<Added[]> {
    const stored: Added[] = []
    for (let n = 0; n < 100; n += 1) {
      try {
        stored.push(await post(store, bucket, Buffer.alloc(100 * KIB)))
      } catch (error) {
        expect(error).toMatchObject({
          name: 'StoreError',
          code: 'disk-full',
          message: expect.stringContaining(place.file),
        })
        return stored
      }
    }
    throw new Error('The disk did not fill up.')
  }

  it('refuses with a sentence, keeps what it had, and goes on when there is space again', async () => {
    const stored = await fill()
    expect(stored.length).toBeGreaterThan(10)
    expect(store.stats()).toMatchObject({ items: stored.length, uncommittedBytes: 0 })
    expect(await store.log.pending(subscription)).toBe(stored.length)
    await store.log.ack(subscription, stored.slice(0, 5).map(idOf))
    expect(await post(store, bucket, Buffer.alloc(100 * KIB))).toMatchObject({ kind: 'stored', seq: stored.length + 1 })
    const seqs = (await store.log.next(subscription, ALL)).map(({ seq }) => seq)
    expect(seqs).toEqual(Array.from({ length: stored.length - 4 }, (_, n) => n + 6))
  })

  it('ends a long upload with the reason, lets its socket go on until then, and leaves no chunk', async () => {
    const upload = store.intake.begin(headOf(bucket))
    if (upload === null) throw new Error('refused')
    const drained = vi.fn<() => void>()
    upload.onDrain = drained
    let mayGoOn = upload.write(Buffer.alloc(6 * MIB))
    expect(mayGoOn).toBe(false)
    await eventually(() => expect(drained).toHaveBeenCalled())
    mayGoOn = upload.write(Buffer.alloc(MIB))
    await expect(finishUpload(upload)).rejects.toMatchObject({ code: 'disk-full' })
    expect(mayGoOn).toBe(true)
    await eventually(async () => {
      expect(store.stats()).toMatchObject({ items: 0, bytes: 0, uncommittedBytes: 0 })
      expect(await post(store, bucket, Buffer.alloc(2 * MIB))).toMatchObject({ kind: 'stored', seq: 1 })
    })
  })

  it('gives every sender of a commit that failed the same reason', async () => {
    await fill()
    const posts = Array.from({ length: 5 }, () => post(store, bucket, Buffer.alloc(200 * KIB)))
    const results = await Promise.allSettled([...posts, store.admin.createBucket({ name: 'c', settings: {} })])
    for (const result of results.slice(0, 5)) expect(result).toMatchObject({ reason: { code: 'disk-full' } })
    expect(store.admin.buckets().length).toBe(results[5]?.status === 'fulfilled' ? 2 : 1)
  })
})
