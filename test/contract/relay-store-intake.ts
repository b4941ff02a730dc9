import { describe, expect, it, vi } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { finishUpload } from '../helpers/finish-upload.ts'
import { CHUNK_BYTES, KIB, MIB } from '../../protocol/limits.ts'
import type { NewItemHead } from '../../relay/store/store.ts'
import { ALL, headOf, idOf, patterned, readPieces, seqOf, sha256, upload, waitFor } from './relay-store-world.ts'
import type { StoreWorld } from './relay-store-world.ts'

export function describeIntake(world: StoreWorld): void {
  describe('intake', () => {
    it('gives back every byte of head, trailers and body', async () => {
      const bucket = await world.makeBucket()
      const subscription = await world.subscribe(bucket, 'a')
      const head: NewItemHead = {
        ...headOf(bucket, '/in/1//x/../\xe9?'),
        inputId: 'the-input',
        headers: [
          ['X-A', 'one'],
          ['x-a', '\xfftwo'],
          ['Empty', ''],
          ['X-A', 'one'],
        ],
      }
      const body = Buffer.from([0, 255, 13, 10, 0])
      const upload = world.store.intake.begin(head)
      upload?.write(body.subarray(0, 2))
      upload?.write(body.subarray(2))
      world.time += 5
      const added = await finishUpload(upload, [['Digest', 'x']])
      const [item] = await world.store.log.next(subscription, ALL)
      expect(added).toEqual({ kind: 'stored', id: item?.id, seq: 1, receivedAt: world.time })
      expect(item).toEqual({
        ...head,
        id: idOf(added),
        seq: 1,
        kind: 'request',
        receivedAt: world.time,
        trailers: [['Digest', 'x']],
        bodyBytes: 5,
        sha256: sha256(body),
        rejected: null,
        gap: null,
        handouts: 0,
        redelivered: false,
        body: expect.anything(),
      })
      expect(Buffer.from(item?.body ?? [])).toEqual(body)
    })

    it('puts together a body that comes in pieces of all sizes', async () => {
      const bucket = await world.makeBucket()
      const subscription = await world.subscribe(bucket, 'a')
      const body = patterned(100_000)
      const upload = world.store.intake.begin(headOf(bucket))
      const sizes = [1, 1, 4095, 1, 4096, 5, 30_000, 1, 4094, 1, 2, 50_000]
      let from = 0
      for (const size of [...sizes, body.byteLength]) {
        upload?.write(body.subarray(from, from + size))
        from += size
      }
      expect(await finishUpload(upload)).toMatchObject({ kind: 'stored' })
      const [item] = await world.store.log.next(subscription, ALL)
      expect(Buffer.from(item?.body ?? []).equals(body)).toBe(true)
      expect(item).toMatchObject({ bodyBytes: body.byteLength, sha256: sha256(body) })
    })

    it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 17])(
      'stores a body of %i bytes, and any piece of it can be read',
      async (size) => {
        const bucket = await world.makeBucket()
        const subscription = await world.subscribe(bucket, 'a')
        const body = patterned(size)
        const added = await upload(world.store, headOf(bucket), body, 50_000)
        const [item] = await world.store.log.next(subscription, ALL)
        expect(item).toMatchObject({ id: idOf(added), bodyBytes: size, sha256: sha256(body) })
        expect(item?.body === null).toBe(size > CHUNK_BYTES)
        for (const [from, to] of [
          [0, size],
          [0, 10],
          [size - 7, size + 100],
          [CHUNK_BYTES - 3, CHUNK_BYTES + 3],
        ]) {
          const piece = await world.store.log.readBody(idOf(added), Math.max(0, from ?? 0), to ?? 0)
          expect(piece && sha256(piece)).toBe(sha256(body.subarray(Math.max(0, from ?? 0), to)))
        }
      },
    )

    it.each([0, 1, CHUNK_BYTES / 2 + 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 17])(
      'lets a body of %i bytes be looked at before it is finished or given up',
      async (size) => {
        const bucket = await world.makeBucket()
        const subscription = await world.subscribe(bucket, 'a')
        const body = patterned(size)
        const [kept, dropped] = await Promise.all(
          [1, 2].map(async () => {
            const begun = world.store.intake.begin(headOf(bucket))
            for (let from = 0; from < size; from += 50_000)
              begun?.write(Uint8Array.from(body.subarray(from, from + 50_000)))
            expect(sha256((await begun?.read()) ?? new Uint8Array(1))).toBe(sha256(body))
            return begun
          }),
        )
        dropped?.abort()
        expect(await finishUpload(kept)).toMatchObject({ kind: 'stored', seq: 1 })
        const items = await world.store.log.next(subscription, ALL)
        expect(items).toMatchObject([{ kind: 'request', bodyBytes: size, sha256: sha256(body) }])
        expect(sha256(await readPieces(world.store, items[0]))).toBe(sha256(body))
        expect(world.store.stats()).toMatchObject({ items: 1, uncommittedBytes: 0 })
      },
    )

    it('keeps what a check of the address was answered', async () => {
      const bucket = await world.makeBucket()
      const subscription = await world.subscribe(bucket, 'a')
      const handshake = {
        sender: 'slack',
        status: 200,
        headers: [['A', 'b'] as [string, string]],
        body: 'c',
        note: 'd',
      }
      const begun = world.store.intake.begin(headOf(bucket))
      begun?.write(Buffer.from('hello'))
      await finishUpload(begun, [], handshake)
      await world.reopen()
      expect(await world.store.log.next(subscription, ALL)).toMatchObject([
        { kind: 'handshake', handshake, bodyBytes: 5 },
      ])
      expect(await world.store.log.list(bucket.id, { before: null, limit: 9 })).toMatchObject([{ handshake }])
    })

    it('gives ids that are unique and seqs without a gap, however many come at once', async () => {
      const buckets = [await world.makeBucket(), await world.makeBucket()]
      const added = await Promise.all(
        Array.from({ length: 400 }, async (_, n) => {
          const bucket = buckets[n % 2] ?? buckets[0]
          return (
            bucket && {
              bucket,
              added: await upload(world.store, headOf(bucket), patterned(n % 7 ? n : n * 1000), 9999),
            }
          )
        }),
      )
      expect(new Set(added.map((one) => idOf(one?.added))).size).toBe(400)
      for (const bucket of buckets) {
        const seqs = added.filter((one) => one?.bucket === bucket).map((one) => seqOf(one?.added))
        expect(seqs.sort((one, other) => one - other)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
      }
    })

    it('leaves nothing behind when an upload is broken off, early or late', async () => {
      const bucket = await world.makeBucket()
      const subscription = await world.subscribe(bucket, 'a')
      const uploads = [10, 300 * KIB, 2 * MIB].map((size) => {
        const begun = world.store.intake.begin(headOf(bucket))
        begun?.write(patterned(size))
        return begun
      })
      await world.store.check()
      for (const begun of uploads) {
        begun?.abort()
        begun?.abort()
      }
      await world.store.check()
      expect(world.store.stats()).toMatchObject({ items: 0, bytes: 0, uncommittedBytes: 0 })
      expect(seqOf(await world.post(bucket))).toBe(1)
      expect(await world.store.log.next(subscription, ALL)).toHaveLength(1)
    })

    it('stores nothing of an upload that is finished after it was broken off, and says so', async () => {
      const bucket = await world.makeBucket()
      const begun = world.store.intake.begin(headOf(bucket))
      begun?.write(Buffer.from('x'))
      begun?.abort()
      await expect(finishUpload(begun)).rejects.toThrow('aborted')
      expect(await world.store.log.list(bucket.id, { before: null, limit: 10 })).toEqual([])
    })

    it('keeps an item whose upload is broken off after its end', async () => {
      const bucket = await world.makeBucket()
      const begun = world.store.intake.begin(headOf(bucket))
      begun?.write(Buffer.from('x'))
      const finished = finishUpload(begun)
      begun?.abort()
      expect(await finished).toMatchObject({ kind: 'stored' })
      expect(world.store.stats()).toMatchObject({ items: 1, uncommittedBytes: 0 })
    })

    it('pauses an upload at its own bound and lets a lone one go on after the commit', async () => {
      const bucket = await world.makeBucket()
      const begun = world.store.intake.begin(headOf(bucket))
      const drained = vi.fn<() => void>()
      if (begun) begun.onDrain = drained
      expect(begun?.write(patterned(256 * KIB))).toBe(true)
      expect(begun?.write(patterned(256 * KIB))).toBe(false)
      await eventually(() => expect(drained).toHaveBeenCalled())
      expect(world.store.stats().uncommittedBytes).toBeLessThan(512 * KIB)
      expect(await finishUpload(begun)).toMatchObject({ kind: 'stored' })
    })

    it('refuses only the newcomer when the budget is used up, also by many short bodies', async () => {
      await world.reopen({ uncommittedBytes: MIB })
      const bucket = await world.makeBucket()
      const begun = Array.from({ length: 11 }, () => world.store.intake.begin(headOf(bucket)))
      const answers = begun.map((one) => one?.write(patterned(100 * KIB)))
      expect(answers).toEqual([...Array.from({ length: 10 }, () => true), false])
      expect(world.store.intake.begin(headOf(bucket))).toBeNull()
      await Promise.all(
        begun.map(
          (one) =>
            new Promise<void>((resolve) => (one && one.write(new Uint8Array(0)) ? resolve() : waitFor(one, resolve))),
        ),
      )
      for (const one of begun) one?.write(patterned(10))
      const added = await Promise.all(begun.map((one) => finishUpload(one)))
      expect(added.map((one) => one.kind)).toEqual(Array.from({ length: 11 }, () => 'stored'))
      expect(world.store.intake.begin(headOf(bucket))).not.toBeNull()
      const subscription = await world.subscribe(bucket, 'a')
      const body = Buffer.concat([patterned(100 * KIB), patterned(10)])
      for (const item of await world.store.log.next(subscription, ALL)) {
        expect(item.sha256).toBe(sha256(body))
        expect(sha256(await world.bodyOf(item))).toBe(item.sha256)
      }
    })

    it(
      'stores 32 bodies of 25 MB at once within its budget, each with the right hash',
      { timeout: 120_000 },
      async () => {
        const bucket = await world.makeBucket()
        const subscription = await world.subscribe(bucket, 'a')
        const body = patterned(25 * MIB)
        let most = 0
        const added = await Promise.all(
          Array.from({ length: 32 }, () =>
            upload(
              world.store,
              headOf(bucket),
              body,
              64 * KIB,
              () => (most = Math.max(most, world.store.stats().uncommittedBytes)),
            ),
          ),
        )
        expect(added.map(({ kind }) => kind)).toEqual(Array.from({ length: 32 }, () => 'stored'))
        expect(most).toBeLessThanOrEqual(32 * (512 + 64) * KIB)
        expect(world.store.stats().uncommittedBytes).toBe(0)
        const items = await world.store.log.next(subscription, { ...ALL, maxBytes: 32 * 25 * MIB })
        expect(new Set(items.map((item) => item.sha256))).toEqual(new Set([sha256(body)]))
        expect(items).toHaveLength(32)
        expect(sha256(await readPieces(world.store, items[31]))).toBe(sha256(body))
      },
    )

    it('keeps everything over a restart, and goes on with the next seq', async () => {
      const bucket = await world.makeBucket()
      const subscription = await world.subscribe(bucket, 'a')
      const long = patterned(CHUNK_BYTES * 2 + 5)
      const added = [
        await world.post(bucket, 'short'),
        await upload(world.store, headOf(bucket), long, 60_000),
        await world.post(bucket),
      ]
      await world.store.log.ack(subscription, [idOf(added[0]), idOf(added[2])])
      await world.reopen()
      const [item, ...more] = await world.store.log.next(subscription, ALL)
      expect(more).toEqual([])
      expect(item && sha256(await world.bodyOf(item))).toBe(sha256(long))
      expect(await world.store.log.pending(subscription)).toBe(1)
      expect(seqOf(await world.post(bucket))).toBe(4)
    })

    it('drops what was not finished at a stop', async () => {
      const bucket = await world.makeBucket()
      const begun = world.store.intake.begin(headOf(bucket))
      begun?.write(patterned(MIB))
      await world.store.check()
      await world.reopen()
      expect(world.store.stats()).toMatchObject({ items: 0, bytes: 0, uncommittedBytes: 0 })
    })

    it('commits what was finished at a stop, and refuses what comes later', async () => {
      const bucket = await world.makeBucket()
      const finished = world.post(bucket)
      await world.store.close()
      expect(await finished).toMatchObject({ kind: 'stored' })
      expect(world.store.intake.begin(headOf(bucket))).toBeNull()
      await expect(world.store.check()).rejects.toMatchObject({ code: 'closed' })
    })

    it('hands out a rejected item with what was parsed of its head', async () => {
      const bucket = await world.makeBucket()
      const subscription = await world.subscribe(bucket, 'a')
      const rejected = { status: 413, reason: 'too large', bodyBytes: 99_000_000 }
      await world.store.intake.reject(headOf(bucket, '/in/x'), rejected)
      expect(await world.store.log.next(subscription, ALL)).toMatchObject([
        { kind: 'rejected', target: '/in/x', rejected, bodyBytes: 0, gap: null, seq: 1 },
      ])
    })
  })
}
