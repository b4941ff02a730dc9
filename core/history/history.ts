import type { AppError } from '../../protocol/app-error.ts'
import type {
  Attempt,
  AttemptTimings,
  Delivery,
  DeliveryFailure,
  DeliveryReason,
  DeliveryState,
  HoldReason,
} from '../../protocol/delivery.ts'
import type { AttemptId, DeliveryId, RequestId, RequestUid, SourceId, TargetId } from '../../protocol/ids.ts'
import type {
  HeaderLine,
  ItemDetail,
  RequestColour,
  RequestDetail,
  RequestKind,
  RequestSummary,
} from '../../protocol/request.ts'
import type { DraftId } from '../../protocol/draft.ts'
import type { RepeatMark } from '../../protocol/request-repeats.ts'
import type { Source } from '../../protocol/source.ts'
import type { Target } from '../../protocol/target.ts'
import type { HistoryDrafts } from './drafts.ts'
import type { HistoryKeeping } from './keeping.ts'

/**
 * The app's memory: one SQLite file, written by one worker thread and read by another. This is all that the rest of core sees of it.
 * Promises of writing calls resolve after the commit (group commit: many calls, one transaction). They reject with `HistoryError`.
 */
export type History = {
  readonly intake: HistoryIntake
  readonly deliveries: HistoryDeliveries
  readonly requests: HistoryRequests
  readonly config: HistoryConfig
  readonly drafts: HistoryDrafts
  readonly keeping: HistoryKeeping
  /** Told when the writer stops being able to write (disk full, thread dead) and when it can again. Returns the way to stop it. */
  onHealth(listener: (health: HistoryHealth) => void): () => void
  health(): HistoryHealth
  /** Commits what was begun, stops both threads. */
  close(): Promise<void>
}

export type HistoryHealth =
  | { readonly state: 'good' }
  /** Nothing is acknowledged while this lasts; `error` says in words what happened and what to do. */
  | { readonly state: 'broken'; readonly error: AppError; readonly nextAttemptAt: number | null }

/** What arrived, before it has a row. */
export type Arrival = {
  readonly sourceId: SourceId | null
  /** The sender-side id that a repeat is recognised by; null = no dedupe. */
  readonly originId: string | null
  readonly kind: RequestKind
  readonly receivedAt: number
  readonly relaySeq: number | null
  readonly remote: string | null
  readonly method: string
  readonly requestTarget: string
  readonly mountBytes: number
  readonly headers: readonly HeaderLine[]
  readonly trailers: readonly HeaderLine[]
  readonly bodyBytes: number
  /** Lower-case hex, as announced; checked against the bytes, which are refused with `HistoryError` code `altered` when they differ. Null = not announced. */
  readonly sha256: string | null
  /** Its bytes were held against `sha256` as they came: they are not hashed again where they are at hand. */
  readonly isProven?: boolean
  readonly detail: ItemDetail | null
  readonly parentId: RequestId | null
  readonly provider: string | null
  readonly event: string | null
  readonly senderId: string | null
  /** An administrator asked for it again: no new row where one exists, but new deliveries (reason `relay-redelivery`). */
  readonly redelivered: boolean
  /** The user does not want to hear of its like: it is stored as read. */
  readonly isMuted?: boolean
}

/** A delivery to be stored in the transaction that stores its request. */
export type PlannedDelivery = {
  readonly targetId: TargetId | null
  readonly url: string
  readonly reason: DeliveryReason
  readonly state: Extract<DeliveryState, 'sending' | 'queued' | 'held' | 'failed'>
  readonly holdReason: HoldReason | null
}

export type StoredDelivery = PlannedDelivery & { readonly id: DeliveryId; readonly requestId: RequestId }

export type StoreOutcome =
  | { readonly kind: 'stored'; readonly summary: RequestSummary; readonly deliveries: readonly StoredDelivery[] }
  /** A redelivery of a stored request: no row, new deliveries. */
  | { readonly kind: 'redelivered'; readonly summary: RequestSummary; readonly deliveries: readonly StoredDelivery[] }
  /** Seen before: neither row nor delivery. */
  | { readonly kind: 'duplicate'; readonly id: RequestId }
  /** Deleted by the user, its acknowledgement got lost. */
  | { readonly kind: 'tombstoned' }

export type HistoryIntake = {
  /** Stores a request whose body is at hand, with its deliveries, in one transaction. */
  store(arrival: Arrival, body: Uint8Array, deliveries: readonly PlannedDelivery[]): Promise<StoreOutcome>
  /** Stores a request whose body comes in pieces; what is not finished when the app stops is deleted at the next start. */
  begin(arrival: Arrival): IncomingBody
}

export type IncomingBody = {
  /** Queues a copy. Resolves when more may come (at most 512 KiB of one request wait for a commit). Rejects with `HistoryError`. */
  write(bytes: Uint8Array): Promise<void>
  finish(deliveries: readonly PlannedDelivery[]): Promise<StoreOutcome>
  /** Drops what was written. Idempotent. */
  abort(): void
}

/** A delivery that still has something to come, as found at start or released from a hold. */
export type LiveDelivery = {
  readonly id: DeliveryId
  readonly requestId: RequestId
  readonly sourceId: SourceId | null
  readonly targetId: TargetId | null
  readonly url: string
  readonly reason: DeliveryReason
  readonly state: DeliveryState
  readonly holdReason: HoldReason | null
  readonly attempts: number
  readonly nextAttemptAt: number | null
}

export type NewAttempt = {
  readonly deliveryId: DeliveryId
  readonly startedAt: number
  readonly timings: AttemptTimings
  readonly sent: Attempt['sent']
  /** Header lines of the stored request, where `sent` is made of them and of the request's body: neither those nor the hash are stored again. */
  readonly ownHeaders?: readonly HeaderLine[]
  readonly answer:
    | (NonNullable<Attempt['answer']> & {
        /** What was kept of the answer's body, at most 25 MiB. */
        readonly body: Uint8Array
      })
    | null
  readonly failure: DeliveryFailure | null
  readonly reconnected: boolean
}

/** A delivery that was under way when the last run ended. */
export type BegunDelivery = {
  readonly id: DeliveryId
  /** Null = none came, as far as is known. */
  readonly answer: { readonly status: number; readonly latencyMs: number } | null
}

export type DeliveryChange = {
  readonly id: DeliveryId
  readonly state: DeliveryState
  readonly holdReason: HoldReason | null
  readonly nextAttemptAt: number | null
}

export type HistoryDeliveries = {
  /** Adds deliveries to a stored request (resend). Rejects with `HistoryError` code `not-found` when it was deleted meanwhile. */
  add(requestId: RequestId, deliveries: readonly PlannedDelivery[]): Promise<readonly StoredDelivery[]>
  /** Changes states, in the order of calls; rides the next group commit. Deliveries that were deleted meanwhile are passed over. */
  change(changes: readonly DeliveryChange[]): Promise<void>
  /** Stores one attempt and its delivery's new state in one transaction. Null when the request was deleted meanwhile: nothing is kept then. */
  finishAttempt(attempt: NewAttempt, change: DeliveryChange): Promise<AttemptId | null>
  /** All deliveries of a request with their attempts, oldest first. */
  of(requestId: RequestId): Promise<readonly Delivery[]>
  /**
   * Called once at start: turns what was under way at a crash into `outcome-unknown`, then gives what is queued, held or retrying in order of arrival. Where
   * it is known which had `begun`, those were under way, or answered if that is known, and all others are queued again; else those that stand as sending.
   */
  resume(begun?: readonly BegunDelivery[]): Promise<readonly LiveDelivery[]>
  /** What has something to come, after every write that was called for before. In order of arrival. */
  live(): Promise<readonly LiveDelivery[]>
  digests(requestIds: readonly RequestId[]): Promise<readonly RequestSummary[]>
}

export type RequestFilter = {
  readonly view: 'all' | 'failed' | 'held' | 'pinned'
  readonly sourceId: SourceId | null
  /**
   * Words that must all be in path, headers, body, event, provider or method, the last of which may go on, or all in the note; empty = no restriction.
   * A word `colour:4` stands for the requests that have this colour.
   */
  readonly text: string
}

export type HistoryCounts = {
  readonly total: number
  readonly unread: number
  readonly failed: number
  readonly held: number
  readonly retrying: number
  readonly pinned: number
  readonly unreadBySource: Readonly<Record<number, number>>
  readonly heldBySource: Readonly<Record<number, number>>
  /** Requests that are not in the index of words yet, so that a search sees only path, event, provider and method of them. Rarely any. */
  readonly unindexed: number
  /** Size of the database file with its journal. */
  readonly bytes: number
}

/** What is needed of a stored request to send it. */
export type StoredSendable = Pick<
  RequestDetail,
  'id' | 'uid' | 'kind' | 'sourceId' | 'method' | 'requestTarget' | 'mountBytes' | 'headers' | 'remote' | 'bodyBytes'
> & {
  /** Null where no body was received, as in a rejected request. */
  readonly bodySha256: string | null
  /** An exact copy; null when it is longer than 256 KiB, or gone. */
  readonly body: Uint8Array | null
}

export type HistoryRequests = {
  /** Newest first, by keyset: rows with `id < before`. `limit` at most 500. */
  list(filter: RequestFilter, page: { before: RequestId | null; limit: number }): Promise<readonly RequestSummary[]>
  get(id: RequestId): Promise<RequestDetail | null>
  /** Requests as they are sent, with each body of at most 256 KiB, in the order asked for; null for one that is gone. */
  sendable(ids: readonly RequestId[]): Promise<readonly (StoredSendable | null)[]>
  findByUid(uid: RequestUid): Promise<RequestId | null>
  /** Resends' and drafts' requests that name this one as their original, oldest first. */
  children(id: RequestId): Promise<readonly RequestSummary[]>
  counts(): Promise<HistoryCounts>
  /** Those of these that came before, or that say so of themselves. */
  repeats(ids: readonly RequestId[]): Promise<readonly RepeatMark[]>
  markRead(ids: readonly RequestId[]): Promise<void>
  setPinned(id: RequestId, pinned: boolean): Promise<void>
  /** Null takes it off. Only a pin keeps a request from clearing and from age. */
  setColour(ids: readonly RequestId[], colour: RequestColour | null): Promise<void>
  /** What a person writes about it; empty takes it off. */
  setNote(id: RequestId, note: string): Promise<void>
  /** Size and hash of a stored body; null when it is gone. */
  bodyInfo(part: BodyPart): Promise<{ readonly bytes: number; readonly sha256: string } | null>
  /** An exact copy of [from, to) of a stored body, at most 1 MiB; null when it is gone. */
  readBody(part: BodyPart, from: number, to: number): Promise<Uint8Array<ArrayBuffer> | null>
  /** Deletes the rows and leaves tombstones, so that a late repeat does not bring them back. */
  delete(ids: readonly RequestId[]): Promise<void>
}

export type BodyPart =
  | { readonly kind: 'request'; readonly id: RequestId }
  | { readonly kind: 'response'; readonly id: AttemptId }
  | { readonly kind: 'draft'; readonly id: DraftId }

/** Sources, targets and settings: what the user configured. Secrets are elsewhere. */
export type HistoryConfig = {
  sources(): Promise<readonly Source[]>
  addSource(source: Omit<Source, 'id' | 'createdAt'>): Promise<Source>
  /** Null when there is no such source. */
  updateSource(id: SourceId, change: Partial<Omit<Source, 'id' | 'kind' | 'createdAt'>>): Promise<Source | null>
  /** Its requests stay in the history. */
  removeSource(id: SourceId): Promise<boolean>
  /** TTL of a source's buckets as the relay told, for tombstones. */
  noteTtl(id: SourceId, ttlMs: number): Promise<void>
  targets(): Promise<readonly Target[]>
  addTarget(target: Omit<Target, 'id' | 'createdAt'>): Promise<Target>
  updateTarget(id: TargetId, change: Partial<Omit<Target, 'id' | 'createdAt'>>): Promise<Target | null>
  /** Taken out of sources too; its deliveries stay in the history. */
  removeTarget(id: TargetId): Promise<boolean>
  /** A JSON value by name. */
  setting(name: string): Promise<unknown>
  setSetting(name: string, value: unknown): Promise<void>
}

export type HistoryErrorCode =
  | 'database-newer'
  | 'database-broken'
  | 'database-locked'
  | 'disk-full'
  | 'no-permission'
  | 'thread-died'
  | 'altered'
  /** What was to be changed was deleted meanwhile. */
  | 'not-found'
  | 'closed'
  | 'internal'

/** Why the history could not do what was asked, with a sentence for a person. */
export class HistoryError extends Error {
  readonly code: HistoryErrorCode
  readonly fix: string

  constructor(code: HistoryErrorCode, message: string, options: ErrorOptions & { fix: string }) {
    super(message, options)
    this.name = 'HistoryError'
    this.code = code
    this.fix = options.fix
  }
}
