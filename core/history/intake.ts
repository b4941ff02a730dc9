import type { DeliveryId, RequestId } from '../../protocol/ids.ts'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import { summaryOf, toArrivalRow } from './arrival-row.ts'
import type { Arrival, HistoryIntake, IncomingBody, PlannedDelivery, StoreOutcome, StoredDelivery } from './history.ts'
import type { ArrivalRow, Content, StoreReply, WriterCalls } from './threads/messages.ts'
import { unpackStoreReply } from './threads/packing.ts'
import type { Supervisor } from './threads/supervisor.ts'
import type { Upload, Uploads } from './upload.ts'

export type IntakeParts = {
  readonly writer: Supervisor<WriterCalls>
  readonly uploads: Uploads
  readonly readSummary: (id: RequestId) => Promise<RequestSummary | null>
}

/** Takes in what arrives: main's side of it. */
export function createIntake(parts: IntakeParts): HistoryIntake {
  const { writer, uploads, readSummary } = parts

  function store(arrival: Arrival, content: Content, planned: readonly PlannedDelivery[]): Promise<StoreOutcome> {
    const row = toArrivalRow(arrival)
    return writer.call('store', { arrival: row, content, deliveries: planned }).then(
      (packed) => {
        const reply = unpackStoreReply(packed, arrival.originId)
        return reply.kind === 'redelivered' ? redelivered(reply, planned) : toOutcome(reply, arrival, row, planned)
      },
      givingUp(uploads, content),
    )
  }

  async function redelivered(
    reply: Extract<StoreReply, { kind: 'redelivered' }>,
    planned: readonly PlannedDelivery[],
  ): Promise<StoreOutcome> {
    const summary = await readSummary(reply.id)
    // Deleted in the moment since the commit, its deliveries with it.
    if (summary === null) return { kind: 'tombstoned' }
    const again = planned.map((delivery) => ({ ...delivery, reason: 'relay-redelivery' as const }))
    return { kind: 'redelivered', summary, deliveries: toStored(reply.id, reply.deliveryIds, again) }
  }

  function begin(arrival: Arrival): IncomingBody {
    const upload = uploads.begin(arrival.bodyBytes)
    return {
      write: (bytes) => upload.write(bytes),
      finish: (planned) => store(arrival, upload.end(), planned),
      abort: () => upload.abort(),
    }
  }

  return {
    begin,
    store(arrival, body, planned) {
      const content = toContent(uploads, body)
      // Sent in this very turn where it can be: what is called for first arrived first.
      return content instanceof Promise
        ? content.then((sent) => store(arrival, sent, planned))
        : store(arrival, content, planned)
    },
  }
}

/** Bytes at hand, as the writer takes them: chunks when there are too many for one row, else the bytes themselves, which are copied as the call is made. */
export function toContent(uploads: Uploads, bytes: Uint8Array): Content | Promise<Content> {
  return bytes.length <= CHUNK_BYTES ? { kind: 'inline', bytes } : uploadWhole(uploads.begin(bytes.length), bytes)
}

/** For the call that stores a body's owner: what is to be done when it fails. What arrived with a long body must not hear of its commit later than others. */
export function givingUp(uploads: Uploads, content: Content | null): ((error: unknown) => never) | undefined {
  if (content === null || content.kind === 'inline') return undefined
  return (error) => {
    uploads.discard(content)
    throw error
  }
}

/** Deliveries with the ids that they got. */
export function toStored(
  requestId: RequestId,
  ids: readonly DeliveryId[],
  planned: readonly PlannedDelivery[],
): StoredDelivery[] {
  return ids.flatMap((id, index) => {
    const delivery = planned[index]
    return delivery === undefined ? [] : [{ ...delivery, id, requestId }]
  })
}

async function uploadWhole(upload: Upload, bytes: Uint8Array): Promise<Content> {
  try {
    await upload.write(bytes)
    return upload.end()
  } catch (error) {
    upload.abort()
    throw error
  }
}

function toOutcome(
  reply: Exclude<StoreReply, { kind: 'redelivered' }>,
  arrival: Arrival,
  { contentType }: ArrivalRow,
  planned: readonly PlannedDelivery[],
): StoreOutcome {
  if (reply.kind !== 'stored') return reply
  const deliveries = toStored(reply.id, reply.deliveryIds, planned)
  return { kind: 'stored', summary: summaryOf(arrival, reply, planned, contentType), deliveries }
}
