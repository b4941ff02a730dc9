import Sqlite from 'better-sqlite3'
import { StoreError } from '../store-error.ts'

/** The state of disk or file, which strikes every write alike; anything else is one job's own fault. */
export function isDiskFailure(error: StoreError): boolean {
  return error.code === 'disk-full' || error.code === 'io-error' || error.code === 'in-use'
}

/** Gives what SQLite threw a code and a sentence. */
export function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error
  const cause = { cause: error }
  if (!(error instanceof Sqlite.SqliteError)) {
    if (error instanceof Error && 'syscall' in error) {
      return new StoreError('io-error', `${file} cannot be opened: ${error.message}.`, cause)
    }
    return new StoreError('internal', `The relay's store failed: ${String(error)}`, cause)
  }
  const code = error.code
  if (code === 'SQLITE_FULL') return diskFull(file, error)
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED') {
    return new StoreError(
      'in-use',
      `${file} is in use by another relay. Stop that one, or give this one a data folder of its own.`,
      cause,
    )
  }
  if (code === 'SQLITE_NOTADB') {
    return new StoreError('not-a-store', `${file} is not a database of a Creel relay. It was left as it is.`, cause)
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new StoreError('corrupt', `${file} is damaged: ${error.message}. Restore it from a backup.`, cause)
  }
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|NOMEM|PERM)/.test(code)) {
    return new StoreError('io-error', `${file} cannot be read or written: ${error.message} (${code}).`, cause)
  }
  return new StoreError('internal', `The relay's store failed: ${error.message} (${code}).`, cause)
}

/** Gives what the system threw while the journal was brought to disk a code and a sentence. */
export function toSyncError(error: Error, file: string): StoreError {
  if ('code' in error && error.code === 'ENOSPC') return diskFull(file, error)
  return new StoreError('io-error', `${file} cannot be written: ${error.message}.`, { cause: error })
}

function diskFull(file: string, cause: Error): StoreError {
  return new StoreError('disk-full', `There is no space left to write ${file}. Free some, and the relay goes on.`, {
    cause,
  })
}
