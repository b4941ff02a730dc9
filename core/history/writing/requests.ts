import type Database from 'better-sqlite3'
import { v7 as uuidV7 } from 'uuid'
import type { RequestId, RequestUid } from '../../../protocol/ids.ts'
import { HistoryError, type PlannedDelivery } from '../history.ts'
import { REDELIVERY, type ArrivalRow, type StoreReply } from '../threads/messages.ts'
import { toBlob, type WritableBody } from './bodies.ts'
import type { Counters } from './counters.ts'
import type { DeliveryWrites } from './deliveries.ts'
import type { Results } from './results.ts'
import type { RowIds } from './row-ids.ts'
import type { Tombstones } from './tombstones.ts'
import type { Trash } from './trash.ts'

export type RequestWrites = {
  store(arrival: ArrivalRow, body: WritableBody, deliveries: readonly PlannedDelivery[], now: number): StoreReply
}

type Parts = {
  readonly counters: Counters
  readonly deliveries: DeliveryWrites
  readonly ids: RowIds
  readonly results: Results
  readonly tombstones: Tombstones
  readonly trash: Trash
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Stores what arrived: at most one row for each id that a source gave. */
export function prepareRequests(db: Database.Database, parts: Parts): RequestWrites {
  const insert = db.prepare<unknown[]>(
    `INSERT INTO item (
       id, uid, source_id, origin_id, kind, received_at, stored_at, relay_seq, parent_id, body_id, body_bytes, mount_bytes,
       method, request_target, provider, event, content_type, detail, remote, sender_id, body_sha256, headers, trailers
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  const find = db
    .prepare<[number, string], RequestId>('SELECT id FROM item WHERE source_id = ? AND origin_id = ?')
    .pluck()
  const markOwn = db.prepare<[number, number]>('INSERT INTO mark (item_id, read_at) VALUES (?, ?)')

  function insertRow(
    uid: string,
    row: ArrivalRow,
    headers: Uint8Array,
    body: WritableBody,
    now: number,
  ): RequestId | null {
    const id = parts.ids.next('item') as RequestId
    const { changes } = insert.run(
      id,
      uid,
      row.sourceId,
      row.originId,
      row.kind,
      Math.round(row.receivedAt),
      Math.round(now),
      row.relaySeq,
      row.parentId,
      body.bodyId,
      body.bytes,
      row.mountBytes,
      row.method,
      row.requestTarget,
      row.provider,
      row.event,
      row.contentType,
      row.detail,
      row.remote,
      row.senderId,
      body.sha256,
      headers,
      row.trailers === null ? null : Buffer.from(row.trailers),
    )
    return changes === 0 ? null : id
  }

  function findStored(row: ArrivalRow): RequestId | null {
    return row.sourceId === null || row.originId === null ? null : (find.get(row.sourceId, row.originId) ?? null)
  }

  function store(row: ArrivalRow, body: WritableBody, deliveries: readonly PlannedDelivery[], now: number): StoreReply {
    body.requireWhole()
    refuseAltered(row, body)
    if (parts.tombstones.stops(row, now)) {
      body.discard()
      return { kind: 'tombstoned' }
    }
    let uid = row.originId !== null && UUID.test(row.originId) ? row.originId : uuidV7({ msecs: now })
    const headers = toBlob(row.headers)
    let id = insertRow(uid, row, headers, body, now)
    if (id === null) {
      const stored = findStored(row)
      if (stored !== null) {
        body.discard()
        return repeat(stored, row, deliveries, now)
      }
      // The same relay's item came by another source: it is another row here, which needs a name of its own.
      uid = uuidV7({ msecs: now })
      id = insertRow(uid, row, headers, body, now)
      if (id === null) throw new Error(`No row could be made for the item ${row.originId}.`)
    }
    body.save()
    const deliveryIds = parts.deliveries.insert(id, deliveries, now)
    const states = deliveries.map(({ state }, index) => ({ id: deliveryIds[index] ?? 0, state, status: null }))
    parts.results.create(id, row.sourceId, states)
    parts.counters.add('total', row.sourceId, 1)
    parts.counters.add('content', row.sourceId, body.bytes + headers.length)
    // What the user made, or muted, is not news to him.
    if (row.isMuted || row.kind === 'composed' || row.kind === 'imported') markOwn.run(id, Math.round(now))
    else parts.counters.add('unread', row.sourceId, 1)
    return { kind: 'stored', id, uid: uid as RequestUid, deliveryIds }
  }

  function repeat(id: RequestId, row: ArrivalRow, deliveries: readonly PlannedDelivery[], now: number): StoreReply {
    if (!row.redelivered) return { kind: 'duplicate', id }
    // Deleted a moment ago, and asked for since.
    parts.trash.restore([id])
    const again = deliveries.map((planned) => ({ ...planned, reason: REDELIVERY }))
    return { kind: 'redelivered', id, deliveryIds: parts.deliveries.add(id, again, now) }
  }

  return { store }
}

function refuseAltered(row: ArrivalRow, body: WritableBody): void {
  const isLength = body.bytes === row.bodyBytes
  if (isLength && (row.sha256 === null || body.sha256.equals(Buffer.from(row.sha256, 'hex')))) return
  body.discard()
  const sha256 = body.sha256.toString('hex')
  throw new HistoryError(
    'altered',
    `The body of ${row.method} ${row.requestTarget} is not what was announced: ${body.bytes} bytes with SHA-256 ${sha256} came instead of ${row.bodyBytes} bytes with ${row.sha256 ?? 'any'}.`,
    { fix: 'It was changed on the way and is not kept. The relay sends it again.' },
  )
}
