import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KIB } from '../../../../protocol/limits.ts'
import type { SqliteStoreOptions } from '../../../../relay/store/sqlite/open.ts'
import type { Added, Bucket, BucketSettings, LoggedItem, RelayStore } from '../../../../relay/store/store.ts'
import { headOf, idOf, itemsInFile, makeSqlitePlace, post, takeBackLists, takeBackPacks } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const ALL = { afterSeq: 0, limit: 1000, maxBytes: 1e9 }
const bodyOf = (n: number): Buffer => Buffer.from(`body ${n} ${'ä\0'.repeat(n * 50)}`)
const targetOf = (n: number): string => `/in/${n}/${'\u00e9'.repeat(n)}`

describe('requests of one commit', () => {
  let place: SqlitePlace
  let store: RelayStore
  let bucket: Bucket
  let reader: { bucketId: string; name: string }

  async function start(settings: BucketSettings = {}, wishes: Partial<SqliteStoreOptions> = {}): Promise<void> {
    store = place.open(wishes)
    bucket = await store.admin.createBucket({ name: 'b', settings })
    reader = { bucketId: bucket.id, name: 'a' }
    await store.log.openSubscription(reader)
  }
  async function reopen(wishes: Partial<SqliteStoreOptions> = {}): Promise<void> {
    await store.close()
    store = place.open(wishes)
  }
  /** All in one commit. */
  const postMany = (count: number, to = bucket): Promise<Added[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => post(store, to, bodyOf(n), targetOf(n))))
  function expectWhole(items: readonly LoggedItem[], numbers: readonly number[]): void {
    const told = items.map(({ seq, target, body, sha256, bodyBytes }) => ({ seq, target, body, sha256, bodyBytes }))
    expect(told).toEqual(
      numbers.map((n) => ({
        seq: n + 1,
        target: targetOf(n),
        body: bodyOf(n),
        sha256: createHash('sha256').update(bodyOf(n)).digest('hex'),
        bodyBytes: bodyOf(n).length,
      })),
    )
  }
  /** Of the file of a store that is closed: items of each pack, by its bucket. Fails where one of both is without the other. */
  function packs(): [bucket: string, items: number][] {
    return place.inFile((database) => {
      const items = itemsInFile(database)
      const all = 'SELECT pack.ref, bucket.id FROM pack LEFT JOIN bucket ON bucket.ref = pack.bucket ORDER BY pack.ref'
      const found = database
        .prepare<[], { ref: number; id: string }>(all)
        .all()
        .map(({ ref, id }) => ({ ref, id, items: items.filter(({ pack }) => pack === ref).length }))
      for (const one of found) expect(one.items).toBeGreaterThan(0)
      const refs: (number | null)[] = found.map(({ ref }) => ref)
      expect(items.filter(({ pack }) => pack !== null && !refs.includes(pack))).toEqual([])
      return found.map(({ id, items }) => [id, items])
    })
  }

  beforeEach(() => {
    place = makeSqlitePlace()
  })
  afterEach(async () => {
    await store.close()
    place.remove()
  })

  it('are sealed as one, and each is read back whole, in its order, in memory of its own', async () => {
    await start()
    const added = await postMany(20)
    await reopen()
    const items = await store.log.next(reader, ALL)
    expectWhole(items, [...added.keys()])
    for (const { body } of items) expect(body?.buffer.byteLength).toBe(body?.byteLength)
    expectWhole(
      (await store.log.list(bucket.id, { before: null, limit: 3 })).map((item) => ({
        ...item,
        body: bodyOf(item.seq - 1),
      })),
      [19, 18, 17],
    )
    expect(await store.log.readBody(idOf(added[7] ?? { kind: 'gone' }), 2, 9)).toEqual(bodyOf(7).subarray(2, 9))
    await store.close()
    expect(packs()).toEqual([[bucket.id, 20]])
    const bytes = readFileSync(place.file).toString('latin1')
    for (const word of ['body 1', '/in/1', 'the-senders-secret', '192.0.2.1']) expect(bytes).not.toContain(word)
  })

  it('are each sealed for themselves where they are alone, or large', async () => {
    await start()
    await post(store, bucket, bodyOf(0), targetOf(0))
    await Promise.all(Array.from({ length: 6 }, () => post(store, bucket, Buffer.alloc(17 * KIB))))
    await Promise.all(
      Array.from({ length: 6 }, () => post(store, bucket, Buffer.alloc(10), `/${'x'.repeat(40 * KIB)}`)),
    )
    await reopen()
    expect(await store.log.next(reader, ALL)).toHaveLength(13)
    await store.close()
    expect(packs()).toEqual([])
  })

  it('make few packs where they are spread over many buckets, as a pack of one item costs more than it saves', async () => {
    await start()
    const more = Array.from({ length: 11 }, (_, n) => store.admin.createBucket({ name: `b${n}`, settings: {} }))
    const buckets = [bucket, ...(await Promise.all(more))]
    await Promise.all(buckets.map((to) => post(store, to, bodyOf(1), targetOf(0))))
    await reopen()
    for (const { id } of buckets) expect(await store.log.list(id, { before: null, limit: 9 })).toHaveLength(1)
    await store.close()
    expect(packs().length).toBeLessThan(5)
  })

  it('fill several packs where they are many', async () => {
    await start()
    const bodies = Array.from({ length: 40 }, (_, n) => Buffer.alloc(8 * KIB, `${n} `))
    await Promise.all(bodies.map((body) => post(store, bucket, body)))
    await reopen()
    expect((await store.log.next(reader, ALL)).map(({ body }) => body)).toEqual(bodies)
    await store.close()
    const counts = packs().map(([, items]) => items)
    expect(counts.reduce((sum, items) => sum + items, 0)).toBe(40)
    expect(counts.length).toBeGreaterThan(4)
    expect(Math.max(...counts)).toBeGreaterThan(5)
  })

  it('share nothing with those of another bucket', async () => {
    await start()
    const other = await store.admin.createBucket({ name: 'c', settings: {} })
    await Promise.all([postMany(5), postMany(6, other), postMany(3)])
    await store.log.ack(
      reader,
      (await store.log.next(reader, ALL)).map(({ id }) => id),
    )
    await store.close()
    expect(packs()).toEqual([[other.id, 6]])
  })

  it('go one by one, and what they share with the last of them, in whatever order they are acknowledged', async () => {
    await start()
    const ids = (await postMany(8)).map(idOf)
    const left = [...ids.keys()]
    for (const n of [3, 0, 7, 1, 2, 6, 4, 5]) {
      await reopen()
      expectWhole(await store.log.next(reader, ALL), left)
      await store.log.ack(reader, [ids[n] ?? ''])
      left.splice(left.indexOf(n), 1)
      await store.close()
      expect(packs()).toEqual(left.length === 0 ? [] : [[bucket.id, left.length]])
    }
    expect(place.inFile(itemsInFile)).toEqual([])
  })

  it('keep what they share while one of them is kept, or is to be handed out again', async () => {
    const time = { now: 1_800_000_000_000 }
    const wishes = { now: () => time.now }
    await start({ keepAckedMs: 1000 }, wishes)
    const ids = (await postMany(6)).map(idOf)
    await store.log.ack(reader, ids)
    await store.log.redeliver(bucket.id, ids[2] ?? '')
    time.now += 2000
    await reopen(wishes)
    await store.sweep()
    const [again, ...more] = await store.log.next(reader, ALL)
    expect([again?.id, again?.redelivered, again?.body, more]).toEqual([ids[2], true, bodyOf(2), []])
    await reopen(wishes)
    expect((await store.log.find(bucket.id, ids[2] ?? ''))?.target).toBe(targetOf(2))
    await store.log.ack(reader, [ids[2] ?? ''])
    time.now += 2000
    await store.sweep()
    await store.close()
    expect(packs()).toEqual([])
  })

  it('go with their bucket', async () => {
    await start()
    await postMany(250)
    await store.admin.deleteBucket(bucket.id)
    for (let n = 0; n < 10; n += 1) await store.check()
    await store.close()
    expect(packs()).toEqual([])
  })

  it('expire one by one', async () => {
    const time = { now: 1_800_000_000_000 }
    await start({}, { now: () => time.now, limits: { ttlMs: 1000 } })
    await postMany(6)
    time.now += 2000
    await postMany(5)
    await reopen({ now: () => time.now, limits: { ttlMs: 1000 } })
    await store.sweep()
    const [gap, ...items] = (await store.log.next(reader, ALL)).toSorted((one, other) => other.seq - one.seq)
    expect(gap?.gap).toMatchObject({ count: 6, fromSeq: 1, toSeq: 6, reason: 'expired' })
    expect(Buffer.from(gap?.body ?? []).toString()).toContain(`"target":"${targetOf(4)}"`)
    expect(items.map(({ body }) => body)).toEqual([4, 3, 2, 1, 0].map(bodyOf))
    await store.close()
    expect(packs()).toEqual([[bucket.id, 5]])
  })

  it('may push each other out, all within that commit', async () => {
    await start({ maxItems: 3, overflow: 'drop-oldest' })
    await postMany(12)
    await reopen()
    const items = await store.log.next(reader, ALL)
    expectWhole(items.slice(0, 3), [9, 10, 11])
    const lines = Buffer.from(items[3]?.body ?? []).toString()
    for (const n of [0, 1, 8]) expect(lines).toContain(`"target":"${targetOf(n)}"`)
    expect(items[3]?.gap).toMatchObject({ count: 9, fromSeq: 1, toSeq: 9, reason: 'overflow' })
    await store.log.ack(
      reader,
      items.map(({ id }) => id),
    )
    await store.close()
    expect(packs()).toEqual([])
  })

  it('leave nothing where their commit failed, and are stored when they come again', async () => {
    // 4 MiB
    await start({}, { maxPages: 256 })
    const results = await Promise.allSettled(
      Array.from({ length: 600 }, (_, n) => post(store, bucket, Buffer.alloc(16 * KIB, n))),
    )
    expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(100)
    const stored = results.flatMap((result) => (result.status === 'fulfilled' ? [idOf(result.value)] : []))
    expect(stored.length).toBeGreaterThan(50)
    expect((await store.log.next(reader, ALL)).map(({ id }) => id)).toEqual(stored)
    await store.log.ack(reader, stored.slice(0, 100))
    const later = (await Promise.all(Array.from({ length: 8 }, (_, n) => post(store, bucket, bodyOf(n))))).map(idOf)
    await reopen()
    expect((await store.log.next(reader, ALL)).map(({ id }) => id)).toEqual([...stored.slice(100), ...later])
    await store.close()
    packs()
  })

  it('stand beside those of a file from before they shared anything', async () => {
    await start()
    const old: Added[] = []
    for (const n of [0, 1, 2]) old.push(await post(store, bucket, bodyOf(n), targetOf(n)))
    old.push(await post(store, bucket, Buffer.alloc(20 * KIB)))
    await store.close()
    place.inFile(takeBackPacks)
    await reopen()
    await postMany(6)
    await reopen()
    const items = await store.log.next(reader, ALL)
    expectWhole(items.slice(0, 3), [0, 1, 2])
    expect(items.slice(4).map(({ body }) => body)).toEqual([0, 1, 2, 3, 4, 5].map(bodyOf))
    await store.log.ack(
      reader,
      items.map(({ id }) => id),
    )
    await store.close()
    expect(packs()).toEqual([])
    expect(place.inFile(itemsInFile)).toEqual([])
  })

  it('stand beside those of a file in which each had a row', async () => {
    await start()
    await postMany(7)
    await store.close()
    place.inFile(takeBackLists)
    await reopen()
    await postMany(6)
    await reopen()
    const items = await store.log.next(reader, ALL)
    expectWhole(items.slice(0, 7), [0, 1, 2, 3, 4, 5, 6])
    expect(items.slice(7).map(({ seq, body }) => [seq, body])).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => [n + 8, bodyOf(n)]),
    )
    for (const n of [12, 3, 8, 0]) await store.log.ack(reader, [items[n]?.id ?? ''])
    await reopen()
    expect((await store.log.next(reader, ALL)).map(({ seq }) => seq)).toEqual([2, 3, 5, 6, 7, 8, 10, 11, 12])
    await store.log.ack(
      reader,
      items.map(({ id }) => id),
    )
    await store.close()
    expect(packs()).toEqual([])
    expect(place.inFile(itemsInFile)).toEqual([])
  })

  it('lie where an upload that is broken off beside them leaves nothing', async () => {
    await start()
    const upload = store.intake.begin(headOf(bucket))
    upload?.write(Buffer.alloc(600 * KIB))
    const stored = postMany(8)
    upload?.abort()
    await stored
    await reopen()
    expectWhole(await store.log.next(reader, ALL), [0, 1, 2, 3, 4, 5, 6, 7])
  })
})
