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

/** Makes the file one of the third version, in which no items shared a seal. */
export function takeBackPacks(database: Database): void {
  database.exec('DROP TABLE pack; ALTER TABLE item DROP COLUMN pack; ALTER TABLE item DROP COLUMN place')
  database.pragma('user_version = 3')
}
