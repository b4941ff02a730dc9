import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import type { SendableRow } from '../threads/messages.ts'

type Row = Omit<SendableRow, 'headers' | 'bodySha256' | 'body'> & {
  readonly headers: Buffer
  readonly bodySha256: Buffer | null
  readonly body: Buffer | null
}

/** Reads requests as they are sent: one look-up each, and nothing that only people are shown. */
export function prepareSendables(db: Database.Database): (ids: readonly RequestId[]) => (SendableRow | null)[] {
  const find = db.prepare<[number], Row>(
    `SELECT item.id, item.uid, item.kind, item.source_id AS sourceId, item.method, item.request_target AS requestTarget, item.mount_bytes AS mountBytes,
       item.headers, item.remote, item.body_bytes AS bodyBytes, item.body_sha256 AS bodySha256, body.inline AS body
     FROM item LEFT JOIN body ON body.id = item.body_id
     WHERE item.id = ?`,
  )
  // One transaction: each look-up outside of one may find a newer database, and throws the pages away that it has read.
  return db.transaction((ids: readonly RequestId[]) =>
    ids.map((id) => {
      const row = find.get(id)
      if (row === undefined) return null
      const { headers, bodySha256, body } = row
      return {
        ...row,
        headers: headers.toString(),
        bodySha256: bodySha256?.toString('hex') ?? null,
        // Copied in any case: the row's buffer may be part of a larger one.
        body: body === null ? null : new Uint8Array(body),
      }
    }),
  )
}
