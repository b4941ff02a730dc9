import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { KIB, MIB } from '../../../protocol/limits.ts'
import { StoreError } from '../store-error.ts'
import type { Cipher } from './cipher.ts'
import { toStoreError } from './failures.ts'
import { migrate, MIGRATIONS } from './migrations.ts'
import { makeNewFile, refuseCutOff } from './new-file.ts'

/** "CRLR" in the file's header: what `file` and our own opening tell a relay's store by. */
export const APPLICATION_ID = 0x43524c52

/**
 * Five requests of 3 KB to a page instead of the two that fit into 8 KiB: the journal and the file take half as many writes. Files made before
 * keep their own size.
 */
const PAGE_BYTES = 16 * KIB
/** What the journal may hold before it is brought into the file. */
const JOURNAL_BYTES = 8 * MIB

/** A relay that is just ending gets this long to let go of the file. The thread stands still meanwhile. */
const LOCK_WAIT_MS = 300

/**
 * Opens or makes the file. Throws a StoreError (`newer-file`, `not-a-store`, `in-use`, `wrong-key`, `corrupt`, `io-error`); the file is then as it was.
 * The file is held exclusively: what is kept in memory beside it is true only while nobody else writes.
 */
export function openDatabase(options: { file: string; nativeBinding: string | null; cipher: Cipher }): Database {
  const { file, nativeBinding, cipher } = options
  const connect = (path: string): Database => connectTo(path, nativeBinding)
  try {
    refuseCutOff(file)
    makeNewFile(file, (temporary) => connect(temporary).close())
    const database = connect(file)
    try {
      proveKey(database, cipher, file)
    } catch (error) {
      database.close()
      throw error
    }
    return database
  } catch (error) {
    throw toStoreError(error, file)
  }
}

function connectTo(file: string, nativeBinding: string | null): Database {
  const timeout = LOCK_WAIT_MS
  const database = new Sqlite(file, nativeBinding === null ? { timeout } : { timeout, nativeBinding })
  try {
    refuseForeign(database, file)
    configure(database)
    migrate(database, APPLICATION_ID)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function refuseForeign(database: Database, file: string): void {
  database.pragma('locking_mode = EXCLUSIVE')
  if (Number(database.pragma('page_count', { simple: true })) === 0) return
  if (Number(database.pragma('application_id', { simple: true })) !== APPLICATION_ID) {
    throw new StoreError('not-a-store', `${file} is not a database of a Creel relay. It was left as it is.`)
  }
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      'newer-file',
      `${file} was written by a newer Creel (schema ${version}; this one knows ${MIGRATIONS.length}). Update Creel, or give it another file. It was left as it is.`,
    )
  }
}

function configure(database: Database): void {
  // Only before the first table do these two have an effect.
  database.pragma(`page_size = ${PAGE_BYTES}`)
  database.pragma('auto_vacuum = INCREMENTAL')
  database.pragma('journal_mode = WAL')
  database.pragma(`wal_autocheckpoint = ${JOURNAL_BYTES / Number(database.pragma('page_size', { simple: true }))}`)
  database.pragma('synchronous = FULL')
  // On macOS fsync alone leaves the bytes in the drive's cache; elsewhere these two do nothing.
  database.pragma('fullfsync = ON')
  database.pragma('checkpoint_fullfsync = ON')
  database.pragma('foreign_keys = ON')
  database.pragma('temp_store = MEMORY')
}

/** A sealed word in the file tells a wrong key at opening, not at the first item. */
function proveKey(database: Database, cipher: Cipher, file: string): void {
  const rows = database
    .prepare<[], { keyId: string; proof: Buffer }>('SELECT key_id AS keyId, proof FROM encryption_key')
    .all()
  const known = rows.find((row) => row.keyId === cipher.keyId)
  if (known === undefined && rows.length > 0) throw wrongKey(file, cipher.keyId)
  if (known === undefined) {
    database
      .prepare('INSERT INTO encryption_key (key_id, proof) VALUES (?, ?)')
      .run(cipher.keyId, cipher.seal(Buffer.from('creel'), `key ${cipher.keyId}`))
    return
  }
  try {
    cipher.open(known.proof, known.keyId, `key ${cipher.keyId}`)
  } catch (error) {
    throw wrongKey(file, cipher.keyId, error)
  }
}

function wrongKey(file: string, keyId: string, cause?: unknown): StoreError {
  const sentence = `${file} was encrypted with another key than the one given ("${keyId}"). Give the key that made it; without it the payloads cannot be read.`
  return new StoreError('wrong-key', sentence, { cause })
}
