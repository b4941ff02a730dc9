import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** What happens to a database's file behind the back of whoever owns it. */
export const FILE_FAULTS = {
  'cut in half': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  emptied: (file) => truncateSync(file, 0),
  'with garbage for a header': (file) => overwrite(file, 0, Buffer.alloc(100, 'Z')),
  'made by a newer version': (file) => withDatabase(file, (db) => db.pragma('user_version = 999')),
  'of another program': (file) => withDatabase(file, (db) => db.pragma('application_id = 7')),
} as const satisfies Record<string, (file: string) => void>

/** Changes a database that nobody has open. */
export function withDatabase<T>(file: string, work: (db: Database.Database) => T): T {
  const db = new Database(file)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const opened = openSync(file, 'r+')
  try {
    writeSync(opened, bytes, 0, bytes.length, at)
  } finally {
    closeSync(opened)
  }
}

/** Puts a database as it is now aside, to be put back later. */
export function keepCopy(file: string): { putBack(): void } {
  const copy = `${file}.copy`
  copyFileSync(file, copy)
  return {
    putBack() {
      for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true })
      copyFileSync(copy, file)
    },
  }
}

/** SHA-256 of a file, or null where there is none. */
export function fingerprint(file: string): string | null {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null
}

const LOCKER = `
const db = new (require('better-sqlite3'))(process.argv[1])
db.exec('BEGIN IMMEDIATE')
process.stdout.write('locked')
process.stdin.once('data', () => { db.exec('COMMIT'); db.close(); process.exit(0) })
`

/** Another process that is in the middle of writing to a database. Resolves once it has its lock; `letGo` gives that up. */
export async function lockFromOutside(file: string): Promise<{ letGo(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', LOCKER, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => {
      throw new Error(`${file} could not be locked.`)
    }),
  ])
  return {
    async letGo() {
      child.stdin.write('now')
      await exited
    },
  }
}
