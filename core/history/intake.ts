import type { DeliveryId, RequestId } from '../../protocol/ids.ts'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import { summaryOf, toArrivalRow } from './arrival-row.ts'
import type { Arrival, HistoryIntake, IncomingBody, PlannedDelivery, StoreOutcome, StoredDelivery } from './history.ts'
import type { Content, StoreReply, WriterCalls } from './threads/messages.ts'
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

  async function store(arrival: Arrival, content: Content, planned: readonly PlannedDelivery[]): Promise<StoreOutcome> {
    const input = { arrival: toArrivalRow(arrival), content, deliveries: planned }
    const reply = await owning(uploads, content, writer.call('store', input, buffersOf(content)))
    if (reply.kind !== 'redelivered') return toOutcome(reply, arrival, planned)
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

/** Bytes at hand, as the writer takes them: an exact copy, or chunks when there are too many for one row. */
export function toContent(uploads: Uploads, bytes: Uint8Array): Content | Promise<Content> {
  return bytes.length <= CHUNK_BYTES
    ? { kind: 'inline', bytes: new Uint8Array(bytes) }
    : uploadWhole(uploads.begin(bytes.length), bytes)
}

/** The memory that goes along with a message instead of being copied once more. */
export function buffersOf(content: Content): ArrayBuffer[] {
  const { buffer } = content.kind === 'inline' ? content.bytes : content.last
  return buffer instanceof ArrayBuffer ? [buffer] : []
}

/** Waits until a body's owner is stored, and gives the body up where it is not. */
export async function owning<T>(uploads: Uploads, content: Content, storing: Promise<T>): Promise<T> {
  try {
    return await storing
  } catch (error) {
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
  planned: readonly PlannedDelivery[],
): StoreOutcome {
  if (reply.kind !== 'stored') return reply
  const deliveries = toStored(reply.id, reply.deliveryIds, planned)
  return { kind: 'stored', summary: summaryOf(arrival, reply, planned), deliveries }
}
