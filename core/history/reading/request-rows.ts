import type { DeliveryState } from '../../../protocol/delivery.ts'
import type { HeaderLine, ItemDetail, RequestDetail, RequestSummary } from '../../../protocol/request.ts'
import type { SourceKind } from '../../../protocol/source.ts'
import { digest, type DigestedDelivery } from '../delivery-digest.ts'

/** Columns of a summary; `worst` is the delivery that stands for all, if there are any. */
export const SUMMARY_COLUMNS = `
  item.id, item.uid, item.kind, item.source_id AS sourceId, item.received_at AS receivedAt, item.method,
  item.request_target AS requestTarget, item.mount_bytes AS mountBytes, item.body_bytes AS bodyBytes,
  item.content_type AS contentType, item.provider, item.event, item.parent_id AS parentId, item.detail,
  mark.pinned, mark.colour, mark.note IS NOT NULL AS hasNote, mark.read_at AS readAt, result.deliveries, worst.state, worst.hold_reason AS holdReason, worst.status,
  worst.failure_code AS failureCode, worst.latency_ms AS latencyMs, worst.next_attempt_at AS nextAttemptAt, worst.url`

/** Belong after a FROM that has `item`. The row of a source stays when that is removed. */
export const SOURCE_JOIN = 'LEFT JOIN source ON source.id = item.source_id'
export const MARK_JOIN = 'LEFT JOIN mark ON mark.item_id = item.id'
export const RESULT_JOIN = 'LEFT JOIN result ON result.item_id = item.id'
export const WORST_JOIN = 'LEFT JOIN delivery AS worst ON worst.id = result.delivery_id'

export type SummaryRow = Omit<RequestSummary, 'pinned' | 'hasNote' | 'read' | 'detail' | 'result'> &
  Omit<DigestedDelivery, 'state' | 'url'> & {
    readonly detail: string | null
    readonly pinned: number | null
    readonly hasNote: number
    readonly readAt: number | null
    readonly deliveries: number | null
    readonly state: DeliveryState | null
    readonly url: string | null
  }

export const DETAIL_COLUMNS = `${SUMMARY_COLUMNS},
  mark.note, source.kind AS sourceKind, source.name AS sourceName, item.stored_at AS storedAt, item.relay_seq AS relaySeq, item.remote, item.headers, item.trailers, item.body_sha256 AS bodySha256`

export type DetailRow = SummaryRow & {
  readonly note: string | null
  readonly sourceKind: SourceKind | null
  readonly sourceName: string | null
  readonly storedAt: number
  readonly relaySeq: number | null
  readonly remote: string | null
  readonly headers: Buffer
  readonly trailers: Buffer | null
  readonly bodySha256: Buffer
}

/** A row of the list. Rows were written by this folder, so their fields are taken at their word. */
export function toSummary(row: SummaryRow): RequestSummary {
  return {
    id: row.id,
    uid: row.uid,
    kind: row.kind,
    sourceId: row.sourceId,
    receivedAt: row.receivedAt,
    method: row.method,
    requestTarget: row.requestTarget,
    mountBytes: row.mountBytes,
    bodyBytes: row.bodyBytes,
    contentType: row.contentType,
    provider: row.provider,
    event: row.event,
    parentId: row.parentId,
    pinned: row.pinned === 1,
    colour: row.colour,
    hasNote: row.hasNote === 1,
    read: row.readAt !== null,
    detail: row.detail === null ? null : (JSON.parse(row.detail) as ItemDetail),
    result: toDigest(row),
  }
}

/** All of a request but its body. */
export function toDetail(row: DetailRow): RequestDetail {
  return {
    ...toSummary(row),
    note: row.note ?? '',
    source: row.sourceKind === null || row.sourceName === null ? null : { kind: row.sourceKind, name: row.sourceName },
    storedAt: row.storedAt,
    relaySeq: row.relaySeq,
    remote: row.remote,
    headers: toLines(row.headers),
    trailers: row.trailers === null ? [] : toLines(row.trailers),
    bodySha256: row.bodySha256.toString('hex'),
  }
}

/** Header lines as they were written: JSON of pairs. */
export function toLines(json: Buffer): HeaderLine[] {
  return JSON.parse(json.toString()) as HeaderLine[]
}

function toDigest(row: SummaryRow): RequestSummary['result'] {
  const { state, url, deliveries, holdReason, status, failureCode, latencyMs, nextAttemptAt } = row
  if (state === null || url === null || deliveries === null) return null
  return digest({ state, url, holdReason, status, failureCode, latencyMs, nextAttemptAt }, deliveries)
}
