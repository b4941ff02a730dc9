import type Database from 'better-sqlite3'
import type { ArrivalRow } from '../threads/messages.ts'

export type Tombstones = {
  /** Whether an arrival is one that the user deleted. One that an administrator asked for again takes its tombstone away. */
  stops(arrival: Pick<ArrivalRow, 'sourceId' | 'originId' | 'redelivered'>, now: number): boolean
  /** Whether an item stored then may still be at its relay, as far as is known. */
  isNeeded(sourceId: number, storedAt: number, now: number): boolean
  put(sourceId: number, originId: string, now: number): void
  deleteExpired(now: number): void
}

const DAY_MS = 86_400_000
const TTL_UNKNOWN_MS = 7 * DAY_MS

/** What was deleted, for as long as its relay could still hand it out again: the bucket's TTL and a day. */
export function prepareTombstones(db: Database.Database): Tombstones {
  const find = db
    .prepare<[number, string], number>('SELECT until FROM tombstone WHERE source_id = ? AND origin_id = ?')
    .pluck()
  const remove = db.prepare<[number, string]>('DELETE FROM tombstone WHERE source_id = ? AND origin_id = ?')
  const insert = db.prepare<[number, string, number]>(
    'INSERT OR REPLACE INTO tombstone (source_id, origin_id, until) VALUES (?, ?, ?)',
  )
  const ttlOf = db.prepare<[number], number | null>('SELECT ttl_ms FROM source WHERE id = ?').pluck()
  // Hardly anybody ever deletes: most histories need not look.
  let mayHaveSome = db.prepare('SELECT 1 FROM tombstone').get() !== undefined
  const removeExpired = db.prepare<[number]>('DELETE FROM tombstone WHERE until <= ?')
  const keptFor = (sourceId: number): number => (ttlOf.get(sourceId) ?? TTL_UNKNOWN_MS) + DAY_MS
  return {
    isNeeded: (sourceId, storedAt, now) => storedAt + keptFor(sourceId) > now,
    stops({ sourceId, originId, redelivered }, now) {
      if (!mayHaveSome || sourceId === null || originId === null) return false
      const until = find.get(sourceId, originId)
      if (until === undefined) return false
      if (until > now && !redelivered) return true
      remove.run(sourceId, originId)
      return false
    },
    put(sourceId, originId, now) {
      mayHaveSome = true
      insert.run(sourceId, originId, Math.round(now + keptFor(sourceId)))
    },
    deleteExpired: (now) => void removeExpired.run(Math.round(now)),
  }
}
