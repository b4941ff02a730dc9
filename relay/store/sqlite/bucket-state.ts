import type { Database } from 'better-sqlite3'
import type { GapDetail } from '../../../protocol/request.ts'
import { createIdTable, type Table } from '../../table.ts'
import type { Bucket } from '../store.ts'
import type { PackedItems } from './packed-items.ts'

/**
 * What the hot path needs to know of a bucket, read from the file at start and after a rollback. An entry is one place in the log: an
 * item, or an item handed out again. It waits while some subscription (or, where there is none, a future one) has not acknowledged it.
 */
export type BucketState = {
  readonly ref: number
  bucket: Bucket
  lastSeq: number
  /** What came behind this is committed, but not on disk yet: nobody may be handed what could still go. */
  onDiskSeq: number
  /** Entries that wait, and their bodies' bytes; gaps are not counted. */
  waitingItems: number
  waitingBytes: number
  redeliveries: number
  readonly subscriptions: Map<string, SubscriptionState>
  /** Gaps that nobody has been handed yet and that may still grow, by whom they are for. */
  readonly openGaps: Map<string, OpenGap>
}

export type SubscriptionState = {
  readonly ref: number
  readonly name: string
  /** Everything up to this seq is acknowledged. */
  ackedTo: number
  /** The same, of this transaction too, as far as they came in order. */
  ackedRun: number
  /** Acknowledged above `ackedTo`: only entries that still wait for another subscription. */
  readonly ahead: Set<number>
  /** What of `ahead` the file knows. */
  readonly storedAhead: Set<number>
  pending: number
  /** How far it was read since the start, by whoever reads it. */
  readTo: number
  seenAt: number
  /** Times handed out, by item id, of what is not acknowledged. */
  readonly handouts: Table<string, number>
  readonly unsavedHandouts: Table<string, true>
}

export type OpenGap = {
  readonly ref: number
  readonly id: Buffer
  readonly seq: number
  detail: GapDetail
  lines: string[]
}

export function isAcked(subscription: SubscriptionState, seq: number): boolean {
  return seq <= subscription.ackedTo || subscription.ahead.has(seq)
}

export type StateReader = {
  /** All buckets, oldest first. */
  readAll(before: ReadonlyMap<number, BucketState>): BucketState[]
  /** The bucket as the file has it. `before` gives what a rollback does not touch. */
  read(ref: number, before: BucketState | null): BucketState | null
  /** Entries that wait above a seq. */
  count(ref: number, aboveSeq: number): number
}

type BucketRow = { ref: number; id: string; name: string; settings: string; createdAt: number; lastSeq: number }
type SubscriptionRow = { ref: number; name: string; ackedTo: number; seenAt: number }
type Sum = { items: number; bytes: number }

export function createStateReader(database: Database, packed: PackedItems): StateReader {
  const selectRefs = database.prepare<[], { ref: number }>('SELECT ref FROM bucket ORDER BY ref')
  const selectBucket = database.prepare<[number], BucketRow>(
    'SELECT ref, id, name, settings, created_at AS createdAt, last_seq AS lastSeq FROM bucket WHERE ref = ?',
  )
  const sumItems = database.prepare<[number, number], Sum>(
    'SELECT count(*) AS items, ifnull(sum(body_bytes), 0) AS bytes FROM item WHERE bucket = ? AND seq > ? AND settled_at IS NULL',
  )
  const sumGaps = database.prepare<[number], Sum>(
    `SELECT count(*) AS items, ifnull(sum(body_bytes), 0) AS bytes FROM item WHERE bucket = ? AND kind = 'gap' AND settled_at IS NULL`,
  )
  const sumRedeliveries = database.prepare<[number, number], Sum>(
    `SELECT count(*) AS items, ifnull(sum(item.body_bytes), 0) AS bytes
     FROM redelivery JOIN item ON item.ref = redelivery.item WHERE redelivery.bucket = ? AND redelivery.seq > ?`,
  )
  const selectSubscriptions = database.prepare<[number], SubscriptionRow>(
    'SELECT ref, name, acked_to AS ackedTo, seen_at AS seenAt FROM subscription WHERE bucket = ? ORDER BY ref',
  )
  const selectAhead = database.prepare<[number], { seq: number }>('SELECT seq FROM ack_ahead WHERE subscription = ?')
  const selectHandouts = database.prepare<[number], { ref: number; id: Buffer | null; count: number }>(
    'SELECT handout.item AS ref, item.id, count FROM handout LEFT JOIN item ON item.ref = handout.item WHERE subscription = ?',
  )

  function count(ref: number, aboveSeq: number): number {
    const rows = (sumItems.get(ref, aboveSeq)?.items ?? 0) + (sumRedeliveries.get(ref, aboveSeq)?.items ?? 0)
    return rows + packed.count(ref, aboveSeq)
  }

  function readHandouts(subscription: number): Table<string, number> {
    const handouts = createIdTable<number>()
    for (const { ref, id, count } of selectHandouts.all(subscription)) {
      const found = id ?? packed.byRef(ref)?.id
      if (found !== undefined) handouts.set(withDashes(found.toString('hex')), count)
    }
    return handouts
  }

  function readSubscription(row: SubscriptionRow, bucket: number, before: SubscriptionState | null): SubscriptionState {
    const ahead = selectAhead.all(row.ref).map(({ seq }) => seq)
    return {
      ...row,
      ahead: new Set(ahead),
      storedAhead: new Set(ahead),
      pending: count(bucket, row.ackedTo) - ahead.length,
      readTo: before?.readTo ?? 0,
      ackedRun: row.ackedTo,
      handouts: before?.handouts ?? readHandouts(row.ref),
      unsavedHandouts: before?.unsavedHandouts ?? createIdTable(),
    }
  }

  function read(ref: number, before: BucketState | null): BucketState | null {
    const row = selectBucket.get(ref)
    if (row === undefined) return null
    const subscriptions = selectSubscriptions
      .all(ref)
      .map((found) => readSubscription(found, ref, before?.subscriptions.get(found.name) ?? null))
    // What all have acknowledged no longer waits: where acknowledged items are kept, this skips them.
    const from = subscriptions.length === 0 ? 0 : Math.min(...subscriptions.map(({ ackedTo }) => ackedTo))
    const none = { items: 0, bytes: 0 }
    // Nothing that all have acknowledged is listed by a pack.
    const listed = packed.sum(ref)
    const [items, gaps, again] = [
      sumItems.get(ref, from) ?? none,
      sumGaps.get(ref) ?? none,
      sumRedeliveries.get(ref, 0) ?? none,
    ]
    const lastSeq = Math.max(row.lastSeq, packed.lastSeq(ref))
    return {
      ref,
      bucket: { id: row.id, name: row.name, settings: JSON.parse(row.settings), createdAt: row.createdAt },
      lastSeq,
      onDiskSeq: before?.onDiskSeq ?? lastSeq,
      waitingItems: items.items - gaps.items + again.items + listed.items,
      waitingBytes: items.bytes - gaps.bytes + again.bytes + listed.bytes,
      redeliveries: again.items,
      subscriptions: new Map(subscriptions.map((subscription) => [subscription.name, subscription])),
      openGaps: new Map(),
    }
  }

  return {
    read,
    count,
    readAll: (before) => selectRefs.all().flatMap(({ ref }) => read(ref, before.get(ref) ?? null) ?? []),
  }
}

/** The text form of 16 bytes in hex (RFC 9562 section 4). */
export function withDashes(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
