import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { ItemHead } from '../../protocol/request-frame.ts'
import type { HeaderLine, ItemDetail, RequestSummary } from '../../protocol/request.ts'
import type { RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { Forwarder, SendableRequest } from '../forwarding/forwarder.ts'
import type { Arrival, HistoryIntake, IncomingBody, PlannedDelivery, StoreOutcome } from '../history/history.ts'
import { recognise, type Recognised } from '../recognise/recognise.ts'
import type { ItemBody, ItemSink } from '../sources/relay-client.ts'

export type CaptureOptions = {
  readonly sourceId: SourceId
  readonly intake: HistoryIntake
  readonly forwarder: Forwarder
  /** The source's targets at this moment: deliveries are fixed when the request is stored. */
  readonly targets: () => readonly TargetId[]
  /** Scheme that the sender used, as far as the input's public URL tells. */
  readonly schemeOf: (head: { requestTarget: string; mountBytes: number }) => 'http' | 'https'
  /** What Creel itself has sent to prove a way; it is kept like any other, and goes to no target. */
  readonly isCanary: (headers: readonly HeaderLine[]) => boolean
  /** Whether nobody wants to hear of its like. */
  readonly isMuted: (recognised: Recognised) => boolean
  readonly onStored: (summary: RequestSummary, isNew: boolean) => void
  /** What was stored before came again: perhaps nobody heard that it was stored. */
  readonly onRepeat: (id: RequestId) => void
}

/**
 * Takes the items of one source: recognises them, plans their deliveries, stores both in one transaction and only then starts sending.
 * What this resolves for is on disk, so the relay client may acknowledge it.
 */
export function createCapture(options: CaptureOptions): ItemSink {
  return {
    store(head, body) {
      // By whoever brought it: an item whose body is at hand was held against its hash.
      const arrival = toArrival(options, head, body, true)
      const planned = planFor(options, head)
      return settle(options, arrival, body, planned, () => options.intake.store(arrival, body, planned))
    },
    begin(head) {
      return captureLongBody(options, head)
    },
  }
}

function captureLongBody(options: CaptureOptions, head: ItemHead): ItemBody {
  let incoming: IncomingBody | null = null
  let arrival: Arrival | null = null

  // The first chunk is needed before the row is begun: sender and event are read from it.
  function open(first: Uint8Array): IncomingBody {
    arrival = toArrival(options, head, first, false)
    incoming = options.intake.begin(arrival)
    return incoming
  }

  return {
    async write(bytes) {
      await (incoming ?? open(bytes)).write(bytes)
    },
    async finish() {
      const body = incoming ?? open(new Uint8Array(0))
      const planned = planFor(options, head)
      await settle(options, arrival ?? toArrival(options, head, null, false), null, planned, () => body.finish(planned))
    },
    abort() {
      incoming?.abort()
    },
  }
}

/** Not a function that awaits: all that was stored in one commit is started in the order of its promises, whichever way it came. */
function settle(
  options: CaptureOptions,
  arrival: Arrival,
  body: Uint8Array | null,
  planned: readonly PlannedDelivery[],
  store: () => Promise<StoreOutcome>,
): Promise<void> {
  return attempt(store).then(
    (outcome) => startStored(options, arrival, body, planned, outcome),
    (error: unknown) => {
      options.forwarder.abandon(planned)
      throw error
    },
  )
}

function attempt<T>(act: () => Promise<T>): Promise<T> {
  try {
    return act()
  } catch (error) {
    return Promise.reject(error)
  }
}

function startStored(
  options: CaptureOptions,
  arrival: Arrival,
  body: Uint8Array | null,
  planned: readonly PlannedDelivery[],
  outcome: StoreOutcome,
): void {
  if (outcome.kind === 'duplicate' || outcome.kind === 'tombstoned') {
    options.forwarder.abandon(planned)
    if (outcome.kind === 'duplicate') options.onRepeat(outcome.id)
    return
  }
  options.onStored(outcome.summary, outcome.kind === 'stored')
  // A redelivered item's bytes may have been stored long ago under another hash check: it is read back instead.
  const request = outcome.kind === 'stored' ? toSendable(options, arrival, outcome.summary, body) : null
  options.forwarder.start(outcome.deliveries, { sourceId: options.sourceId, request })
}

function planFor(options: CaptureOptions, head: ItemHead): readonly PlannedDelivery[] {
  if (head.kind !== 'request' || options.isCanary(head.headers)) return []
  return options.forwarder.plan({
    sourceId: options.sourceId,
    targets: options.targets(),
    reason: head.redelivered ? 'relay-redelivery' : 'captured',
  })
}

/** Written out, as each of these passes here: objects put together from others cost several times as much. */
function toArrival(
  { sourceId, isMuted }: CaptureOptions,
  head: ItemHead,
  firstBytes: Uint8Array | null,
  isProven: boolean,
): Arrival {
  if (head.kind === 'gap') return gapArrival(sourceId, head, isProven)
  const recognised = recogniseItem(head, firstBytes?.subarray(0, CHUNK_BYTES) ?? new Uint8Array(0))
  return {
    sourceId,
    originId: head.id,
    kind: head.kind === 'request' ? 'captured' : head.kind,
    receivedAt: head.receivedAt,
    relaySeq: head.seq,
    remote: head.remote,
    method: head.method,
    requestTarget: head.target,
    mountBytes: head.mountBytes,
    headers: head.headers,
    trailers: head.trailers,
    bodyBytes: head.bodyBytes,
    sha256: head.sha256,
    isProven,
    detail: detailOf(head),
    parentId: null,
    provider: recognised.provider,
    event: recognised.event,
    senderId: recognised.senderId,
    redelivered: head.redelivered,
    isMuted: head.kind === 'request' && isMuted(recognised),
  }
}

function gapArrival(sourceId: SourceId, head: Extract<ItemHead, { kind: 'gap' }>, isProven: boolean): Arrival {
  return {
    sourceId,
    originId: head.id,
    kind: 'gap',
    receivedAt: head.receivedAt,
    relaySeq: head.seq,
    remote: head.remote,
    method: '',
    requestTarget: '',
    mountBytes: 0,
    headers: [],
    trailers: [],
    bodyBytes: head.bodyBytes,
    sha256: head.sha256,
    isProven,
    detail: { kind: 'gap', gap: head.gap },
    parentId: null,
    provider: null,
    event: null,
    senderId: null,
    redelivered: head.redelivered,
  }
}

function recogniseItem(head: Exclude<ItemHead, { kind: 'gap' }>, firstBytes: Uint8Array): Recognised {
  const told = recognise(head.headers, firstBytes)
  // Whose check of the address it is the relay knows, as its input names the sender.
  const checking = head.kind === 'handshake' ? head.handshake?.sender : undefined
  return checking === undefined ? told : { ...told, provider: told.provider ?? checking }
}

function detailOf(head: Exclude<ItemHead, { kind: 'gap' }>): ItemDetail | null {
  if (head.kind === 'rejected') return { kind: 'rejected', rejected: head.rejected }
  if (head.kind !== 'handshake' || head.handshake === undefined) return null
  return { kind: 'handshake', handshake: head.handshake }
}

function toSendable(
  options: CaptureOptions,
  arrival: Arrival,
  summary: RequestSummary,
  body: Uint8Array | null,
): SendableRequest | null {
  if (body === null || arrival.sha256 === null) return null
  return {
    id: summary.id,
    uid: summary.uid,
    method: arrival.method,
    requestTarget: arrival.requestTarget,
    mountBytes: arrival.mountBytes,
    headers: arrival.headers,
    remote: arrival.remote,
    scheme: options.schemeOf(arrival),
    bodyBytes: arrival.bodyBytes,
    bodySha256: arrival.sha256,
    // By the intake, before it was stored.
    isProven: true,
    body,
  }
}
