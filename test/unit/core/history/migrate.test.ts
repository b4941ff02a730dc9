import Database from 'better-sqlite3'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backUp } from '../../../../core/history/backup.ts'
import { migrate, readVersion } from '../../../../core/history/migrate.ts'
import { migrations } from '../../../../core/history/migrations/list.ts'
import { openForWriting } from '../../../../core/history/open-database.ts'
import { newHistoryFile, removeHistoryFile } from '../../../helpers/history.ts'

let file: string

beforeEach(() => {
  file = newHistoryFile()
})

afterEach(() => removeHistoryFile(file))

const steps = ['CREATE TABLE a (x INTEGER)', 'ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 7']
const nothing = (): void => {}

function code(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
  return null
}

describe('migrating', () => {
  it('takes the steps that are missing and keeps the rows', () => {
    const db = new Database(file)
    migrate(db, steps.slice(0, 1), nothing)
    db.exec('INSERT INTO a VALUES (1)')
    const before: number[] = []
    migrate(db, steps, (version) => before.push(version))
    migrate(db, steps, (version) => before.push(version))
    expect(before).toEqual([1])
    expect(readVersion(db)).toBe(2)
    expect(db.prepare('SELECT * FROM a').all()).toEqual([{ x: 1, y: 7 }])
    db.close()
  })

  it('leaves schema and version as they were when a step fails', () => {
    const db = new Database(file)
    migrate(db, steps.slice(0, 1), nothing)
    expect(() => migrate(db, [...steps, 'CREATE NONSENSE'], nothing)).toThrow(/syntax error/)
    expect(readVersion(db)).toBe(1)
    expect(db.prepare('SELECT * FROM a').columns()).toHaveLength(1)
    db.close()
  })

  it('changes nothing when the backup before it fails', () => {
    const db = new Database(file)
    migrate(db, steps.slice(0, 1), nothing)
    const full = (): never => {
      throw new Error('no room')
    }
    expect(() => migrate(db, steps, full)).toThrow('no room')
    expect(readVersion(db)).toBe(1)
    db.close()
  })

  it('backs the file up with its rows, replacing an older backup', () => {
    const db = new Database(file)
    migrate(db, steps.slice(0, 1), nothing)
    db.exec('INSERT INTO a VALUES (1)')
    writeFileSync(`${file}.v1.bak`, 'old')
    backUp(db, 1)
    const copy = new Database(`${file}.v1.bak`, { readonly: true })
    expect(copy.prepare('SELECT x FROM a').all()).toEqual([{ x: 1 }])
    expect(readVersion(copy)).toBe(1)
    copy.close()
    db.close()
    if (process.platform !== 'win32') expect(statSync(`${file}.v1.bak`).mode & 0o777).toBe(0o600)
  })
})

describe('the database file', () => {
  const open = (): Database.Database => openForWriting({ file, nativeBinding: null, role: 'writer' })

  it('has the page size, the vacuum mode and the name that it can only get at its beginning', () => {
    const db = open()
    const pragma = (name: string): unknown => db.pragma(name, { simple: true })
    expect(pragma('page_size')).toBe(16_384)
    expect(pragma('auto_vacuum')).toBe(2)
    expect(pragma('application_id')).toBe(0x4352_454c)
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(readVersion(db)).toBe(migrations.length)
    db.close()
  })

  it.skipIf(process.platform === 'win32')('can be read by its owner alone, its journal too', () => {
    const db = open()
    expect([file, `${file}-wal`].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600])
    db.close()
  })

  it('is refused and untouched when a newer Creel wrote it', () => {
    const db = open()
    db.pragma(`user_version = ${migrations.length + 1}`)
    db.close()
    const before = readFileSync(file)
    expect(code(open)).toBe('database-newer')
    expect(readFileSync(file).equals(before)).toBe(true)
    // A journal of nothing is what a read-only look leaves.
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
  })

  it('is refused when it belongs to another program', () => {
    const db = new Database(file)
    db.exec('CREATE TABLE mine (x)')
    db.close()
    const before = readFileSync(file)
    expect(code(open)).toBe('database-broken')
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('is refused when it is no database', () => {
    writeFileSync(file, 'no database '.repeat(1000))
    expect(code(open)).toBe('SQLITE_NOTADB')
  })
})
