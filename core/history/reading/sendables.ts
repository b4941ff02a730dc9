import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import { Packer, type Packed } from '../threads/packer.ts'
import { packSendable, type SendableRow } from '../threads/packed-sendables.ts'

/** Reads requests as they are sent: one look-up each, and nothing that only people are shown. */
export function prepareSendables(db: Database.Database): (ids: readonly RequestId[]) => Packed {
  const find = db.prepare<[number], SendableRow>(
    `SELECT item.id, item.uid, item.kind, item.source_id AS sourceId, item.method, item.request_target AS requestTarget, item.mount_bytes AS mountBytes,
       item.headers, item.remote, item.body_bytes AS bodyBytes, item.body_sha256 AS bodySha256, body.inline AS body
     FROM item LEFT JOIN body ON body.id = item.body_id
     WHERE item.id = ?`,
  )
  // One transaction: each look-up outside of one may find a newer database, and throws the pages away that it has read.
  return db.transaction((ids: readonly RequestId[]) => {
    const packer = new Packer()
    for (const id of ids) packSendable(find.get(id) ?? null, packer)
    return packer.take()
  })
}
