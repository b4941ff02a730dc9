import type { Database } from 'better-sqlite3'
import { StoreError } from '../store-error.ts'
import type { LoggedItem, RelayLog } from '../store.ts'
import type { BodyChunks } from './body-chunks.ts'
import type { BucketState, SubscriptionState } from './bucket-state.ts'
import type { BucketStates } from './bucket-states.ts'
import type { CommitQueue } from './commit-queue.ts'
import { toStoreError } from './failures.ts'
import type { Handouts } from './handouts.ts'
import { idBytes, idText } from './item-rows.ts'
import type { ItemRow, ItemRows } from './item-rows.ts'
import type { Ledger } from './ledger.ts'
import { createListeners } from './listeners.ts'
import type { Listeners } from './listeners.ts'
import { readWholeBody } from './whole-body.ts'
import type { Subscriptions } from './subscriptions.ts'

type Parts = {
  readonly database: Database
  readonly file: string
  readonly queue: CommitQueue
  readonly states: BucketStates
  readonly items: ItemRows
  readonly chunks: BodyChunks
  readonly ledger: Ledger
  readonly subscriptions: Subscriptions
  readonly handouts: Handouts
}
type Entry = { readonly seq: number; readonly row: ItemRow; readonly redelivered: boolean }

export type Log = RelayLog & { readonly added: Listeners<string> }

export function createLog(parts: Parts): Log {
  const { database, file, queue, states, items, chunks, ledger, subscriptions, handouts } = parts
  const added = createListeners<string>()
  const selectAgain = database.prepare<[number, number], { seq: number; item: number }>(
    'SELECT seq, item FROM redelivery WHERE bucket = ? AND seq > ? ORDER BY seq',
  )

  /** Reading needs no transaction; what fails gets its sentence here. */
  async function reading<T>(work: () => T): Promise<T> {
    if (!database.open) throw new StoreError('closed', 'The relay is stopping.')
    try {
      return work()
    } catch (error) {
      throw toStoreError(error, file)
    }
  }

  function* entriesAbove(state: BucketState, aboveSeq: number): Generator<Entry> {
    const again = state.redeliveries === 0 ? [] : selectAgain.all(state.ref, aboveSeq)
    for (const row of items.waiting(state.ref, aboveSeq)) {
      while (again[0] !== undefined && again[0].seq < row.seq) yield* entryAgain(again.shift())
      yield { seq: row.seq, row, redelivered: false }
    }
    for (const entry of again) yield* entryAgain(entry)
  }

  function* entryAgain(entry: { seq: number; item: number } | undefined): Generator<Entry> {
    const row = entry && items.byRef(entry.item)
    if (entry && row) yield { seq: entry.seq, row, redelivered: true }
  }

  function toItem(state: BucketState, { seq, row, redelivered }: Entry, reader: SubscriptionState | null): LoggedItem {
    const { rejected = null, gap = null, ...head } = items.openHead(row)
    const id = idText(row.id)
    return {
      id,
      seq,
      bucketId: state.bucket.id,
      kind: row.kind,
      receivedAt: row.receivedAt,
      ...head,
      bodyBytes: row.bodyBytes,
      sha256: row.sha256.toString('hex'),
      rejected,
      gap,
      handouts: reader?.handouts.get(id) ?? 0,
      redelivered,
      body: reader === null ? null : readWholeBody(row, items, chunks),
    }
  }

  function rowOf(id: string): ItemRow | undefined {
    const bytes = idBytes(id)
    return bytes === null ? undefined : items.byId(bytes)
  }

  return {
    added,
    onAdded: added.add,
    openSubscription: subscriptions.openSubscription,
    ack: subscriptions.ack,
    pending: (id) => reading(() => subscriptions.find(id)?.subscription.pending ?? 0),
    handedOut(id, ids) {
      const found = subscriptions.find(id)
      if (found !== null) handouts.note(found.subscription, ids)
    },
    next: (id, want) =>
      reading(() => {
        const found = subscriptions.find(id)
        if (found === null || want.limit < 1) return []
        const { state, subscription } = found
        const list: LoggedItem[] = []
        let bytes = 0
        for (const entry of entriesAbove(state, Math.max(want.afterSeq, subscription.ackedTo))) {
          if (subscription.ahead.has(entry.seq)) continue
          bytes += entry.row.bodyBytes
          if (list.length > 0 && bytes > want.maxBytes) break
          list.push(toItem(state, entry, subscription))
          // From now on somebody may have seen it: the next gap is an item of its own.
          if (entry.row.kind === 'gap') closeGap(state, entry.row.ref)
          if (list.length >= want.limit) break
        }
        return list
      }),
    readBody: (id, from, to) =>
      reading(() => {
        const row = rowOf(id)
        if (row === undefined || states.byRef(row.bucket) === null) return null
        const end = Math.min(to, row.bodyBytes)
        if (row.bodyId === null) return items.readInline(row)?.subarray(from, end) ?? null
        if (from >= end) return new Uint8Array(0)
        const bytes = chunks.read(row.bodyId, from, end)
        if (bytes?.byteLength === end - from) return bytes
        throw new StoreError('corrupt', `A part of the body of item ${id} is missing from ${file}.`)
      }),
    list: (bucketId, { before, limit }) =>
      reading(() => {
        const state = states.get(bucketId)
        if (state === null) return []
        const rows = items.page(state.ref, before ?? state.lastSeq + 1, limit)
        return rows.map((row) => toItem(state, { seq: row.seq, row, redelivered: false }, null))
      }),
    find: (bucketId, id) =>
      reading(() => {
        const state = states.get(bucketId)
        const row = rowOf(id)
        if (state === null || row?.bucket !== state.ref) return null
        return toItem(state, { seq: row.seq, row, redelivered: false }, null)
      }),
    redeliver: (bucketId, id) =>
      queue.add(() => {
        const state = states.get(bucketId)
        const row = rowOf(id)
        if (state === null || row?.bucket !== state.ref) return false
        ledger.appendAgain(state, row)
        return true
      }),
  }
}

function closeGap(state: BucketState, ref: number): void {
  for (const [key, gap] of state.openGaps) if (gap.ref === ref) state.openGaps.delete(key)
}
