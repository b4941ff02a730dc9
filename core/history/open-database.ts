import Database from 'better-sqlite3'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { backUp } from './backup.ts'
import { HistoryError } from './history.ts'
import { migrate, newerDatabase, readVersion } from './migrate.ts'
import { migrations } from './migrations/list.ts'
import type { HistoryThreadData } from './threads.ts'

/** "CREL": tells a history from other SQLite files. */
const APPLICATION_ID = 0x4352_454c
/** How long a statement waits for another program's lock. */
const BUSY_MS = 2000
/** Of new files: seven bodies of 2 KB fit one page, where three fit one of half the size. A file that was made with other pages keeps them. */
const PAGE_BYTES = 16 * 1024
/** In the journal before a commit moves them into the file. With four times as much, small requests wait 100 ms behind large ones. */
const CHECKPOINT_BYTES = 8 * 1_048_576
const JOURNAL_LEFT_BYTES = 64 * 1_048_576

/**
 * Opens, and where needed makes or migrates, the database for the one thread that writes.
 * @throws HistoryError `database-newer`, `database-broken`; SqliteError and system errors as they come.
 */
export function openForWriting(options: HistoryThreadData): Database.Database {
  mkdirSync(dirname(options.file), { recursive: true })
  refuseCutOff(options.file)
  if (sizeOf(options.file) === null) makeWhole(options)
  else refuseStrangers(options)
  return prepare(open(options, { timeout: BUSY_MS }), options)
}

/** Opens the database for the thread that only reads; the writer has opened it before. */
export function openForReading(options: HistoryThreadData): Database.Database {
  return open(options, { readonly: true, fileMustExist: true, timeout: BUSY_MS })
}

/** Makes the file under another name first: a start that is cut off, by a full disk too, leaves none instead of a part of one. */
function makeWhole(options: HistoryThreadData): void {
  const file = `${options.file}.new`
  remove(file)
  // Requests carry secrets, so nobody else may read them. SQLite gives the journal the same rights.
  closeSync(openSync(file, 'ax', 0o600))
  try {
    const db = open({ ...options, file }, {})
    prepare(db, options, setOnce).close()
    renameSync(file, options.file)
    syncFolder(dirname(file))
  } finally {
    remove(file)
  }
}

/** What has an effect only before the first page is written, which switching to WAL does. */
function setOnce(db: Database.Database): void {
  db.pragma(`page_size = ${PAGE_BYTES}`)
  db.pragma('auto_vacuum = INCREMENTAL')
  db.pragma(`application_id = ${APPLICATION_ID}`)
}

/** Makes a new name durable. Windows has no such thing, and opens no folders. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

function remove(file: string): void {
  for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true })
}

/** Sets an open database up as every connection that writes needs it, and migrates it. Closes it when that fails. */
function prepare(
  db: Database.Database,
  options: HistoryThreadData,
  first: (db: Database.Database) => void = () => undefined,
): Database.Database {
  try {
    first(db)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    // On macOS fsync leaves the data in the drive's cache; elsewhere these two change nothing.
    db.pragma('fullfsync = ON')
    db.pragma('checkpoint_fullfsync = ON')
    db.pragma('foreign_keys = ON')
    const pageBytes = Number(db.pragma('page_size', { simple: true }))
    db.pragma(`wal_autocheckpoint = ${Math.ceil(CHECKPOINT_BYTES / pageBytes)}`)
    db.pragma(`journal_size_limit = ${JOURNAL_LEFT_BYTES}`)
    if (options.maxPages !== undefined) db.pragma(`max_page_count = ${options.maxPages}`)
    migrate(db, migrations, (version) => backUp(db, version))
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A file that has lost all it had; or a journal without its database, which SQLite would throw away with what it holds. */
function refuseCutOff(file: string): void {
  const journal = `${file}-wal`
  if (sizeOf(journal)) {
    if (sizeOf(file)) return
    throw new HistoryError('database-broken', `${file} is empty or gone, but its journal ${journal} is there.`, {
      fix: 'Put the file back, from a backup for example. To begin a new history instead, move both files aside and start Creel again.',
    })
  }
  if (sizeOf(file) !== 0) return
  throw new HistoryError('database-broken', `${file} is empty: what it held is gone.`, {
    fix: 'Put the file back, from a backup for example. To begin a new history instead, move it aside and start Creel again.',
  })
}

/** Looks at a file through a read-only connection, so that one that is refused stays as it was, to the byte. */
function refuseStrangers(options: HistoryThreadData): void {
  const db = open(options, { readonly: true, fileMustExist: true, timeout: BUSY_MS })
  try {
    const id = Number(db.pragma('application_id', { simple: true }))
    if (id !== APPLICATION_ID) {
      throw new HistoryError('database-broken', `${options.file} is a database, but not a history of Creel.`, {
        fix: 'Move the file aside and start Creel again: it begins a new history.',
      })
    }
    if (readVersion(db) > migrations.length) throw newerDatabase(options.file)
  } finally {
    db.close()
  }
}

function open(options: HistoryThreadData, more: Database.Options): Database.Database {
  const binding = options.nativeBinding === null ? {} : { nativeBinding: options.nativeBinding }
  return new Database(options.file, { ...more, ...binding })
}

/** In bytes, or null where there is no file. */
function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null
}
