import type { DeliveryChange, PlannedDelivery } from '../history.ts'
import type { ArrivalRow, AttemptRow, Content, Json } from './messages.ts'
import type { Packer, Unpacker } from './packer.ts'

// What the calls of packing.ts are made of: each in pieces, and back. Properties of what comes out are read in the order in which they stand here.

export function packArrival(row: ArrivalRow, to: Packer): void {
  to.value(row.sourceId)
  to.value(row.originId)
  to.value(row.kind)
  to.value(row.receivedAt)
  to.value(row.relaySeq)
  to.value(row.remote)
  to.value(row.method)
  to.value(row.requestTarget)
  to.value(row.mountBytes)
  packJson(row.headers, to)
  to.value(row.trailers)
  to.value(row.bodyBytes)
  to.value(row.sha256)
  to.value(row.isProven ?? false)
  to.value(row.detail)
  to.value(row.parentId)
  to.value(row.provider)
  to.value(row.event)
  to.value(row.senderId)
  to.value(row.redelivered)
  to.value(row.contentType)
  to.value(row.isMuted ?? false)
}

/** Properties are read in the order in which they stand here, those that may be left out too. */
export function unpackArrival(from: Unpacker): Required<ArrivalRow> {
  return {
    sourceId: from.value(),
    originId: from.value(),
    kind: from.value(),
    receivedAt: from.value(),
    relaySeq: from.value(),
    remote: from.value(),
    method: from.value(),
    requestTarget: from.value(),
    mountBytes: from.value(),
    headers: from.bytes(),
    trailers: from.value(),
    bodyBytes: from.value(),
    sha256: from.value(),
    isProven: from.value(),
    detail: from.value(),
    parentId: from.value(),
    provider: from.value(),
    event: from.value(),
    senderId: from.value(),
    redelivered: from.value(),
    contentType: from.value(),
    isMuted: from.value(),
  }
}

export function packAllPlanned(deliveries: readonly PlannedDelivery[], to: Packer): void {
  to.value(deliveries.length)
  for (const delivery of deliveries) packPlanned(delivery, to)
}

export function unpackAllPlanned(from: Unpacker): PlannedDelivery[] {
  return Array.from({ length: from.value<number>() }, () => unpackPlanned(from))
}

function packPlanned({ targetId, url, reason, state, holdReason }: PlannedDelivery, to: Packer): void {
  to.value(targetId)
  to.value(url)
  to.value(reason)
  to.value(state)
  to.value(holdReason)
}

function unpackPlanned(from: Unpacker): PlannedDelivery {
  return {
    targetId: from.value(),
    url: from.value(),
    reason: from.value(),
    state: from.value(),
    holdReason: from.value(),
  }
}

export function packChange({ id, state, holdReason, nextAttemptAt }: DeliveryChange, to: Packer): void {
  to.value(id)
  to.value(state)
  to.value(holdReason)
  to.value(nextAttemptAt)
}

export function unpackChange(from: Unpacker): DeliveryChange {
  return { id: from.value(), state: from.value(), holdReason: from.value(), nextAttemptAt: from.value() }
}

export function packAttempt({ startedAt, timings, reconnected, failure, sent, answer }: AttemptRow, to: Packer): void {
  to.value(startedAt)
  to.value(timings.connectedMs)
  to.value(timings.firstByteMs)
  to.value(timings.totalMs)
  to.value(reconnected)
  to.value(failure)
  to.value(sent.method)
  to.value(sent.origin)
  to.value(sent.path)
  packJson(sent.headers, to)
  to.value(sent.bodyBytes)
  to.value(sent.bodySha256)
  to.value(answer === null ? null : answer.status)
  if (answer === null) return
  to.value(answer.reasonPhrase)
  packJson(answer.headers, to)
  to.value(answer.bodyBytes)
  to.value(answer.bodySha256)
  to.value(answer.cut)
  packContent(answer.content, to)
}

export function unpackAttempt(from: Unpacker): AttemptRow {
  return {
    startedAt: from.value(),
    timings: { connectedMs: from.value(), firstByteMs: from.value(), totalMs: from.value() },
    reconnected: from.value(),
    failure: from.value(),
    sent: {
      method: from.value(),
      origin: from.value(),
      path: from.value(),
      headers: from.bytes(),
      bodyBytes: from.value(),
      bodySha256: from.value(),
    },
    answer: unpackAnswer(from),
  }
}

function unpackAnswer(from: Unpacker): AttemptRow['answer'] {
  const status = from.value<number | null>()
  if (status === null) return null
  return {
    status,
    reasonPhrase: from.value(),
    headers: from.bytes(),
    bodyBytes: from.value(),
    bodySha256: from.value(),
    cut: from.value(),
    content: unpackContent(from),
  }
}

export function packContent(content: Content, to: Packer): void {
  to.value(content.kind === 'inline' ? null : content.upload)
  if (content.kind === 'upload') to.value(content.n)
  to.bytes(content.kind === 'inline' ? content.bytes : content.last)
}

export function unpackContent(from: Unpacker): Content {
  const upload = from.value<number | null>()
  if (upload === null) return { kind: 'inline', bytes: from.bytes() }
  return { kind: 'upload', upload, n: from.value(), last: from.bytes() }
}

function packJson(json: Json, to: Packer): void {
  if (typeof json === 'string') to.text(json)
  else to.bytes(json)
}
