import type { HeaderLine, RequestSummary } from '../../protocol/request.ts'
import type { RequestId, RequestUid } from '../../protocol/ids.ts'
import { digest, worstOf } from './delivery-digest.ts'
import type { Arrival, PlannedDelivery } from './history.ts'
import type { ArrivalRow } from './threads/messages.ts'

/** An arrival as its row wants it. */
export function toArrivalRow(arrival: Arrival): ArrivalRow {
  const { headers, trailers, detail } = arrival
  return {
    ...arrival,
    headers: JSON.stringify(headers),
    trailers: trailers.length === 0 ? null : JSON.stringify(trailers),
    detail: detail === null ? null : JSON.stringify(detail),
    contentType: contentTypeOf(headers),
  }
}

/** The list's row of a request that was stored just now, without reading it back. */
export function summaryOf(
  arrival: Arrival,
  stored: { readonly id: RequestId; readonly uid: RequestUid },
  deliveries: readonly PlannedDelivery[],
  contentType = contentTypeOf(arrival.headers),
): RequestSummary {
  const worst = worstOf(deliveries.map((planned) => ({ ...planned, ...untried })))
  return {
    id: stored.id,
    uid: stored.uid,
    kind: arrival.kind,
    sourceId: arrival.sourceId,
    receivedAt: Math.round(arrival.receivedAt),
    method: arrival.method,
    requestTarget: arrival.requestTarget,
    mountBytes: arrival.mountBytes,
    bodyBytes: arrival.bodyBytes,
    contentType,
    provider: arrival.provider,
    event: arrival.event,
    parentId: arrival.parentId,
    pinned: false,
    colour: null,
    hasNote: false,
    read: arrival.isMuted === true || arrival.kind === 'composed' || arrival.kind === 'imported',
    detail: arrival.detail,
    result: worst === undefined ? null : digest(worst, deliveries.length),
  }
}

const CONTENT_TYPE = 'content-type'
const untried = { status: null, failureCode: null, latencyMs: null, nextAttemptAt: null }

/** Value of the first Content-Type line. */
function contentTypeOf(headers: readonly HeaderLine[]): string | null {
  for (const [name, value] of headers) {
    if (name.length === CONTENT_TYPE.length && name.toLowerCase() === CONTENT_TYPE) return value
  }
  return null
}
