import type { Database } from 'better-sqlite3'
import { StoreError } from '../store-error.ts'
import type { RelayAdminStore, TokenRecord } from '../store.ts'
import type { Changes } from './changes.ts'
import type { CommitQueue } from './commit-queue.ts'

export type StoredToken = TokenRecord & { readonly secretSha256: string }

export type Tokens = Pick<RelayAdminStore, 'createToken' | 'revokeToken' | 'tokens' | 'token'> & {
  /** Reads all of them from the file. */
  load(): void
}

type Parts = {
  readonly database: Database
  readonly queue: CommitQueue
  readonly changes: Changes
  readonly now: () => number
}
type TokenRow = Omit<StoredToken, 'bucketIds'>

export function createTokens({ database, queue, changes, now }: Parts): Tokens {
  const selectTokens = database.prepare<[], TokenRow>(
    `SELECT key, secret_sha256 AS secretSha256, name, created_at AS createdAt, revoked_at AS revokedAt
     FROM token ORDER BY created_at, rowid`,
  )
  const selectBuckets = database
    .prepare<[string], string>('SELECT bucket_id FROM token_bucket WHERE token_key = ? ORDER BY rowid')
    .pluck()
  const insert = database.prepare('INSERT INTO token (key, secret_sha256, name, created_at) VALUES (?, ?, ?, ?)')
  const insertBucket = database.prepare('INSERT INTO token_bucket (token_key, bucket_id) VALUES (?, ?)')
  const hasBucket = database.prepare('SELECT 1 FROM bucket WHERE id = ?')
  const revoke = database.prepare('UPDATE token SET revoked_at = ? WHERE key = ? AND revoked_at IS NULL')
  const tokens = new Map<string, StoredToken>()

  function load(): void {
    tokens.clear()
    for (const row of selectTokens.all()) tokens.set(row.key, { ...row, bucketIds: selectBuckets.all(row.key) })
  }

  return {
    load,
    tokens: () => [...tokens.values()].map(withoutSecret),
    token: (key) => tokens.get(key) ?? null,
    createToken: ({ key, secretSha256, name, bucketIds }) =>
      queue.add(() => {
        changes.isAdminTouched = true
        const wanted = [...new Set(bucketIds)]
        for (const id of wanted) if (hasBucket.get(id) === undefined) throw noBucket(id)
        insert.run(key, secretSha256, name, now())
        for (const id of wanted) insertBucket.run(key, id)
        load()
        const made = tokens.get(key)
        if (made === undefined) throw new Error('A token is not there after it was stored.')
        return withoutSecret(made)
      }),
    revokeToken: (key) =>
      queue.add(() => {
        changes.isAdminTouched = true
        if (revoke.run(now(), key).changes > 0) changes.admin.push({ kind: 'token-revoked', key })
        load()
        const revoked = tokens.get(key)
        return revoked === undefined ? null : withoutSecret(revoked)
      }),
  }
}

function withoutSecret({ key, name, bucketIds, createdAt, revokedAt }: StoredToken): TokenRecord {
  return { key, name, bucketIds, createdAt, revokedAt }
}

function noBucket(id: string): StoreError {
  return new StoreError('unknown-bucket', `There is no bucket "${id}". Make it first, or leave it out.`)
}
