import Database from 'better-sqlite3'
import { v7 as uuidV7 } from 'uuid'
import { sayReady, serve } from '../serve.ts'
import { githubWebhook } from '../webhook.ts'

export type InsertCalls = {
  /** Gives how long it took. */
  readonly insert: { input: { file: string; rows: number; rowsPerCommit: number }; output: number }
}

/** The bare insert loop: rows of 2 KB with one index over ids as the relay gives them, as durable as ours, so many a transaction. */
function insert({ file, rows, rowsPerCommit }: InsertCalls['insert']['input']): number {
  const { body, headers } = githubWebhook()
  const head = JSON.stringify(headers)
  const db = new Database(file)
  db.pragma('page_size = 8192')
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(
    `CREATE TABLE item (id INTEGER PRIMARY KEY, uid TEXT NOT NULL, received_at INTEGER NOT NULL, head TEXT NOT NULL, body BLOB NOT NULL) STRICT;
     CREATE INDEX item_by_uid ON item(uid);`,
  )
  const statement = db.prepare('INSERT INTO item (uid, received_at, head, body) VALUES (?, ?, ?, ?)')
  // Made before, as those of what the app stores are.
  const uids = Array.from({ length: rows }, () => uuidV7()).toReversed()
  const group = db.transaction((count: number) => {
    for (let n = 0; n < count; n += 1) statement.run(uids.pop(), Date.now(), head, body)
  })
  const beganAt = performance.now()
  for (let left = rows; left > 0; left -= rowsPerCommit) group.immediate(Math.min(left, rowsPerCommit))
  const ms = performance.now() - beganAt
  db.close()
  return ms
}

serve<InsertCalls>({ insert })
sayReady()
