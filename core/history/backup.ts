import type Database from 'better-sqlite3'
import { closeSync, openSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { HistoryError } from './history.ts'

/** Free space that a copy needs, as a multiple of the file: the copy itself and room for the step that follows. */
const NEEDED = 1.2

/**
 * Copies a database to `<file>.v<version>.bak` before a step changes it, replacing an older copy of that version.
 * @throws HistoryError `disk-full` when 1.2 times its size is not free; nothing was changed then.
 */
export function backUp(db: Database.Database, version: number): void {
  const copy = `${db.name}.v${version}.bak`
  rmSync(copy, { force: true })
  const { bavail, bsize } = statfsSync(dirname(db.name))
  const needed = Math.ceil(statSync(db.name).size * NEEDED)
  if (bavail * bsize < needed) {
    throw new HistoryError(
      'disk-full',
      `The history must be converted for this version of Creel, and there is no room for a copy of it: ${toMib(needed)} MiB are needed, ${toMib(bavail * bsize)} MiB are free.`,
      { fix: `Free some space on the disk that holds ${db.name}, then start Creel again.` },
    )
  }
  // What nobody else may read, nobody else may read there: SQLite writes into an empty file as it finds it.
  closeSync(openSync(copy, 'wx', 0o600))
  db.prepare('VACUUM INTO ?').run(copy)
}

function toMib(bytes: number): number {
  return Math.round(bytes / 1_048_576)
}
