import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { openSqliteStore } from '../../../../relay/store/sqlite/open.ts'
import type { SqliteStoreOptions } from '../../../../relay/store/sqlite/open.ts'
import type { Added, Bucket, NewItemHead, RelayStore } from '../../../../relay/store/store.ts'
import { finishUpload } from '../../../helpers/finish-upload.ts'

/** A folder of its own for one test's store, and a look at the file behind it. */
export type SqlitePlace = {
  readonly file: string
  open(options?: Partial<SqliteStoreOptions>): RelayStore
  /** Reads or changes the file while no store holds it. */
  inFile<T>(work: (database: Database) => T): T
  remove(): void
}

export function makeSqlitePlace(): SqlitePlace {
  const folder = mkdtempSync(join(tmpdir(), 'creel-relay-sqlite-'))
  const file = join(folder, 'relay.db')
  const usual = {
    file,
    key: new Uint8Array(32).fill(7),
    keyId: 'k1',
    nativeBinding: null,
    now: () => 1_800_000_000_000,
  }
  return {
    file,
    open: (options) => openSqliteStore({ ...usual, ...options }),
    inFile(work) {
      const database = new Sqlite(file)
      try {
        return work(database)
      } finally {
        database.close()
      }
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

export function headOf(bucket: Bucket, target = '/in/1'): NewItemHead {
  const headers: [string, string][] = [['Authorization', 'Bearer the-senders-secret']]
  return { bucketId: bucket.id, inputId: null, remote: '192.0.2.1', method: 'POST', target, mountBytes: 3, headers }
}

export async function post(store: RelayStore, bucket: Bucket, body: Uint8Array, target?: string): Promise<Added> {
  const upload = store.intake.begin(headOf(bucket, target))
  if (upload === null) throw new Error('The store has no room for a new upload.')
  upload.write(Uint8Array.from(body))
  return await finishUpload(upload)
}

export function idOf(added: Added): string {
  return added.kind === 'stored' ? added.id : ''
}

const ENTRY_BYTES = 32

/** Items that are in the file, with a row or in their pack's list, by the number of their pack. */
export function itemsInFile(database: Database): { readonly ref: number; readonly pack: number | null }[] {
  const rows = database.prepare<[], { ref: number; pack: number | null }>('SELECT ref, pack FROM item').all()
  const unlisted = new Set(database.prepare<[], number>('SELECT ref FROM unlisted').pluck().all())
  const packs = database
    .prepare<[], { pack: number; firstSeq: number; goneTo: number; items: Buffer }>(
      `SELECT pack.ref AS pack, first_seq AS firstSeq, ifnull(gone_to, 0) AS goneTo, items
       FROM pack LEFT JOIN bucket ON bucket.ref = pack.bucket WHERE items IS NOT NULL`,
    )
    .all()
  const listed = packs.flatMap(({ pack, firstSeq, goneTo, items }) =>
    Array.from({ length: items.length / ENTRY_BYTES }, (_, index) => index)
      .filter((index) => firstSeq + index > goneTo)
      .filter((index) => items.subarray(index * ENTRY_BYTES, index * ENTRY_BYTES + 16).some((byte) => byte !== 0))
      .map((index) => ({ ref: index - 2048 * pack, pack })),
  )
  return [...rows, ...listed.filter(({ ref }) => !unlisted.has(ref))]
}

/** Makes the file one of the fourth version, in which each item had a row, also in a pack. */
export function takeBackLists(database: Database): void {
  const insert = database.prepare(
    `INSERT INTO item (id, bucket, seq, kind, received_at, body_bytes, sha256, key_id, head, pack, place)
     VALUES (?, ?, ?, 'request', ?, ?, x'', '', x'', ?, ?)`,
  )
  const packs = database
    .prepare<[], { ref: number; bucket: number; first_seq: number; items: Buffer }>('SELECT * FROM pack')
    .all()
  for (const { ref, bucket, first_seq: firstSeq, items } of packs) {
    for (let at = 0; at < items.length; at += ENTRY_BYTES) {
      const seq = firstSeq + at / ENTRY_BYTES
      const [bytes, place] = [items.readUInt32BE(at + 24), items.readUInt32BE(at + 28)]
      insert.run(items.subarray(at, at + 16), bucket, seq, items.readDoubleBE(at + 16), bytes, ref, place)
    }
  }
  database.exec(`UPDATE bucket SET last_seq = max(last_seq,
    (SELECT ifnull(max(pack.last_seq), 0) FROM pack WHERE pack.bucket = bucket.ref))`)
  database.exec(
    'ALTER TABLE pack DROP COLUMN items; DROP TABLE unlisted; ALTER TABLE bucket DROP COLUMN gone_to; PRAGMA user_version = 4',
  )
}

/** Makes the file one of the third version, in which no items shared a seal. */
export function takeBackPacks(database: Database): void {
  takeBackLists(database)
  database.exec('DROP TABLE pack; ALTER TABLE item DROP COLUMN pack; ALTER TABLE item DROP COLUMN place')
  database.pragma('user_version = 3')
}
