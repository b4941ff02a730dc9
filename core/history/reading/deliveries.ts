import type Database from 'better-sqlite3'
import type { Attempt, Delivery, DeliveryFailure } from '../../../protocol/delivery.ts'
import type { AttemptId, DeliveryId, RequestId } from '../../../protocol/ids.ts'
import type { HeaderLine } from '../../../protocol/request.ts'
import { SAME_SHA256, unfoldLines, type StoredLine } from '../sent-lines.ts'
import { toLines } from './request-rows.ts'

type DeliveryRow = Omit<Delivery, 'attempts'>
type AttemptRow = {
  readonly id: AttemptId
  readonly deliveryId: DeliveryId
  readonly n: number
  readonly startedAt: number
  readonly connectedMs: number | null
  readonly firstByteMs: number | null
  readonly totalMs: number
  readonly reconnected: number
  readonly method: string
  readonly origin: string
  readonly path: string
  readonly sentHeaders: Buffer
  readonly sentBytes: number
  readonly sentSha256: string
  readonly status: number | null
  readonly reasonPhrase: string | null
  readonly headers: Buffer | null
  readonly bodyBytes: number | null
  readonly keptBytes: number | null
  readonly bodySha256: string | null
  readonly cut: number | null
  readonly failure: string | null
}

/** What attempts repeat of the request that they sent. */
type OwnRow = { readonly headers: Buffer; readonly bodySha256: Buffer }
type Own = { readonly headers: readonly HeaderLine[]; readonly bodySha256: string }

/** A request's deliveries with their attempts, both oldest first. */
export function prepareDeliveriesOf(db: Database.Database): (id: RequestId) => Delivery[] {
  const deliveries = db.prepare<[number], DeliveryRow>(
    `SELECT delivery.id, delivery.item_id AS requestId, target.id AS targetId, delivery.url, delivery.reason,
       delivery.state, delivery.hold_reason AS holdReason, delivery.created_at AS createdAt,
       delivery.next_attempt_at AS nextAttemptAt
     FROM delivery LEFT JOIN target ON target.id = delivery.target_id AND target.removed_at IS NULL
     WHERE delivery.item_id = ? ORDER BY delivery.id`,
  )
  const attempts = db.prepare<[number], AttemptRow>(
    `SELECT id, delivery_id AS deliveryId, n, started_at AS startedAt, connected_ms AS connectedMs,
       first_byte_ms AS firstByteMs, total_ms AS totalMs, reconnected, sent_method AS method, sent_origin AS origin,
       sent_path AS path, sent_headers AS sentHeaders, sent_bytes AS sentBytes, sent_sha256 AS sentSha256, status,
       reason_phrase AS reasonPhrase, headers, body_bytes AS bodyBytes, kept_bytes AS keptBytes,
       body_sha256 AS bodySha256, cut, failure
     FROM attempt WHERE delivery_id = ? ORDER BY n`,
  )
  const ownOf = db.prepare<[number], OwnRow>('SELECT headers, body_sha256 AS bodySha256 FROM item WHERE id = ?')
  return (id) => {
    const row = ownOf.get(id)
    if (row === undefined) return []
    const own = { headers: toLines(row.headers), bodySha256: row.bodySha256.toString('hex') }
    return deliveries
      .all(id)
      .map((delivery) => ({ ...delivery, attempts: attempts.all(delivery.id).map((one) => toAttempt(one, own)) }))
  }
}

function toAttempt(row: AttemptRow, own: Own): Attempt {
  return {
    id: row.id,
    deliveryId: row.deliveryId,
    n: row.n,
    startedAt: row.startedAt,
    timings: { connectedMs: row.connectedMs, firstByteMs: row.firstByteMs, totalMs: row.totalMs },
    sent: {
      method: row.method,
      origin: row.origin,
      path: row.path,
      headers: unfoldLines(JSON.parse(row.sentHeaders.toString()) as StoredLine[], own.headers),
      bodyBytes: row.sentBytes,
      bodySha256: row.sentSha256 === SAME_SHA256 ? own.bodySha256 : row.sentSha256,
    },
    answer: toAnswer(row),
    failure: row.failure === null ? null : (JSON.parse(row.failure) as DeliveryFailure),
    reconnected: row.reconnected === 1,
  }
}

function toAnswer(row: AttemptRow): Attempt['answer'] {
  if (row.status === null) return null
  return {
    status: row.status,
    reasonPhrase: row.reasonPhrase ?? '',
    headers: row.headers === null ? [] : toLines(row.headers),
    bodyBytes: row.bodyBytes ?? 0,
    keptBytes: row.keptBytes ?? 0,
    bodySha256: row.bodySha256,
    cut: row.cut === 1,
  }
}
