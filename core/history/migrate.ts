import type Database from 'better-sqlite3'
import { HistoryError } from './history.ts'

/** `user_version` of an open database: how many steps it has been through. */
export function readVersion(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

/**
 * Brings a database to the newest schema, all missing steps in one transaction: a failing step leaves schema and version as they were.
 * @param beforeLaterStep called before a database with rows in it is changed, with its version; throws to prevent that.
 * @throws HistoryError `database-newer` for a database of a later Creel, which is left untouched.
 */
export function migrate(
  db: Database.Database,
  steps: readonly string[],
  beforeLaterStep: (version: number) => void,
): void {
  const version = readVersion(db)
  if (version > steps.length) throw newerDatabase(db.name)
  if (version === steps.length) return
  if (version > 0) beforeLaterStep(version)
  db.transaction(() => {
    for (const step of steps.slice(version)) db.exec(step)
    db.pragma(`user_version = ${steps.length}`)
  }).immediate()
}

/** The refusal of a file whose schema this version does not know. */
export function newerDatabase(file: string): HistoryError {
  return new HistoryError('database-newer', `${file} was written by a newer version of Creel and was left untouched.`, {
    fix: 'Install the newest version of Creel, or start this one with another profile.',
  })
}
