import { close, closeSync, fdatasync, fdatasyncSync, openSync, realpathSync } from 'node:fs'
import type { Database } from 'better-sqlite3'

/** Brings what was committed to disk without the thread that committed it standing still meanwhile. */
export type JournalSync = {
  /** Calls back, never at once, when all that was committed before this call is on disk, or with what the system says. One at a time. */
  start(done: (error: Error | null) => void): void
  /** The same while the thread waits. Throws what the system says. */
  now(): void
  close(): void
}

/**
 * Takes the waiting for the disk out of COMMIT. With `synchronous=NORMAL` SQLite only writes its journal there; every commit ends with a call of ours
 * that does what `FULL` would have done (fdatasync; on macOS libuv asks the drive too, as `fullfsync` does), on a thread of libuv's where it takes long. Checkpoints
 * are still synced by SQLite itself, the journal first. Null where the database has no such journal: it syncs in COMMIT as before.
 */
export function takeOverSync(database: Database, file: string): JournalSync | null {
  if (database.pragma('journal_mode', { simple: true }) !== 'wal') return null
  database.pragma('synchronous = NORMAL')
  return createJournalSync(`${realpathSync(file)}-wal`)
}

function createJournalSync(journal: string): JournalSync {
  let handle: number | null = null
  let isBusy = false
  let isClosed = false

  // It is there with the first commit, and stays the same file as long as the database is open. Writable, as Windows syncs nothing else.
  const opened = (): number => (handle ??= openSync(journal, 'r+'))

  return {
    start(done) {
      let journalHandle: number
      try {
        journalHandle = opened()
      } catch (error) {
        const problem = error instanceof Error ? error : new Error(String(error))
        setImmediate(() => done(problem))
        return
      }
      isBusy = true
      fdatasync(journalHandle, (error) => {
        isBusy = false
        if (isClosed) close(journalHandle)
        done(error)
      })
    },
    now: () => fdatasyncSync(opened()),
    close() {
      isClosed = true
      if (handle !== null && !isBusy) closeSync(handle)
    },
  }
}
