import type { DraftId } from '../../../protocol/draft.ts'
import type { DeliveryId, RequestId, RequestUid } from '../../../protocol/ids.ts'
import type { DeliveryChange, PlannedDelivery } from '../history.ts'
import type { ArrivalRow, AttemptRow, Calls, Content, Json, StoreReply, WriterCalls } from './messages.ts'
import type { Packer, Unpacker } from './packer.ts'

/** How the calls of a thread cross to it: those that come thousands of times a second in pieces, all others as they are. */
export type Packing<C extends Calls> = {
  readonly [N in keyof C & string]?: {
    pack(input: C[N]['input'], to: Packer): void
    unpack(from: Unpacker): C[N]['input']
  }
}

export const WRITER_PACKING: Packing<WriterCalls> = {
  store: {
    pack({ arrival, content, deliveries }, to) {
      packArrival(arrival, to)
      packContent(content, to)
      to.value(deliveries.length)
      for (const delivery of deliveries) packPlanned(delivery, to)
    },
    unpack(from) {
      const arrival = unpackArrival(from)
      const content = unpackContent(from)
      const deliveries = Array.from({ length: from.value<number>() }, () => unpackPlanned(from))
      return { arrival, content, deliveries }
    },
  },
  finishAttempt: {
    pack({ attempt, change }, to) {
      packChange(change, to)
      packAttempt(attempt, to)
    },
    unpack(from) {
      const change = unpackChange(from)
      return { attempt: unpackAttempt(from), change }
    },
  },
  saveDraft: {
    pack({ id, content, body }, to) {
      to.value(id)
      to.value(content)
      to.value(typeof body === 'string' ? body : null)
      if (typeof body !== 'string') packContent(body, to)
    },
    unpack(from) {
      const [id, content] = [from.value<DraftId>(), from.value<string>()]
      const body = from.value<'keep' | 'original' | null>() ?? unpackContent(from)
      return { id, content, body }
    },
  },
}

function packArrival(row: ArrivalRow, to: Packer): void {
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
function unpackArrival(from: Unpacker): Required<ArrivalRow> {
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

function packChange({ id, state, holdReason, nextAttemptAt }: DeliveryChange, to: Packer): void {
  to.value(id)
  to.value(state)
  to.value(holdReason)
  to.value(nextAttemptAt)
}

function unpackChange(from: Unpacker): DeliveryChange {
  return { id: from.value(), state: from.value(), holdReason: from.value(), nextAttemptAt: from.value() }
}

function packAttempt({ startedAt, timings, reconnected, failure, sent, answer }: AttemptRow, to: Packer): void {
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

function unpackAttempt(from: Unpacker): AttemptRow {
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

function packContent(content: Content, to: Packer): void {
  to.value(content.kind === 'inline' ? null : content.upload)
  if (content.kind === 'upload') to.value(content.n)
  to.bytes(content.kind === 'inline' ? content.bytes : content.last)
}

function unpackContent(from: Unpacker): Content {
  const upload = from.value<number | null>()
  if (upload === null) return { kind: 'inline', bytes: from.bytes() }
  return { kind: 'upload', upload, n: from.value(), last: from.bytes() }
}

function packJson(json: Json, to: Packer): void {
  if (typeof json === 'string') to.text(json)
  else to.bytes(json)
}

/** A reply as it crosses: of most, whose name is their origin's, only numbers. */
export type PackedStoreReply = readonly number[] | StoreReply

export function packStoreReply(reply: StoreReply, originId: string | null): PackedStoreReply {
  return reply.kind === 'stored' && reply.uid === originId ? [reply.id, ...reply.deliveryIds] : reply
}

export function unpackStoreReply(packed: PackedStoreReply, originId: string | null): StoreReply {
  if ('kind' in packed) return packed
  const [id = 0, ...deliveryIds] = packed
  return {
    kind: 'stored',
    id: id as RequestId,
    uid: (originId ?? '') as RequestUid,
    deliveryIds: deliveryIds as DeliveryId[],
  }
}
