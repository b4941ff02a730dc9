import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoreNotice } from '../../../../relay/store/sqlite/notices.ts'
import type { Added, Bucket, RelayStore } from '../../../../relay/store/store.ts'
import { idOf, itemsInFile, makeSqlitePlace, post, takeBackLists } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const ALL = { afterSeq: 0, limit: 1000, maxBytes: 1e9 }
const bodyOf = (n: number): Buffer => Buffer.from(`body ${n} ${'ä\0'.repeat(n * 50)}`)

describe('requests of one commit that were damaged', () => {
  let place: SqlitePlace
  let store: RelayStore
  let bucket: Bucket
  let reader: { bucketId: string; name: string }
  const notices: StoreNotice[] = []

  async function start(): Promise<void> {
    store = place.open()
    bucket = await store.admin.createBucket({ name: 'b', settings: {} })
    reader = { bucketId: bucket.id, name: 'a' }
    await store.log.openSubscription(reader)
  }
  async function reopen(): Promise<void> {
    await store.close()
    notices.length = 0
    store = place.open({ onNotice: (notice) => void notices.push(notice) })
  }
  /** All in one commit. */
  const postMany = (count: number): Promise<Added[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => post(store, bucket, bodyOf(n))))

  beforeEach(() => {
    place = makeSqlitePlace()
  })
  afterEach(async () => {
    await store.close()
    place.remove()
  })

  const entry = (at: number, bytes: string): string =>
    `UPDATE pack SET items = CAST(substr(items, 1, ${32 + at}) || x'${bytes}' || substr(items, ${33 + at + bytes.length / 2}) AS BLOB)`
  it.each([
    ['the pack was', '', 'UPDATE pack SET sealed = zeroblob(length(sealed))', 6],
    ['the pack was cut', '', 'UPDATE pack SET sealed = substr(sealed, 1, 20)', 6],
    ['the place of the pack was', '', 'UPDATE pack SET last_seq = last_seq + 1', 6],
    ['one was listed at another place', '', entry(28, '00000002'), 1],
    ['one was listed behind the last', '', entry(28, '00ffffff'), 1],
    ['the time of one was', '', entry(16, '4270000000000000'), 1],
    ['the length of one was', '', entry(24, '00000001'), 1],
    ['the entry of one was lost, as it', '', entry(0, '00'.repeat(32)), 1],
    ['all entries were lost, as they', '', 'UPDATE pack SET items = zeroblob(length(items))', 6],
    ['the id of one was', '', entry(0, '0102030405060708090a0b0c0d0e0f10'), 1],
    [
      'two were exchanged',
      '',
      'UPDATE pack SET items = CAST(substr(items, 33, 32) || substr(items, 1, 32) || substr(items, 65) AS BLOB)',
      2,
    ],
    ['the pack of rows was', 'rows', 'UPDATE pack SET sealed = zeroblob(length(sealed))', 6],
    ['the bucket of the pack was', 'rows', 'UPDATE pack SET bucket = 99', 6],
    ['the pack was taken away', 'rows', 'DELETE FROM pack', 6],
    ['one was laid at another place', 'rows', 'UPDATE item SET place = 2 WHERE seq = 2', 1],
    ['one was laid at no place', 'rows', 'UPDATE item SET place = NULL WHERE seq = 2', 1],
    ['one was laid behind the last', 'rows', 'UPDATE item SET place = 6 WHERE seq = 2', 1],
    ['one was laid into no pack', 'rows', 'UPDATE item SET pack = NULL WHERE seq = 2', 1],
    ['the time of a row was', 'rows', 'UPDATE item SET received_at = received_at + 1 WHERE seq = 2', 1],
    ['the length of a row was', 'rows', 'UPDATE item SET body_bytes = body_bytes - 1 WHERE seq = 2', 1],
    ['the id of a row was', 'rows', 'UPDATE item SET id = zeroblob(16) WHERE seq = 2', 1],
    ['the kind of a row was', 'rows', `UPDATE item SET kind = 'rejected' WHERE seq = 2`, 1],
    [
      'two rows were exchanged',
      'rows',
      'UPDATE item SET seq = -seq WHERE seq < 3; UPDATE item SET seq = 3 + seq WHERE seq < 0',
      2,
    ],
  ])('are announced as a gap, no more of them than that, when %s changed in the file', async (_, form, sql, count) => {
    await start()
    await postMany(6)
    await store.close()
    if (form === 'rows') place.inFile(takeBackLists)
    place.inFile((database) => database.exec(sql))
    await reopen()
    const items = await store.log.next(reader, ALL)
    const found = count === 6 ? items : [...items, ...(await store.log.next(reader, { ...ALL, afterSeq: 6 }))]
    expect(found.filter(({ kind }) => kind === 'gap').map(({ gap }) => gap?.count)).toEqual([count])
    expect(
      found
        .filter(({ kind }) => kind === 'request')
        .every(({ seq, body }) => bodyOf(seq - 1).equals(body ?? new Uint8Array(0))),
    ).toBe(true)
    expect(found).toHaveLength(6 - count + 1)
    expect(notices.map(({ kind }) => kind)).toEqual(Array.from({ length: count }, () => 'item-damaged'))
    await store.log.ack(
      reader,
      found.map(({ id }) => id),
    )
    expect(store.stats()).toMatchObject({ items: 0, bytes: 0 })
    await store.close()
    expect(place.inFile(itemsInFile)).toEqual([])
  })

  it('are told to the administrator as damaged, and the rest is read on', async () => {
    await start()
    const ids = (await postMany(5)).map(idOf)
    const behind = idOf(await post(store, bucket, bodyOf(9)))
    await store.close()
    place.inFile((database) => database.exec('UPDATE pack SET sealed = zeroblob(length(sealed))'))
    await reopen()
    expect((await store.log.list(bucket.id, { before: null, limit: 10 })).map(({ id }) => id)).toEqual([behind])
    expect(await store.log.find(bucket.id, ids[0] ?? '')).toBeNull()
    expect(store.stats()).toMatchObject({ items: 1, bytes: bodyOf(9).length })
    await store.close()
    expect(place.inFile((database) => database.prepare('SELECT ref FROM pack').all())).toEqual([])
  })
})
