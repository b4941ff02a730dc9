import type { DeliveryReason } from '../../../protocol/delivery.ts'
import type { Draft, DraftId, DraftSummary, RequestChanges, SentRequest } from '../../../protocol/draft.ts'
import type { AttemptId, DeliveryId, RequestId, RequestUid, SourceId, TargetId } from '../../../protocol/ids.ts'
import type { RequestColour, RequestDetail, RequestSummary } from '../../../protocol/request.ts'
import type { Delivery } from '../../../protocol/delivery.ts'
import type { RepeatMark } from '../../../protocol/request-repeats.ts'
import type { Source } from '../../../protocol/source.ts'
import type { Target } from '../../../protocol/target.ts'
import type { Packed } from './packer.ts'
import type { PackedStoreReply } from './packing.ts'
import type {
  Arrival,
  BegunDelivery,
  BodyPart,
  DeliveryChange,
  HistoryCounts,
  HistoryErrorCode,
  LiveDelivery,
  NewAttempt,
  PlannedDelivery,
  RequestFilter,
} from '../history.ts'
import type { ExpiryRule, ExpiryStep, HistoryUsage } from '../keeping.ts'

/** Names of the calls that a thread answers, each with what goes in and what comes out. */
export type Calls = Readonly<Record<string, { readonly input: unknown; readonly output: unknown }>>

/** JSON that is stored as bytes: a text where it is made, its UTF-8 once it has crossed to the thread. */
export type Json = string | Uint8Array

/** An arrival as it is written: lists are JSON already, because text crosses a thread much faster than many small arrays. */
export type ArrivalRow = Omit<Arrival, 'headers' | 'trailers' | 'detail'> & {
  readonly headers: Json
  readonly trailers: string | null
  readonly detail: string | null
  readonly contentType: string | null
}

/** Where a body's bytes are: at hand, or in chunks sent before, of which these are the last bytes. */
export type Content =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | { readonly kind: 'upload'; readonly upload: number; readonly n: number; readonly last: Uint8Array }

export type StoreReply =
  | {
      readonly kind: 'stored'
      readonly id: RequestId
      readonly uid: RequestUid
      readonly deliveryIds: readonly DeliveryId[]
    }
  | { readonly kind: 'redelivered'; readonly id: RequestId; readonly deliveryIds: readonly DeliveryId[] }
  | { readonly kind: 'duplicate'; readonly id: RequestId }
  | { readonly kind: 'tombstoned' }

export type AttemptRow = Omit<NewAttempt, 'deliveryId' | 'answer' | 'sent' | 'ownHeaders'> & {
  readonly sent: Omit<NewAttempt['sent'], 'headers'> & { readonly headers: Json }
  readonly answer:
    | (Omit<NonNullable<NewAttempt['answer']>, 'headers' | 'body' | 'keptBytes'> & {
        readonly headers: Json
        readonly content: Content
      })
    | null
}

/** A draft, its content still the JSON that it is stored as. */
export type DraftRow = Omit<Draft, 'content'> & { readonly content: string }

export type SourceChange = Partial<Omit<Source, 'id' | 'kind' | 'createdAt'>>
export type TargetChange = Partial<Omit<Target, 'id' | 'createdAt'>>

/** What the writer thread does; each call is answered after its commit. */
export type WriterCalls = {
  readonly store: {
    input: { arrival: ArrivalRow; content: Content; deliveries: readonly PlannedDelivery[] }
    output: PackedStoreReply
  }
  readonly chunk: { input: { upload: number; n: number; bytes: Uint8Array }; output: null }
  readonly dropUpload: { input: { upload: number }; output: null }
  readonly addDeliveries: {
    input: { requestId: RequestId; deliveries: readonly PlannedDelivery[] }
    output: readonly DeliveryId[]
  }
  readonly changeDeliveries: { input: readonly DeliveryChange[]; output: null }
  /** Null when the delivery was deleted meanwhile. */
  readonly finishAttempt: { input: { attempt: AttemptRow; change: DeliveryChange }; output: AttemptId | null }
  readonly resume: { input: readonly BegunDelivery[] | null; output: readonly LiveDelivery[] }
  readonly liveDeliveries: { input: null; output: readonly LiveDelivery[] }
  readonly markRead: { input: readonly RequestId[]; output: null }
  readonly setPinned: { input: { id: RequestId; pinned: boolean }; output: null }
  readonly setColour: { input: { ids: readonly RequestId[]; colour: RequestColour | null }; output: null }
  readonly setNote: { input: { id: RequestId; note: string }; output: null }
  readonly deleteRequests: { input: readonly RequestId[]; output: null }
  readonly hide: { input: readonly RequestId[]; output: { readonly requests: number; readonly deliveries: number } }
  /** Gives those that are there again. */
  readonly restore: { input: readonly RequestId[]; output: readonly RequestId[] }
  /** Gives those that are not hidden, and not deleted therefore. */
  readonly deleteHidden: { input: readonly RequestId[]; output: readonly RequestId[] }
  readonly hidden: { input: { limit: number }; output: readonly RequestId[] }
  readonly expire: { input: { rule: ExpiryRule; after: number }; output: ExpiryStep }
  /** Whether nothing is left to erase. */
  readonly erase: { input: null; output: boolean }
  /** Whether nothing is left to give back. */
  readonly shrink: { input: null; output: boolean }
  readonly readAll: {
    input: { sourceId: SourceId | null; below: number }
    /** From where to go on; null = all are read. */
    output: { readonly below: number | null }
  }
  readonly addSource: { input: Omit<Source, 'id' | 'createdAt'>; output: Source }
  readonly updateSource: { input: { id: SourceId; change: SourceChange }; output: Source | null }
  readonly removeSource: { input: SourceId; output: boolean }
  readonly noteTtl: { input: { id: SourceId; ttlMs: number }; output: null }
  readonly addTarget: { input: Omit<Target, 'id' | 'createdAt'>; output: Target }
  readonly updateTarget: { input: { id: TargetId; change: TargetChange }; output: Target | null }
  readonly removeTarget: { input: TargetId; output: boolean }
  readonly addDraft: { input: { parentId: RequestId | null; content: string }; output: DraftRow }
  readonly saveDraft: {
    input: { id: DraftId; content: string; body: Content | 'keep' | 'original' }
    output: DraftRow
  }
  readonly deleteDraft: { input: DraftId; output: null }
  readonly deleteUntouchedDrafts: { input: null; output: null }
  readonly sendDraft: {
    input: {
      arrival: ArrivalRow
      draftId: DraftId
      url: string
      changes: string
      deliveries: readonly PlannedDelivery[]
      /** Null = the draft's, which both own from then on. */
      body: Content | null
    }
    output: { stored: Extract<StoreReply, { kind: 'stored' }>; n: number }
  }
  readonly setSetting: { input: { name: string; json: string }; output: null }
  /** Writes so many bytes over those of the probe before: shows whether the disk takes anything. */
  readonly probe: { input: { bytes: number }; output: null }
}

/** A piece of a list: `next` says from where to go on when the piece ended before `limit` rows were found. */
export type ListPiece = { readonly rows: readonly RequestSummary[]; readonly next: RequestId | null }

/** What the reader thread does. */
export type ReaderCalls = {
  readonly list: { input: { filter: RequestFilter; before: RequestId | null; limit: number }; output: ListPiece }
  readonly get: { input: RequestId; output: RequestDetail | null }
  readonly repeats: { input: readonly RequestId[]; output: readonly RepeatMark[] }
  /** See packed-sendables.ts. */
  readonly sendable: { input: readonly RequestId[]; output: Packed }
  readonly findByUid: { input: RequestUid; output: RequestId | null }
  readonly children: { input: RequestId; output: readonly RequestSummary[] }
  readonly digests: { input: readonly RequestId[]; output: readonly RequestSummary[] }
  readonly counts: { input: null; output: HistoryCounts }
  readonly usage: { input: null; output: HistoryUsage }
  readonly bodyInfo: { input: BodyPart; output: { readonly bytes: number; readonly sha256: string } | null }
  readonly readBody: { input: { part: BodyPart; from: number; to: number }; output: Uint8Array<ArrayBuffer> | null }
  readonly deliveriesOf: { input: RequestId; output: readonly Delivery[] }
  readonly draft: { input: { id: DraftId } | { parentId: RequestId }; output: DraftRow | null }
  readonly drafts: { input: null; output: readonly DraftSummary[] }
  readonly sends: { input: DraftId; output: readonly SentRequest[] }
  readonly changesOf: { input: readonly RequestId[]; output: readonly [RequestId, RequestChanges][] }
  readonly sources: { input: null; output: readonly Source[] }
  readonly targets: { input: null; output: readonly Target[] }
  readonly setting: { input: string; output: string | null }
}

/** The reason that deliveries of a redelivered item carry, whatever was planned. */
export const REDELIVERY: DeliveryReason = 'relay-redelivery'

export type Call<C extends Calls> = {
  readonly [N in keyof C & string]: { readonly id: number; readonly name: N; readonly input: C[N]['input'] }
}[keyof C & string]

/** To a thread. `now` is main's clock: a function cannot cross. */
export type ToThread =
  /** Of each call its id, its name and its input, as `Packing` says. */
  | { readonly type: 'calls'; readonly now: number; readonly packed: Packed }
  /** Main knows of the failures of one `ends`, and whoever waited for those calls does: calls that came before this may have been made without knowing. */
  | { readonly type: 'heard' }
  | { readonly type: 'close' }

export type ErrorFields = { readonly code: HistoryErrorCode; readonly message: string; readonly fix: string }

export type CallEnd =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ErrorFields }

/** From a thread: once `ready` or `failed`, then the ends of calls. */
export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: ErrorFields }
  /** Of each call its id, whether it was done, and its value or error: without names, which cost more than what they name. */
  | { readonly type: 'ends'; readonly ends: readonly unknown[] }
