import { describe, expect, it } from 'vitest'
import { KIB, MIB } from '../../protocol/limits.ts'
import { ALL, DAY, HOUR, headOf, idOf, patterned, seqsOf, upload } from './relay-store-world.ts'
import type { StoreWorld } from './relay-store-world.ts'

export function describeLimits(world: StoreWorld): void {
  describe('limits', () => {
    it('refuses what a full bucket cannot keep, and takes it once something is acknowledged', async () => {
      const bucket = await world.makeBucket({ maxItems: 3 })
      const a = await world.subscribe(bucket, 'a')
      const added = await world.postMany(bucket, 4)
      expect(added.map(({ kind }) => kind).sort()).toEqual(['full', 'stored', 'stored', 'stored'])
      const full = added.find(({ kind }) => kind === 'full')
      expect(full?.kind === 'full' && full.retryAfterSeconds > 0).toBe(true)
      await world.store.intake.reject(headOf(bucket), { status: 413, reason: 'too large', bodyBytes: null })
      expect(world.store.stats()).toMatchObject({ items: 3, droppedRejected: 1 })
      await world.store.log.ack(a, [idOf(added.find(({ kind }) => kind === 'stored'))])
      expect(await world.post(bucket)).toMatchObject({ kind: 'stored', seq: 4 })
    })

    it('counts the bytes of bodies, long ones too', async () => {
      const bucket = await world.makeBucket({ maxBytes: MIB })
      const a = await world.subscribe(bucket, 'a')
      const first = await upload(world.store, headOf(bucket), patterned(700 * KIB), 64 * KIB)
      expect(await upload(world.store, headOf(bucket), patterned(400 * KIB), 64 * KIB)).toMatchObject({ kind: 'full' })
      await world.store.log.ack(a, [idOf(first)])
      expect(await upload(world.store, headOf(bucket), patterned(400 * KIB), 64 * KIB)).toMatchObject({
        kind: 'stored',
      })
      expect(world.store.stats()).toMatchObject({ items: 1, bytes: 400 * KIB, uncommittedBytes: 0 })
    })

    it('is full of what nobody has subscribed to yet', async () => {
      const bucket = await world.makeBucket({ maxItems: 2 })
      await world.postMany(bucket, 2)
      expect(await world.post(bucket)).toMatchObject({ kind: 'full' })
    })

    it('drops the oldest where that was chosen, and announces the gap once', async () => {
      const bucket = await world.makeBucket({ maxItems: 3, overflow: 'drop-oldest' })
      const a = await world.subscribe(bucket, 'a')
      for (let n = 0; n < 6; n += 1) await world.post(bucket, 'hello', `/in/${n}`)
      const items = await world.store.log.next(a, ALL)
      const gap = items.find(({ kind }) => kind === 'gap')
      expect(items.filter(({ kind }) => kind === 'request').map(({ target }) => target)).toEqual([
        '/in/3',
        '/in/4',
        '/in/5',
      ])
      expect(gap?.gap).toMatchObject({ count: 3, fromSeq: 1, reason: 'overflow' })
      expect(await world.linesOf(gap)).toMatchObject([
        { seq: 1, target: '/in/0', method: 'POST', bodyBytes: 5 },
        { target: '/in/1' },
        { target: '/in/2' },
      ])
      expect(await world.store.log.pending(a)).toBe(4)
    })

    it('begins a new gap once the last one was handed out', async () => {
      const bucket = await world.makeBucket({ maxItems: 1, overflow: 'drop-oldest' })
      const a = await world.subscribe(bucket, 'a')
      for (let n = 0; n < 3; n += 1) await world.post(bucket)
      const before = await world.store.log.next(a, ALL)
      for (let n = 0; n < 2; n += 1) await world.post(bucket)
      const after = await world.store.log.next(a, ALL)
      expect(before.filter(({ kind }) => kind === 'gap').map(({ gap }) => gap?.count)).toEqual([2])
      expect(after.filter(({ kind }) => kind === 'gap').map(({ gap }) => gap?.count)).toEqual([2, 2])
    })

    it('expires what is older than its time and announces the gap, over a restart too', async () => {
      const bucket = await world.makeBucket({ ttlMs: HOUR })
      const a = await world.subscribe(bucket, 'a')
      const old = await world.postMany(bucket, 3)
      const from = world.time
      world.time += HOUR / 2
      await upload(world.store, headOf(bucket, '/long'), patterned(300 * KIB), 64 * KIB)
      world.time += HOUR / 2 + 1
      await world.store.sweep()
      await world.store.sweep()
      await world.reopen()
      const [kept, gap] = await world.store.log.next(a, ALL)
      expect(kept?.target).toBe('/long')
      expect(gap).toMatchObject({ kind: 'gap', seq: 5, bodyBytes: expect.any(Number), receivedAt: world.time })
      expect(gap?.gap).toEqual({ count: 3, fromSeq: 1, toSeq: 3, from, to: from, reason: 'expired' })
      expect(await world.linesOf(gap)).toHaveLength(3)
      expect(await world.store.log.find(bucket.id, idOf(old[0]))).toBeNull()
      expect(await world.store.log.pending(a)).toBe(2)
      world.time += HOUR + 1
      await world.store.sweep()
      const [all, ...more] = await world.store.log.next(a, ALL)
      expect(more).toEqual([])
      expect(all?.gap).toMatchObject({ count: 4, fromSeq: 1, toSeq: 4 })
      expect(world.store.stats()).toMatchObject({ items: 0, bytes: 0 })
    })

    it('names the first 1,000 of a long gap and counts all of them', { timeout: 60_000 }, async () => {
      const bucket = await world.makeBucket({ ttlMs: HOUR })
      const a = await world.subscribe(bucket, 'a')
      await world.postMany(bucket, 1500)
      world.time += HOUR + 1
      await world.store.sweep()
      const [gap] = await world.store.log.next(a, ALL)
      expect(gap?.gap).toMatchObject({ count: 1500, fromSeq: 1, toSeq: 1500 })
      expect(await world.linesOf(gap)).toHaveLength(1000)
    })

    it('announces a gap only to those who miss something', async () => {
      const bucket = await world.makeBucket({ ttlMs: HOUR })
      const [a, b] = [await world.subscribe(bucket, 'a'), await world.subscribe(bucket, 'b')]
      await world.store.log.ack(a, (await world.postMany(bucket, 2)).map(idOf))
      world.time += HOUR + 1
      await world.store.sweep()
      expect(await world.store.log.next(a, ALL)).toEqual([])
      expect(await world.store.log.pending(a)).toBe(0)
      expect(await world.store.log.next(b, ALL)).toMatchObject([{ kind: 'gap', gap: { count: 2 } }])
      await world.reopen()
      expect([await world.store.log.pending(a), await world.store.log.pending(b)]).toEqual([0, 1])
    })

    it('is held up by nobody who was away for a day while another one was there', async () => {
      const bucket = await world.makeBucket({ maxItems: 3 })
      const [here, away] = [await world.subscribe(bucket, 'here'), await world.subscribe(bucket, 'away')]
      await world.store.log.ack(here, (await world.postMany(bucket, 3)).map(idOf))
      expect(await world.post(bucket)).toMatchObject({ kind: 'full' })
      world.time += DAY + 1
      await world.store.log.openSubscription(here)
      expect(await world.post(bucket)).toMatchObject({ kind: 'stored', seq: 4 })
      expect(await world.store.log.next(here, ALL)).toMatchObject([{ kind: 'request', seq: 4 }])
      expect(await world.store.log.next(away, ALL)).toMatchObject([
        { seq: 2 },
        { seq: 3 },
        { seq: 4 },
        { kind: 'gap', gap: { count: 1, fromSeq: 1, reason: 'overflow' } },
      ])
    })

    it('is still held up by its only subscription, however long that is away', async () => {
      const bucket = await world.makeBucket({ maxItems: 1 })
      await world.subscribe(bucket, 'a')
      await world.post(bucket)
      world.time += 2 * DAY
      expect(await world.post(bucket)).toMatchObject({ kind: 'full' })
    })

    it('removes a subscription that was away for the whole time to live, and frees what only it needed', async () => {
      const bucket = await world.makeBucket({ ttlMs: 2 * DAY })
      const [here, away] = [await world.subscribe(bucket, 'here'), await world.subscribe(bucket, 'away')]
      world.time += 2 * DAY - HOUR
      await world.store.log.openSubscription(here)
      const added = await world.post(bucket)
      await world.store.log.ack(here, [idOf(added)])
      await world.store.sweep()
      expect(await world.store.log.pending(away)).toBe(1)
      world.time += HOUR + 1
      await world.store.sweep()
      expect(await world.store.log.pending(away)).toBe(0)
      expect(await world.store.log.find(bucket.id, idOf(added))).toBeNull()
      expect(world.store.stats()).toMatchObject({ items: 0, bytes: 0 })
    })

    it('keeps what is acknowledged for the administrator as long as was set, off the counts', async () => {
      const bucket = await world.makeBucket({ keepAckedMs: HOUR, maxItems: 1 })
      const a = await world.subscribe(bucket, 'a')
      const added = await world.post(bucket)
      await world.store.log.ack(a, [idOf(added)])
      expect(world.store.stats()).toMatchObject({ items: 0, bytes: 0 })
      expect(await world.post(bucket)).toMatchObject({ kind: 'stored' })
      const late = await world.subscribe(bucket, 'late')
      expect(seqsOf(await world.store.log.next(late, ALL))).toEqual([2])
      expect(seqsOf(await world.store.log.list(bucket.id, { before: null, limit: 9 }))).toEqual([2, 1])
      world.time += HOUR + 1
      await world.store.sweep()
      expect(seqsOf(await world.store.log.list(bucket.id, { before: null, limit: 9 }))).toEqual([2])
    })
  })
}
