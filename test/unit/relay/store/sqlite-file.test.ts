import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MIGRATIONS } from '../../../../relay/store/sqlite/migrations.ts'
import { APPLICATION_ID } from '../../../../relay/store/sqlite/database.ts'
import type { StoreNotice } from '../../../../relay/store/sqlite/notices.ts'
import type { SqliteStoreOptions } from '../../../../relay/store/sqlite/open.ts'
import type { Bucket, RelayStore, SubscriptionId } from '../../../../relay/store/store.ts'
import { headOf, idOf, makeSqlitePlace, post, takeBackPacks } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const SECRET_BODY = Buffer.from('a very secret payload that must not stand in the file')
const ALL = { afterSeq: 0, limit: 10, maxBytes: 1e9 }

describe('the file of a relay store', () => {
  let place: SqlitePlace
  beforeEach(() => {
    place = makeSqlitePlace()
  })
  afterEach(() => place.remove())

  it('is set up for fast inserts and for shrinking, and says whose it is', async () => {
    await place.open().close()
    const pragmas = place.inFile((database) =>
      ['page_size', 'auto_vacuum', 'journal_mode', 'application_id', 'user_version'].map((name): unknown =>
        database.pragma(name, { simple: true }),
      ),
    )
    expect(pragmas).toEqual([16_384, 2, 'wal', APPLICATION_ID, MIGRATIONS.length])
  })

  it('keeps items whatever the name of their key', async () => {
    const store = place.open({ keyId: "the key's name" })
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    const reader: SubscriptionId = { bucketId: bucket.id, name: 'a' }
    await post(store, bucket, SECRET_BODY)
    await store.log.openSubscription(reader)
    expect((await store.log.next(reader, ALL))[0]?.body).toEqual(SECRET_BODY)
    await store.close()
  })

  it('keeps what was handed out, and what is to be again, of a file of the first version', async () => {
    const before = place.open()
    const bucket = await before.admin.createBucket({ name: 'b', settings: {} })
    const reader: SubscriptionId = { bucketId: bucket.id, name: 'a' }
    await before.log.openSubscription(reader)
    const id = idOf(await post(before, bucket, SECRET_BODY))
    before.log.handedOut(reader, [id, id])
    await before.log.redeliver(bucket.id, id)
    await before.close()
    place.inFile((database) => {
      for (const table of ['redelivery', 'handout']) {
        const [made] = new RegExp(`CREATE TABLE ${table} [^;]*;`).exec(MIGRATIONS[0] ?? '') ?? []
        expect(made).toContain('REFERENCES item (ref) ON DELETE CASCADE')
        database.exec(`ALTER TABLE ${table} RENAME TO later; ${made}`)
        database.exec(`INSERT INTO ${table} SELECT * FROM later; DROP TABLE later`)
      }
      takeBackPacks(database)
      database.exec('DROP TABLE secret')
      database.pragma('user_version = 1')
    })
    const after = place.open()
    const found = await after.log.next(reader, ALL)
    expect(found.map(({ seq, handouts, redelivered }) => [seq, handouts, redelivered])).toEqual([
      [1, 2, false],
      [2, 2, true],
    ])
    await after.log.ack(reader, [id])
    await after.close()
    const left = place.inFile((database) =>
      ['item', 'redelivery', 'handout'].map((table) => database.prepare(`SELECT * FROM ${table}`).all()),
    )
    expect(left).toEqual([[], [], []])
  })

  it.skipIf(process.platform === 'win32')('can be read by its owner alone', async () => {
    const store = place.open()
    expect(statSync(place.file).mode & 0o777).toBe(0o600)
    expect(statSync(`${place.file}-wal`).mode & 0o777).toBe(0o600)
    await store.close()
  })

  it('holds nothing in the clear that a sender sent', async () => {
    const store = place.open()
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    await post(store, bucket, SECRET_BODY, '/in/very-secret-target')
    await post(store, bucket, Buffer.concat([SECRET_BODY, Buffer.alloc(600_000)]), '/in/very-secret-target')
    await store.close()
    const bytes = readFileSync(place.file).toString('latin1')
    expect(bytes).not.toContain('very secret payload')
    expect(bytes).not.toContain('very-secret-target')
    expect(bytes).not.toContain('the-senders-secret')
    expect(bytes).not.toContain('192.0.2.1')
  })

  it('is written to for a bucket that is not there as well, or the time of the answer would tell', async () => {
    const store = place.open()
    const nowhere = { id: '', name: '', settings: {}, createdAt: 0 }
    const before = statSync(`${place.file}-wal`).size
    expect(await post(store, nowhere, new Uint8Array(0))).toEqual({ kind: 'gone' })
    expect(statSync(`${place.file}-wal`).size).toBeGreaterThan(before)
    await store.close()
  })

  it.each([
    ['another key', { key: new Uint8Array(32).fill(8) }],
    ['another key id', { keyId: 'k2' }],
    ['a key of the wrong length', { key: new Uint8Array(16) }],
  ])('is refused with %s', async (_, wrong) => {
    await place.open().close()
    expect(() => place.open(wrong)).toThrowError(expect.objectContaining({ code: 'wrong-key' }))
    await place.open().close()
  })

  it('is refused by name and left untouched when a newer Creel wrote it', async () => {
    await place.open().close()
    place.inFile((database) => database.pragma(`user_version = ${MIGRATIONS.length + 1}`))
    const before = readFileSync(place.file)
    expect(() => place.open()).toThrowError(expect.objectContaining({ code: 'newer-file' }))
    expect(() => place.open()).toThrowError(place.file)
    expect(readFileSync(place.file)).toEqual(before)
  })

  it('is refused and left untouched when it is something else', () => {
    place.inFile((database) => database.exec('CREATE TABLE other (x); INSERT INTO other VALUES (1)'))
    const database = readFileSync(place.file)
    expect(() => place.open()).toThrowError(expect.objectContaining({ code: 'not-a-store' }))
    expect(readFileSync(place.file)).toEqual(database)
    writeFileSync(place.file, 'no database at all, but long enough to look like one. '.repeat(100))
    expect(() => place.open()).toThrowError(expect.objectContaining({ code: 'not-a-store' }))
  })

  it('says so when its folder is not there', () => {
    expect(() => place.open({ file: `${place.file}/nowhere/relay.db` })).toThrowError(
      expect.objectContaining({ code: 'io-error' }),
    )
  })

  it('is refused while another store holds it', { timeout: 20_000 }, async () => {
    const store = place.open()
    expect(() => place.open()).toThrowError(expect.objectContaining({ code: 'in-use' }))
    await store.check()
    await store.close()
  })

  it.each([
    ['received_at', 'UPDATE item SET received_at = received_at + 1'],
    ['the head', 'UPDATE item SET head = zeroblob(length(head))'],
    ['the hash', 'UPDATE item SET sha256 = zeroblob(32)'],
    ['the body', 'UPDATE item SET body = zeroblob(60)'],
    ['the body away', 'UPDATE item SET body = NULL'],
    [
      'the bodies of two items',
      `CREATE TEMP TABLE kept AS SELECT ref, body FROM item;
       UPDATE item SET body = (SELECT kept.body FROM kept WHERE kept.ref <> item.ref)`,
    ],
    ['the order of two items', 'UPDATE item SET seq = 3 - seq'],
    ['the kind', `UPDATE item SET kind = 'rejected'`],
  ])('announces a gap in the place of items of which somebody changed %s', async (_, sql) => {
    const store = place.open()
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    const subscription = { bucketId: bucket.id, name: 'a' }
    await store.log.openSubscription(subscription)
    // Long enough to be sealed apart from their heads.
    for (const word of ['one', 'two']) await post(store, bucket, Buffer.alloc(20_000, word))
    await store.close()
    place.inFile((database) => database.exec(sql))
    const again = place.open()
    expect(await again.log.next(subscription, ALL)).toMatchObject([
      { kind: 'gap', gap: { count: 2, fromSeq: 1, toSeq: 2, reason: 'damaged' } },
    ])
    await again.close()
  })

  describe('with one damaged item among others', () => {
    const notices: StoreNotice[] = []
    let bucket: Bucket
    let subscription: SubscriptionId

    async function openDamaged(wishes: Partial<SqliteStoreOptions> = {}): Promise<RelayStore> {
      notices.length = 0
      const store = place.open()
      bucket = await store.admin.createBucket({ name: 'b', settings: {} })
      subscription = { bucketId: bucket.id, name: 'a' }
      await store.log.openSubscription(subscription)
      for (const body of ['one', 'two', 'three']) await post(store, bucket, Buffer.from(body))
      await store.close()
      place.inFile((database) => database.exec('UPDATE item SET head = zeroblob(length(head)) WHERE seq = 2'))
      return place.open({ onNotice: (notice) => void notices.push(notice), ...wishes })
    }

    it('hands out the others and then a gap, tells the log, and counts right', async () => {
      const store = await openDamaged()
      expect((await store.log.next(subscription, ALL)).map(({ seq }) => seq)).toEqual([1, 3])
      const [gap] = await store.log.next(subscription, { ...ALL, afterSeq: 3 })
      expect(gap).toMatchObject({ seq: 4, gap: { count: 1, fromSeq: 2, toSeq: 2, reason: 'damaged' } })
      const line = `{"seq":2,"receivedAt":${gap?.gap?.from},"method":"","target":"","bodyBytes":3}\n`
      expect(Buffer.from(gap?.body ?? []).toString()).toBe(line)
      expect(notices).toMatchObject([{ kind: 'item-damaged', bucketId: bucket.id, seq: 2, error: { code: 'corrupt' } }])
      expect(await store.log.pending(subscription)).toBe(3)
      expect(store.stats()).toMatchObject({ items: 2, bytes: 8 })
      await store.close()
    })

    it('lists them to the administrator all the same', async () => {
      const store = await openDamaged()
      const listed = await store.log.list(bucket.id, { before: null, limit: 10 })
      expect(listed.map(({ seq }) => seq)).toEqual([3, 1])
      await store.close()
    })

    it('lets it expire like any other', async () => {
      const store = await openDamaged({ limits: { ttlMs: 1 }, now: () => 1_800_000_000_010 })
      await store.sweep()
      const [gap] = await store.log.next(subscription, ALL)
      expect(gap?.gap).toMatchObject({ count: 3, fromSeq: 1, toSeq: 3, reason: 'expired' })
      await store.close()
    })

    it('pushes it out like any other when the bucket is full', async () => {
      const store = await openDamaged({ limits: { maxItems: 1, overflow: 'drop-oldest' } })
      await post(store, bucket, Buffer.from('four'))
      const [gap] = await store.log.next(subscription, { ...ALL, afterSeq: 4 })
      expect(gap?.gap).toMatchObject({ count: 3, reason: 'overflow' })
      await store.close()
    })
  })

  it.each([
    [
      'swapped',
      `CREATE TEMP TABLE kept AS SELECT * FROM body_chunk;
       UPDATE body_chunk SET bytes = (SELECT kept.bytes FROM kept WHERE kept.start = 262144 - body_chunk.start)
       WHERE start IN (0, 262144)`,
    ],
    ['changed', 'UPDATE body_chunk SET bytes = zeroblob(262172)'],
    ['taken away', 'DELETE FROM body_chunk WHERE start = 262144'],
  ])('detects that chunks of a body were %s', async (_, sql) => {
    const store = place.open()
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    const subscription = { bucketId: bucket.id, name: 'a' }
    await store.log.openSubscription(subscription)
    const added = await post(store, bucket, Buffer.alloc(700_000, 'x'))
    await store.close()
    place.inFile((database) => database.exec(sql))
    const again = place.open()
    await expect(again.log.readBody(idOf(added), 0, 700_000)).rejects.toMatchObject({ code: 'corrupt' })
    // Next time it does not stand in the way any more.
    expect(await again.log.next(subscription, ALL)).toMatchObject([
      { kind: 'gap', gap: { count: 1, reason: 'damaged' } },
    ])
    await again.close()
  })

  it('gets rid of what an upload wrote that was broken off', async () => {
    const store = place.open()
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    const upload = store.intake.begin(headOf(bucket))
    upload?.write(Buffer.alloc(2_000_000))
    await store.check()
    await store.check()
    upload?.abort()
    // Deleting goes on in the commits that follow.
    for (let n = 0; n < 10; n += 1) await store.check()
    await store.close()
    expect(place.inFile((database) => database.prepare('SELECT count(*) FROM body_chunk').pluck().get())).toBe(0)
  })

  it('gets rid at its opening of what a crash left of an upload, and of a bucket that was being deleted', async () => {
    await place.open().close()
    place.inFile((database) => {
      const insert = database.prepare(`INSERT INTO body_chunk VALUES (?, ?, 'k1', zeroblob(100))`)
      for (let n = 0; n < 9; n += 1) insert.run(Buffer.alloc(16, n % 2), n)
      database.exec(`INSERT INTO item (id, bucket, seq, kind, received_at, body_bytes, sha256, body_id, key_id, head)
        VALUES (zeroblob(16), 99, 1, 'request', 1, 100, zeroblob(32), zeroblob(16), 'k1', zeroblob(40))`)
    })
    const store = place.open()
    for (let n = 0; n < 10; n += 1) await store.check()
    await store.close()
    const left = place.inFile((database) =>
      database.prepare('SELECT (SELECT count(*) FROM body_chunk) + (SELECT count(*) FROM item)').pluck().get(),
    )
    expect(left).toBe(0)
  })

  it('does not keep a stop waiting for the deletion of a large bucket, and goes on with it later', async () => {
    const store = place.open()
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    for (let n = 0; n < 20; n += 1) await post(store, bucket, Buffer.alloc(600_000))
    await store.admin.deleteBucket(bucket.id)
    const before = store.stats().commits
    await store.close()
    expect(store.stats().commits - before).toBeLessThan(3)
    const again = place.open()
    for (let n = 0; n < 120; n += 1) await again.check()
    await again.close()
    expect(place.inFile((database) => database.prepare('SELECT count(*) FROM body_chunk').pluck().get())).toBe(0)
  })

  it('shrinks after what it held has gone', { timeout: 20_000 }, async () => {
    const store = place.open()
    const bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    for (let n = 0; n < 40; n += 1) await post(store, bucket, Buffer.alloc(300_000))
    await store.admin.deleteBucket(bucket.id)
    for (let n = 0; n < 120; n += 1) await store.check()
    for (let n = 0; n < 5; n += 1) await store.sweep()
    await store.close()
    expect(statSync(place.file).size).toBeLessThan(6_000_000)
  })
})
