import type { Database } from 'better-sqlite3'
import { CHUNK_BYTES } from '../../../protocol/limits.ts'
import { freeBytes } from '../free-bytes.ts'
import { SEAL_BYTES } from './cipher.ts'
import type { Cipher } from './cipher.ts'

/** Bodies that do not stand in their item's row. A chunk's place is its first byte, so that chunks may differ in size. */
export type BodyChunks = {
  readonly insert: (bodyId: Buffer, start: number, pieces: readonly Uint8Array[]) => void
  /** [from, to) of a body, clamped to what is there; null when nothing is. */
  read(bodyId: Buffer, from: number, to: number): Buffer | null
  /** Deletes some chunks of a body. False when none was left. */
  deleteSome(bodyId: Buffer, limit: number): boolean
  /** Bodies without an item: what an upload left that a crash cut off. */
  orphans(): Buffer[]
}

type ChunkRow = { start: number; keyId: string; bytes: Buffer }

function identity(bodyId: Buffer, start: number): string {
  return `chunk ${bodyId.toString('hex')} ${start}`
}

export function createBodyChunks(database: Database, cipher: Cipher): BodyChunks {
  const insert = database.prepare('INSERT INTO body_chunk (body_id, start, key_id, bytes) VALUES (?, ?, ?, ?)')
  const select = database.prepare<[Buffer, number, Buffer, number], ChunkRow>(
    `SELECT start, key_id AS keyId, bytes FROM body_chunk WHERE body_id = ? AND start < ?
       AND start >= (SELECT max(start) FROM body_chunk WHERE body_id = ? AND start <= ?) ORDER BY start`,
  )
  const remove = database.prepare(
    'DELETE FROM body_chunk WHERE rowid IN (SELECT rowid FROM body_chunk WHERE body_id = ? LIMIT ?)',
  )
  const orphans = database.prepare<[], { bodyId: Buffer }>(
    `SELECT DISTINCT body_id AS bodyId FROM body_chunk
     WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.body_id = body_chunk.body_id)`,
  )
  let sealed: Buffer | null = null
  return {
    insert(bodyId, start, pieces) {
      // SQLite takes a copy, so that one buffer serves all chunks.
      sealed ??= Buffer.allocUnsafeSlow(CHUNK_BYTES + SEAL_BYTES)
      insert.run(bodyId, start, cipher.keyId, cipher.sealPieces(pieces, identity(bodyId, start), sealed))
    },
    read(bodyId, from, to) {
      const pieces: Buffer[] = []
      for (const row of select.iterate(bodyId, to, bodyId, from)) {
        const plain = cipher.open(row.bytes, row.keyId, identity(bodyId, row.start))
        freeBytes(row.bytes)
        pieces.push(plain.subarray(Math.max(0, from - row.start), Math.max(0, to - row.start)))
      }
      // Most reads are of one chunk: a copy of it would be one more for the garbage collector.
      return pieces.length > 1 ? Buffer.concat(pieces) : (pieces[0] ?? null)
    },
    deleteSome: (bodyId, limit) => remove.run(bodyId, limit).changes > 0,
    orphans: () => orphans.all().map(({ bodyId }) => bodyId),
  }
}
