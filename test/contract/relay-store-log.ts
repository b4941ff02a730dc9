import { describe, expect, it, vi } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { ALL, DAY, headOf, idOf, seqOf, seqsOf } from './relay-store-world.ts'
import type { StoreWorld } from './relay-store-world.ts'

export function describeLog(world: StoreWorld): void {
  describe('the log', () => {
    it('starts a new subscription at the oldest retained item', async () => {
      const bucket = await world.makeBucket()
      await world.postMany(bucket, 3)
      const subscription = await world.subscribe(bucket, 'a')
      expect(await world.store.log.pending(subscription)).toBe(3)
      expect(seqsOf(await world.store.log.next(subscription, ALL))).toEqual([1, 2, 3])
    })

    it('gives each of two subscriptions everything, each at its own pace', async () => {
      const bucket = await world.makeBucket()
      const [a, b] = [await world.subscribe(bucket, 'a'), await world.subscribe(bucket, 'b')]
      const added = await world.postMany(bucket, 4)
      await world.store.log.ack(a, added.map(idOf))
      await world.store.log.ack(b, added.slice(1, 3).map(idOf))
      expect(await world.store.log.next(a, ALL)).toEqual([])
      expect(seqsOf(await world.store.log.next(b, ALL))).toEqual([1, 4])
      expect([await world.store.log.pending(a), await world.store.log.pending(b)]).toEqual([0, 2])
      await world.reopen()
      expect([await world.store.log.pending(a), await world.store.log.pending(b)]).toEqual([0, 2])
      await world.store.log.ack(b, [idOf(added[0]), idOf(added[3])])
      expect(world.store.stats()).toMatchObject({ items: 0, bytes: 0 })
      expect(await world.store.log.find(bucket.id, idOf(added[0]))).toBeNull()
    })

    it('lets two agents with one subscription name share it', async () => {
      const bucket = await world.makeBucket()
      const [one, other] = [await world.subscribe(bucket, 'team'), await world.subscribe(bucket, 'team')]
      const added = await world.postMany(bucket, 4)
      await world.store.log.ack(one, [idOf(added[1])])
      await world.store.log.ack(other, [idOf(added[0]), idOf(added[3])])
      expect(seqsOf(await world.store.log.next(one, ALL))).toEqual([3])
      expect(await world.store.log.next(one, ALL)).toEqual(await world.store.log.next(other, ALL))
    })

    it('takes acknowledgements out of order, twice, and of unknown ids', async () => {
      const bucket = await world.makeBucket()
      const a = await world.subscribe(bucket, 'a')
      const added = await world.postMany(bucket, 5)
      await world.store.log.ack(a, [idOf(added[4]), 'nonsense', '01890000-0000-7000-8000-000000000000', idOf(added[2])])
      await world.store.log.ack(a, [idOf(added[2]), idOf(added[2])])
      expect(seqsOf(await world.store.log.next(a, ALL))).toEqual([1, 2, 4])
      expect(await world.store.log.pending(a)).toBe(3)
      await world.store.log.ack(a, added.map(idOf))
      expect(await world.store.log.pending(a)).toBe(0)
      await world.store.log.ack({ bucketId: bucket.id, name: 'nobody' }, [idOf(added[0])])
    })

    it('gives a reader that keeps up the same as one that comes after a restart', async () => {
      const bucket = await world.makeBucket()
      const a = await world.subscribe(bucket, 'a')
      const read = async () =>
        (await world.store.log.next(a, ALL)).map((item) => ({ ...item, body: item.body && Buffer.from(item.body) }))
      expect(await read()).toEqual([])
      const added = await world.postMany(bucket, 3, 'x'.repeat(2000))
      await world.post(bucket, '')
      await world.post(bucket, 'y'.repeat(20_000), '/in/1/%E4?q=\xe4')
      await world.store.log.redeliver(bucket.id, idOf(added[1]))
      await world.store.intake.reject(headOf(bucket), { status: 413, reason: 'too large', bodyBytes: 7, count: 1 })
      await world.post(bucket, 'z'.repeat(300_000))
      await world.post(bucket, 'the last')
      await world.store.log.ack(a, [idOf(added[2])])
      const kept = await read()
      expect(seqsOf(kept)).toEqual([1, 2, 4, 5, 6, 7, 8, 9])
      await world.reopen()
      expect(await read()).toEqual(kept)
    })

    it('gives at most so many items, so many bytes after the first, and what comes after a seq', async () => {
      const bucket = await world.makeBucket()
      const a = await world.subscribe(bucket, 'a')
      await world.postMany(bucket, 6, 'x'.repeat(100))
      expect(seqsOf(await world.store.log.next(a, { ...ALL, limit: 2 }))).toEqual([1, 2])
      expect(seqsOf(await world.store.log.next(a, { ...ALL, maxBytes: 350 }))).toEqual([1, 2, 3])
      expect(seqsOf(await world.store.log.next(a, { ...ALL, maxBytes: 1 }))).toEqual([1])
      expect(seqsOf(await world.store.log.next(a, { ...ALL, afterSeq: 4 }))).toEqual([5, 6])
    })

    it('counts how often an item was handed out, for each subscription alone and over a restart', async () => {
      const bucket = await world.makeBucket()
      const [a, b] = [await world.subscribe(bucket, 'a'), await world.subscribe(bucket, 'b')]
      const added = await world.post(bucket)
      world.store.log.handedOut(a, [idOf(added)])
      world.store.log.handedOut(a, [idOf(added)])
      world.store.log.handedOut(b, [idOf(added)])
      await world.reopen()
      world.store.log.handedOut(a, [idOf(added)])
      expect(await world.store.log.next(a, ALL)).toMatchObject([{ handouts: 3, redelivered: false }])
      expect(await world.store.log.next(b, ALL)).toMatchObject([{ handouts: 1 }])
    })

    it('tells of each commit that added items, until it is told to stop', async () => {
      const bucket = await world.makeBucket()
      const told = vi.fn<(bucketId: string) => void>()
      const stop = world.store.log.onAdded(told)
      await world.post(bucket)
      await eventually(() => expect(told).toHaveBeenCalledExactlyOnceWith(bucket.id))
      stop()
      await world.post(bucket)
      await world.store.check()
      expect(told).toHaveBeenCalledTimes(1)
    })

    it('lists newest first for the administrator, page by page, and finds one', async () => {
      const bucket = await world.makeBucket()
      const added = await world.postMany(bucket, 5)
      const first = await world.store.log.list(bucket.id, { before: null, limit: 2 })
      expect(seqsOf(first)).toEqual([5, 4])
      expect(seqsOf(await world.store.log.list(bucket.id, { before: 4, limit: 9 }))).toEqual([3, 2, 1])
      expect(await world.store.log.find(bucket.id, idOf(added[4]))).toEqual(first[0])
      expect(await world.store.log.find((await world.makeBucket()).id, idOf(added[4]))).toBeNull()
    })

    it('hands an item out again when the administrator asks, under its old id and a new seq', async () => {
      const bucket = await world.makeBucket({ keepAckedMs: DAY })
      const [a, b] = [await world.subscribe(bucket, 'a'), await world.subscribe(bucket, 'b')]
      const added = await world.postMany(bucket, 2)
      const ids = added.map(idOf)
      await world.store.log.ack(a, ids)
      await world.store.log.ack(b, ids)
      expect(await world.store.log.redeliver(bucket.id, ids[0] ?? '')).toBe(true)
      await world.reopen()
      expect(await world.store.log.next(a, ALL)).toMatchObject([
        { id: ids[0], seq: 3, redelivered: true, target: '/in/0' },
      ])
      await world.store.log.ack(a, [ids[0] ?? ''])
      expect([await world.store.log.pending(a), await world.store.log.pending(b)]).toEqual([0, 1])
      expect(seqOf(await world.post(bucket))).toBe(4)
      expect(seqsOf(await world.store.log.next(b, ALL))).toEqual([3, 4])
      expect(await world.store.log.redeliver(bucket.id, '01890000-0000-7000-8000-000000000000')).toBe(false)
    })

    it('settles all entries of an id by one acknowledgement', async () => {
      const bucket = await world.makeBucket()
      const a = await world.subscribe(bucket, 'a')
      const added = await world.postMany(bucket, 2)
      await world.store.log.redeliver(bucket.id, idOf(added[0]))
      await world.store.log.redeliver(bucket.id, idOf(added[0]))
      expect(seqsOf(await world.store.log.next(a, ALL))).toEqual([1, 2, 3, 4])
      expect(await world.store.log.pending(a)).toBe(4)
      await world.store.log.ack(a, [idOf(added[0])])
      expect(seqsOf(await world.store.log.next(a, ALL))).toEqual([2])
      expect(world.store.stats().items).toBe(1)
      expect(await world.store.log.redeliver(bucket.id, idOf(added[0]))).toBe(false)
    })

    it('hands out 100,000 queued items in order', { timeout: 120_000 }, async () => {
      const bucket = await world.makeBucket({ maxItems: 200_000 })
      const a = await world.subscribe(bucket, 'a')
      for (let n = 0; n < 100; n += 1) await world.postMany(bucket, 1000, 'x')
      expect(await world.store.log.pending(a)).toBe(100_000)
      let afterSeq = 0
      while (afterSeq < 100_000) {
        const items = await world.store.log.next(a, { ...ALL, afterSeq })
        expect(items[0]?.seq).toBe(afterSeq + 1)
        afterSeq = items.at(-1)?.seq ?? Infinity
        if (afterSeq % 10_000 === 0)
          await world.store.log.ack(
            a,
            items.map(({ id }) => id),
          )
      }
      expect(afterSeq).toBe(100_000)
      expect(await world.store.log.pending(a)).toBe(90_000)
    })
  })
}
