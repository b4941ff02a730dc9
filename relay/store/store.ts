import type { GapDetail, HandshakeDetail, HeaderLine, RejectedDetail } from '../../protocol/request.ts'
import type { EdgeSettings, Secrets } from './edge-settings.ts'

/**
 * What the relay keeps, and how its parts reach it. Implementations: `sqlite/`; another one passes the same contract suite
 * (test/contract/relay-store.ts). Every promise that adds something resolves after it is on disk.
 * Times are epoch ms by the `now` given at opening; sizes are bytes.
 */
export type RelayStore = {
  readonly admin: RelayAdminStore
  readonly intake: RelayIntake
  readonly log: RelayLog
  /** What `/ready` asks: resolves when a write can be committed, rejects with the reason when not. */
  check(): Promise<void>
  stats(): StoreStats
  /** Expires what is older than its TTL, frees what everybody has acknowledged, drops dead subscriptions. The server calls it in intervals. */
  sweep(): Promise<void>
  /** Commits what was begun, closes the files. */
  close(): Promise<void>
}

export type StoreStats = {
  readonly items: number
  readonly bytes: number
  readonly uncommittedBytes: number
  readonly commits: number
  /** Rejected items that found their bucket full, since the start. */
  readonly droppedRejected: number
}

/** Settings of a bucket, inherited by its inputs where these leave a field unset. Stored as JSON, so later fields need no migration. */
export type BucketSettings = EdgeSettings & {
  readonly maxItems?: number
  readonly maxBytes?: number
  readonly maxAgents?: number
  readonly ttlMs?: number
  readonly maxBodyBytes?: number
  readonly overflow?: 'refuse' | 'drop-oldest'
  /** Keeps acknowledged items for the administrator for this long. */
  readonly keepAckedMs?: number
  readonly response?: InputResponse
}

/** What a sender is answered. `accept` = 200 with an empty body. */
export type InputResponse =
  | { readonly kind: 'accept' }
  | {
      readonly kind: 'static'
      readonly status: number
      readonly headers: readonly HeaderLine[]
      /** UTF-8 text. */
      readonly body: string
    }

export type InputSettings = EdgeSettings & { readonly response?: InputResponse; readonly maxBodyBytes?: number }

export type Bucket = {
  readonly id: string
  readonly name: string
  readonly settings: BucketSettings
  readonly createdAt: number
}
export type Input = {
  /** UUIDv4. */
  readonly id: string
  readonly bucketId: string
  readonly name: string
  readonly settings: InputSettings
  readonly createdAt: number
}
export type TokenRecord = {
  /** `crk_...` */
  readonly key: string
  readonly name: string
  readonly bucketIds: readonly string[]
  readonly createdAt: number
  readonly revokedAt: number | null
}

export type RelayAdminStore = {
  createBucket(wanted: { name: string; settings: BucketSettings; secrets?: Secrets }): Promise<Bucket>
  updateBucket(
    id: string,
    change: { name?: string; settings?: BucketSettings; secrets?: Secrets },
  ): Promise<Bucket | null>
  /** Deletes its inputs, items and subscriptions too, and takes it out of tokens. */
  deleteBucket(id: string): Promise<boolean>
  /** Oldest first. In memory: the hot path asks. */
  buckets(): readonly Bucket[]
  bucket(id: string): Bucket | null
  createInput(wanted: {
    bucketId: string
    name: string
    settings: InputSettings
    secrets?: Secrets
  }): Promise<Input | null>
  updateInput(id: string, change: { name?: string; settings?: InputSettings; secrets?: Secrets }): Promise<Input | null>
  deleteInput(id: string): Promise<boolean>
  inputs(bucketId: string): readonly Input[]
  input(id: string): Input | null
  /** What the settings of a bucket or an input name as secrets, by its id; encrypted at rest. Never a part of an answer or a log line. */
  secrets(ownerId: string): Secrets
  /** `secretSha256` is lower-case hex; the secret itself never reaches the store. */
  createToken(wanted: {
    key: string
    secretSha256: string
    name: string
    bucketIds: readonly string[]
  }): Promise<TokenRecord>
  revokeToken(key: string): Promise<TokenRecord | null>
  tokens(): readonly TokenRecord[]
  token(key: string): (TokenRecord & { readonly secretSha256: string }) | null
  /** Called after every committed change of buckets, inputs and tokens. Returns the way to stop it. */
  onChange(listener: (change: AdminChange) => void): () => void
}
export type AdminChange =
  | { readonly kind: 'inputs'; readonly bucketId: string }
  | { readonly kind: 'bucket-deleted'; readonly bucketId: string }
  | { readonly kind: 'token-revoked'; readonly key: string }

export type NewItemHead = {
  readonly bucketId: string
  readonly inputId: string | null
  readonly remote: string | null
  readonly method: string
  /** Verbatim, latin-1. */
  readonly target: string
  readonly mountBytes: number
  readonly headers: readonly HeaderLine[]
}

export type Added =
  | { readonly kind: 'stored'; readonly id: string; readonly seq: number; readonly receivedAt: number }
  /** The bucket is full of items that somebody still needs; nothing was stored. */
  | { readonly kind: 'full'; readonly retryAfterSeconds: number }
  /** The bucket went away meanwhile. */
  | { readonly kind: 'gone' }

/** How an upload ended. */
export type Finished = Added | { readonly kind: 'failed'; readonly error: Error }

export type RelayIntake = {
  /**
   * Begins a request whose body comes in pieces. Bodies up to 256 KiB end up inline, longer ones in chunks that are written as they come.
   * Returns null when the budget for uncommitted bytes of all requests is used up (503 for the newcomer).
   */
  begin(head: NewItemHead): Upload | null
  /** Adds one rejected item (no body). Never refused: a full bucket drops it silently but counts it. */
  reject(head: NewItemHead, rejected: RejectedDetail): Promise<void>
}

export type Upload = {
  /** Takes the bytes over: they must not be used afterwards, and memory that is theirs alone may be freed at once. True = more may come at once; false = pause the socket until `onDrain` is called. */
  write(bytes: Uint8Array): boolean
  /** Set once by the caller: called, possibly often, when the upload may go on after `write` said false. */
  onDrain: (() => void) | null
  /**
   * Gives id and seq in the committing transaction; `receivedAt` is the moment of this call. Trailers: RFC 9110 section 6.5. With `handshake`, the item
   * is a check that is answered so, no request. `told` is called once it is on disk, or with the reason why it is not: no promise, as this is on the way of
   * every request.
   */
  finish(trailers: readonly HeaderLine[], handshake: HandshakeDetail | null, told: (finished: Finished) => void): void
  /** All that was written, to be looked at before it is finished: whoever asks holds it in memory. Rejects when it could not be stored. */
  read(): Promise<Uint8Array>
  /** Drops what was written. Idempotent, also after `finish` (then without effect). */
  abort(): void
}

/** An item as it waits for a subscription, without its body's bytes. */
export type LoggedItem = {
  readonly id: string
  readonly seq: number
  readonly bucketId: string
  readonly inputId: string | null
  readonly kind: 'request' | 'rejected' | 'gap' | 'handshake'
  readonly receivedAt: number
  readonly remote: string | null
  readonly method: string
  readonly target: string
  readonly mountBytes: number
  readonly headers: readonly HeaderLine[]
  readonly trailers: readonly HeaderLine[]
  readonly bodyBytes: number
  readonly sha256: string
  readonly rejected: RejectedDetail | null
  readonly gap: GapDetail | null
  /** Of a `handshake`. */
  readonly handshake?: HandshakeDetail
  /** Times it was handed out before to the subscription that asks. */
  readonly handouts: number
  readonly redelivered: boolean
  /** The whole body when it is at most 256 KiB and was asked for, else null: read it with `readBody`. */
  readonly body: Uint8Array | null
}

export type SubscriptionId = { readonly bucketId: string; readonly name: string }

export type RelayLog = {
  /** Makes the subscription at the oldest retained item when it is new; marks it as seen. Call again at least hourly while an agent is connected. */
  openSubscription(subscription: SubscriptionId): Promise<void>
  /** Items not acknowledged. */
  pending(subscription: SubscriptionId): Promise<number>
  /**
   * Unacknowledged items with `seq > afterSeq`, ascending, at most `limit` and (after the first) `maxBytes` of bodies. Bodies up to 256 KiB come along.
   * Gaps are items of their own. An item that an administrator asked for again is a new entry of the log: a new seq, the old id, `redelivered` true;
   * an acknowledgement of the id settles all its entries up to then.
   */
  next(
    subscription: SubscriptionId,
    want: { afterSeq: number; limit: number; maxBytes: number },
  ): Promise<readonly LoggedItem[]>
  /** Notes that these were handed out; durable soon after (a lost note only lowers a count). */
  handedOut(subscription: SubscriptionId, ids: readonly string[]): void
  /** Whether this was handed out to the subscription before and is not acknowledged. */
  wasHandedOut(subscription: SubscriptionId, id: string): boolean
  /** Idempotent; unknown ids are ignored. Resolves after the commit. */
  ack(subscription: SubscriptionId, ids: readonly string[]): Promise<void>
  /** A piece of a body; [from, to) in bytes. Null when the item is gone. The bytes are the caller's alone. */
  readBody(id: string, from: number, to: number): Promise<Uint8Array | null>
  /** Called after each commit that added items to a bucket. Returns the way to stop it. */
  onAdded(listener: (bucketId: string) => void): () => void
  /** For the administrator: newest first, `before` is a seq. */
  list(bucketId: string, page: { before: number | null; limit: number }): Promise<readonly LoggedItem[]>
  find(bucketId: string, id: string): Promise<LoggedItem | null>
  /** Hands an item out again to every subscription of the bucket, with `redelivered: true`. False when it is gone. */
  redeliver(bucketId: string, id: string): Promise<boolean>
}
