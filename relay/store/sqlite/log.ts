import type { Database } from 'better-sqlite3'
import { StoreError } from '../store-error.ts'
import type { LoggedItem, RelayLog, SubscriptionId } from '../store.ts'
import type { BodyChunks } from './body-chunks.ts'
import type { BucketState, SubscriptionState } from './bucket-state.ts'
import type { BucketStates } from './bucket-states.ts'
import type { CommitQueue } from './commit-queue.ts'
import { isDamage } from './damage.ts'
import type { Damage, Damaged } from './damage.ts'
import { toStoreError } from './failures.ts'
import type { FreshItem, FreshItems } from './fresh-items.ts'
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
  readonly fresh: FreshItems
  readonly chunks: BodyChunks
  readonly ledger: Ledger
  readonly damage: Damage
  readonly subscriptions: Subscriptions
  readonly handouts: Handouts
}
type Want = Parameters<RelayLog['next']>[1]
type Found = { readonly state: BucketState; readonly subscription: SubscriptionState }
/** What was read, and what could not be. */
type Page = { readonly list: LoggedItem[]; readonly damaged: Damaged[] }
type Entry = { readonly seq: number; readonly row: ItemRow; readonly redelivered: boolean }

export type Log = RelayLog & { readonly added: Listeners<string> }

export function createLog(parts: Parts): Log {
  const { database, file, queue, states, items, fresh, chunks, ledger, damage, subscriptions, handouts } = parts
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
    const opened = items.open(row)
    const { rejected = null, gap = null, ...head } = opened.head
    const id = idText(row.id)
    return {
      id,
      seq,
      bucketId: state.bucket.id,
      kind: row.kind,
      receivedAt: row.receivedAt,
      ...head,
      bodyBytes: row.bodyBytes,
      sha256: opened.sha256.toString('hex'),
      rejected,
      gap,
      handouts: reader?.handouts.get(id) ?? 0,
      redelivered,
      body: reader === null ? null : readWholeBody(row, items, chunks),
    }
  }

  function fromMemory(state: BucketState, item: FreshItem, reader: SubscriptionState): LoggedItem {
    const { place, text, head } = item
    const { inputId, remote, method, target, mountBytes, headers, trailers } = head
    return {
      id: text,
      seq: place.seq,
      bucketId: state.bucket.id,
      kind: place.kind,
      receivedAt: item.receivedAt,
      inputId,
      remote,
      method,
      target,
      mountBytes,
      headers,
      trailers,
      bodyBytes: place.bodyBytes,
      sha256: item.sha256.toString('hex'),
      rejected: null,
      gap: null,
      handouts: reader.handouts.get(text) ?? 0,
      redelivered: false,
      body: item.body,
    }
  }

  function takeItem(page: Page, state: BucketState, entry: Entry, reader: SubscriptionState | null): void {
    try {
      page.list.push(toItem(state, entry, reader))
    } catch (problem) {
      const error = toStoreError(problem, file)
      if (!isDamage(error)) throw problem
      page.damaged.push({ row: entry.row, error })
    }
  }

  /** Reads until a page has something or nothing is left; what cannot be read is set aside on the way. */
  async function readPast(readPage: () => Page): Promise<readonly LoggedItem[]> {
    for (;;) {
      const { list, damaged } = await reading(readPage)
      if (damaged.length === 0) return list
      await damage.setAside(damaged)
      if (list.length > 0) return list
    }
  }

  function nextPage(id: SubscriptionId, want: Want): Page {
    const page: Page = { list: [], damaged: [] }
    const found = subscriptions.find(id)
    if (found === null || want.limit < 1) return page
    const from = Math.max(want.afterSeq, found.subscription.ackedTo)
    const to = takeFresh(page, found, from, want)
    if (to !== null) takeStored(page, found, to, want)
    return page
  }

  /** Takes what follows a seq in memory without a hole. Tells up to where that was when the page has room for more. */
  function takeFresh(page: Page, { state, subscription }: Found, from: number, want: Want): number | null {
    let bytes = 0
    for (let seq = from + 1; seq <= state.onDiskSeq; seq += 1) {
      if (subscription.ahead.has(seq)) continue
      const item = fresh.bySeq(state.ref, seq)
      if (item === undefined) return seq - 1
      bytes += item.place.bodyBytes
      if (page.list.length > 0 && bytes > want.maxBytes) return null
      page.list.push(fromMemory(state, item, subscription))
      subscription.readTo = seq
      if (page.list.length >= want.limit) return null
    }
    subscription.readTo = state.onDiskSeq
    return null
  }

  function takeStored(page: Page, { state, subscription }: Found, from: number, want: Want): void {
    let bytes = page.list.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)
    for (const entry of entriesAbove(state, from)) {
      if (entry.seq > state.onDiskSeq) break
      if (subscription.ahead.has(entry.seq)) continue
      bytes += entry.row.bodyBytes
      if (page.list.length > 0 && bytes > want.maxBytes) return
      takeItem(page, state, entry, subscription)
      subscription.readTo = entry.seq
      // From now on somebody may have seen it: the next gap is an item of its own.
      if (entry.row.kind === 'gap') closeGap(state, entry.row.ref)
      if (page.list.length + page.damaged.length >= want.limit) return
    }
    subscription.readTo = state.onDiskSeq
  }

  async function readChunks(row: ItemRow, bodyId: Buffer, from: number, to: number): Promise<Uint8Array> {
    try {
      return await reading(() => {
        const bytes = chunks.read(bodyId, from, to)
        if (bytes?.byteLength === to - from) return bytes
        throw new StoreError('corrupt', `A part of the body of item ${idText(row.id)} is missing from ${file}.`)
      })
    } catch (error) {
      const state = states.byRef(row.bucket)
      const isWaiting = row.settledAt === null || (state !== null && state.redeliveries > 0)
      if (isDamage(error) && isWaiting) await damage.setAside([{ row, error }])
      throw error
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
    wasHandedOut: (id, item) => subscriptions.find(id)?.subscription.handouts.has(item) ?? false,
    next: (id, want) => readPast(() => nextPage(id, want)),
    async readBody(id, from, to) {
      const row = await reading(() => rowOf(id))
      if (row === undefined || states.byRef(row.bucket) === null) return null
      const end = Math.min(to, row.bodyBytes)
      const { bodyId } = row
      if (bodyId === null) return reading(() => items.readInline(row)?.subarray(from, end) ?? null)
      return from >= end ? new Uint8Array(0) : readChunks(row, bodyId, from, end)
    },
    list: (bucketId, { before, limit }) =>
      readPast(() => {
        const page: Page = { list: [], damaged: [] }
        const state = states.get(bucketId)
        if (state === null) return page
        for (const row of items.page(state.ref, before ?? state.lastSeq + 1, limit)) {
          takeItem(page, state, { seq: row.seq, row, redelivered: false }, null)
        }
        return page
      }),
    async find(bucketId, id) {
      const [item] = await readPast(() => {
        const page: Page = { list: [], damaged: [] }
        const state = states.get(bucketId)
        const row = rowOf(id)
        if (state !== null && row?.bucket === state.ref) {
          takeItem(page, state, { seq: row.seq, row, redelivered: false }, null)
        }
        return page
      })
      return item ?? null
    },
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
