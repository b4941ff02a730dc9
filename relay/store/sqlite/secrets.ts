import type { Database } from 'better-sqlite3'
import type { Secrets } from '../edge-settings.ts'
import type { Cipher } from './cipher.ts'

/** The secrets of buckets and inputs, by the owner's id: sealed in the file, in memory in the clear, as each request is judged by them. */
export type SecretRows = {
  /** Reads all of them from the file. Throws a StoreError when a row is not what was written: judged without it, everything would be refused. */
  load(): void
  of(owner: string): Secrets
  /** Replaces all of an owner's, inside a transaction; undefined leaves them. */
  set(owner: string, values: Secrets | undefined): void
}

type Row = { owner: string; keyId: string; sealed: Buffer }

const NONE: Secrets = Object.freeze({})

function identity(owner: string): string {
  return `secrets ${owner}`
}

export function createSecrets(database: Database, cipher: Cipher): SecretRows {
  const known = new Map<string, Secrets>()
  const select = database.prepare<[], Row>('SELECT owner, key_id AS keyId, sealed FROM secret')
  const remove = database.prepare('DELETE FROM secret WHERE owner = ?')
  const insert = database.prepare(
    `INSERT INTO secret (owner, key_id, sealed) VALUES (?, ?, ?)
     ON CONFLICT (owner) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed`,
  )
  return {
    load() {
      known.clear()
      for (const { owner, keyId, sealed } of select.all()) {
        known.set(owner, JSON.parse(cipher.open(sealed, keyId, identity(owner)).toString('utf8')))
      }
    },
    of: (owner) => known.get(owner) ?? NONE,
    set(owner, values) {
      if (values === undefined) return
      if (Object.keys(values).length === 0) {
        known.delete(owner)
        remove.run(owner)
        return
      }
      known.set(owner, values)
      insert.run(owner, cipher.keyId, cipher.seal(Buffer.from(JSON.stringify(values)), identity(owner)))
    },
  }
}
