import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import { Packer, type Packed } from '../threads/packer.ts'
import { packSendable, type SendableRow } from '../threads/packed-sendables.ts'

type WantedRow = SendableRow & { readonly place: number }

/**
 * Reads requests as they are sent, and nothing that only people are shown. All in one statement: better-sqlite3 makes rows of many far cheaper than it makes
 * one, and one statement sees one state of the database.
 */
export function prepareSendables(db: Database.Database): (ids: readonly RequestId[]) => Packed {
  const find = db.prepare<[string], WantedRow>(
    `SELECT wanted.key AS place, item.id, item.uid, item.kind, item.source_id AS sourceId, item.method, item.request_target AS requestTarget,
       item.mount_bytes AS mountBytes, item.headers, item.remote, item.body_bytes AS bodyBytes, item.body_sha256 AS bodySha256, body.inline AS body
     FROM json_each(?) AS wanted CROSS JOIN item ON item.id = wanted.value LEFT JOIN body ON body.id = item.body_id`,
  )
  return (ids) => {
    const rows: (SendableRow | null)[] = ids.map(() => null)
    for (const row of find.all(JSON.stringify(ids))) rows[row.place] = row
    const packer = new Packer()
    for (const row of rows) packSendable(row, packer)
    return packer.take()
  }
}
