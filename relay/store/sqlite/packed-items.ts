import type { Database } from 'better-sqlite3'
import type { ItemIdentity, ItemRow } from './item-rows.ts'
import { createPackShelves } from './pack-shelves.ts'
import type { ListedPack } from './pack-shelves.ts'

/** More than fit into a pack. */
const REFS_OF_PACK = 2048
export const ENTRY_BYTES = 32
// An entry of a pack's list. Numbers are big-endian.
const ID_AT = 0
const RECEIVED_AT = 16
const BODY_BYTES_AT = 24
const PLACE_AT = 28
const MS_BYTES = 6
/** The place of what is between two of a pack's items and not in it; the rest is zeros. Zeros alone are what a disk gives that lost the entry: that is announced. */
const NOT_IN_PACK = 0xffffffff

/** Of a removed item. */
export type Unlisted = { readonly ref: number; readonly bodyBytes: number }

/**
 * Items without a row of their own: the row of their pack has a list of them. A row an item with its two entries of indexes is more than half of what the usual
 * request costs in SQLite, and most are acknowledged in the order of their coming, pack by pack. What is gone of a pack that still has others is said by its
 * bucket's `gone_to`, up to which all are, and else by an entry in `unlisted`. An item that needs more than its pack says (to be kept, to be handed out
 * again) gets a row under the same ref. Such refs are negative, those of other rows are not.
 *
 * What is kept in memory is as the running transaction has it, and is taken back with it.
 */
export type PackedItems = {
  /** Begins a pack. */
  begin(pack: number, bucket: number, seq: number, list: Buffer): ListedPack
  /** Lists an item of the pack that was begun; gives its ref. */
  list(pack: ListedPack, item: ItemIdentity, place: number): number
  has(ref: number): boolean
  /** Whether it lists nothing (any more). */
  isEmpty(pack: number): boolean
  byRef(ref: number): ItemRow | undefined
  /** Of one bucket, or of all. */
  byId(id: Buffer, bucket: number | null): ItemRow | undefined
  /** Ascending. */
  above(bucket: number, seq: number): IterableIterator<ItemRow>
  /** Descending. */
  below(bucket: number, seq: number): IterableIterator<ItemRow>
  /** The same without reading the lists. */
  seqsAbove(bucket: number, seq: number): IterableIterator<number>
  count(bucket: number, aboveSeq: number): number
  sum(bucket: number): { readonly items: number; readonly bytes: number }
  /** Takes items out of their packs' lists. Gives the packs, which may be empty then. */
  unlist(items: readonly Unlisted[]): number[]
  /** Up to where a bucket's items are gone from the packs. */
  goneTo(bucket: number): number
  /** Whether a bucket's row would say nothing new at the end of the running transaction: its last entry is the last one of its packs, and `goneTo` is as before. */
  isSaid(bucket: number, lastSeq: number): boolean
  /** Of a bucket's last pack; 0 where there is none. */
  lastSeq(bucket: number): number
  /** What was deleted of the packs. */
  forget(pack: number): void
  buckets(): number[]
  /** Some packs of a bucket, for its deletion. */
  somePacks(bucket: number, limit: number): number[]
  committed(): void
  rolledBack(): void
}

type PackRow = { pack: number; bucket: number; firstSeq: number; items: Buffer }

function refOf(pack: number, index: number): number {
  return index - pack * REFS_OF_PACK
}

/** The pack that lists, or listed, what has this ref. No pack: 0 or less. */
export function packOf(ref: number): number {
  return Math.ceil(-ref / REFS_OF_PACK)
}

export function createPackedItems(database: Database): PackedItems {
  const selectAll = database.prepare<[], PackRow>(
    'SELECT ref AS pack, bucket, first_seq AS firstSeq, items FROM pack WHERE items IS NOT NULL ORDER BY ref',
  )
  const selectUnlisted = database.prepare<[], { ref: number }>('SELECT ref FROM unlisted ORDER BY ref')
  const selectGone = database.prepare<[], { bucket: number; goneTo: number }>(
    'SELECT ref AS bucket, gone_to AS goneTo FROM bucket',
  )
  const selectList = database.prepare<[number], { items: Buffer }>('SELECT items FROM pack WHERE ref = ?')
  const insertUnlisted = database.prepare('INSERT INTO unlisted (ref) VALUES (?)')
  const deleteUnlisted = database.prepare('DELETE FROM unlisted WHERE ref BETWEEN ? AND ?')
  const shelves = createPackShelves()
  /** The list that was read last: its neighbours are mostly asked for next. */
  let read: { readonly pack: number; readonly list: Buffer } | null = null
  load()

  function load(): void {
    for (const { bucket, goneTo } of selectGone.all()) shelves.setGoneTo(bucket, goneTo)
    for (const { pack, bucket, firstSeq, items } of selectAll.iterate()) {
      const record = shelves.add(pack, bucket, firstSeq, null)
      const count = Math.floor(items.byteLength / ENTRY_BYTES)
      for (let index = 0; index < count; index += 1) noteEntry(record, items, index)
    }
    loadUnlisted()
    shelves.committed()
  }

  function noteEntry(record: ListedPack, list: Buffer, index: number): void {
    const at = index * ENTRY_BYTES
    const ms = list.readUIntBE(at + ID_AT, MS_BYTES)
    if (ms > 0 || list.readUInt32BE(at + PLACE_AT) !== NOT_IN_PACK)
      shelves.list(record, record.firstSeq + index, list.readUInt32BE(at + BODY_BYTES_AT), ms)
  }

  /** Pack by pack: what it takes to take one back is as much as the pack has of them. */
  function loadUnlisted(): void {
    let record: ListedPack | undefined
    let gone: ItemRow[] = []
    const takeOut = (): void => {
      if (record !== undefined && gone.length > 0) {
        shelves.unlist(
          record,
          gone.map(({ seq }) => seq),
          sumBytes(gone),
        )
      }
      shelves.committed()
      gone = []
    }
    for (const { ref } of selectUnlisted.iterate()) {
      if (record?.pack !== packOf(ref)) {
        takeOut()
        record = shelves.get(packOf(ref))
        if (record !== undefined) record.hasUnlisted = true
      }
      const row = byRef(ref)
      if (row !== undefined) gone.push(row)
    }
    takeOut()
  }

  function listOf(record: ListedPack): Buffer {
    if (record.draft !== null) return record.draft
    if (read?.pack !== record.pack) {
      read = { pack: record.pack, list: selectList.get(record.pack)?.items ?? Buffer.alloc(0) }
    }
    return read.list
  }

  function rowAt(record: ListedPack, seq: number): ItemRow {
    const index = seq - record.firstSeq
    const list = listOf(record)
    const at = index * ENTRY_BYTES
    return {
      ref: refOf(record.pack, index),
      id: Buffer.from(list.subarray(at + ID_AT, at + RECEIVED_AT)),
      bucket: record.bucket,
      seq,
      kind: 'request',
      receivedAt: list.readDoubleBE(at + RECEIVED_AT),
      settledAt: null,
      bodyBytes: list.readUInt32BE(at + BODY_BYTES_AT),
      sha256: NOTHING,
      bodyId: null,
      keyId: '',
      head: NOTHING,
      pack: record.pack,
      place: list.readUInt32BE(at + PLACE_AT),
    }
  }

  function find(ref: number): { readonly record: ListedPack; readonly seq: number } | null {
    const record = ref < 0 ? shelves.get(packOf(ref)) : undefined
    if (record === undefined) return null
    const seq = record.firstSeq + ref - refOf(record.pack, 0)
    return shelves.lists(record, seq) ? { record, seq } : null
  }

  function byRef(ref: number): ItemRow | undefined {
    const found = find(ref)
    return found === null ? undefined : rowAt(found.record, found.seq)
  }

  function seqOfId(record: ListedPack, id: Buffer): number | null {
    const list = listOf(record)
    let at = list.indexOf(id)
    while (at > 0 && at % ENTRY_BYTES !== 0) at = list.indexOf(id, at + 1)
    const seq = record.firstSeq + at / ENTRY_BYTES
    return at !== -1 && shelves.lists(record, seq) ? seq : null
  }

  function unlistOf(record: ListedPack, items: readonly Unlisted[]): void {
    const seqs = items.map(({ ref }) => record.firstSeq + ref - refOf(record.pack, 0))
    const kept = shelves.unlist(record, seqs, sumBytes(items))
    for (const seq of kept) insertUnlisted.run(refOf(record.pack, seq - record.firstSeq))
    if (kept.length > 0) record.hasUnlisted = true
  }

  return {
    begin: shelves.add,
    list(record, { id, seq, receivedAt, bodyBytes }, place) {
      const { draft } = record
      if (draft === null) throw new Error('This pack is written.')
      const index = seq - record.firstSeq
      const at = index * ENTRY_BYTES
      for (let between = (record.lastSeq + 1 - record.firstSeq) * ENTRY_BYTES; between < at; between += ENTRY_BYTES) {
        draft.fill(0, between, between + PLACE_AT)
        draft.writeUInt32BE(NOT_IN_PACK, between + PLACE_AT)
      }
      draft.set(id, at + ID_AT)
      draft.writeDoubleBE(receivedAt, at + RECEIVED_AT)
      draft.writeUInt32BE(bodyBytes, at + BODY_BYTES_AT)
      draft.writeUInt32BE(place, at + PLACE_AT)
      shelves.list(record, seq, bodyBytes, id.readUIntBE(0, MS_BYTES))
      return refOf(record.pack, index)
    },
    has: (ref) => find(ref) !== null,
    isEmpty: (pack) => (shelves.get(pack)?.left ?? 0) === 0,
    byRef,
    byId(id, bucket) {
      const ms = id.readUIntBE(0, MS_BYTES)
      for (const record of shelves.ofTime(ms, bucket)) {
        const seq = seqOfId(record, id)
        if (seq !== null) return rowAt(record, seq)
      }
      return undefined
    },
    *above(bucket, aboveSeq) {
      for (const [record, seq] of shelves.above(bucket, aboveSeq)) yield rowAt(record, seq)
    },
    *below(bucket, belowSeq) {
      for (const [record, seq] of shelves.below(bucket, belowSeq)) yield rowAt(record, seq)
    },
    *seqsAbove(bucket, aboveSeq) {
      for (const [, seq] of shelves.above(bucket, aboveSeq)) yield seq
    },
    count: shelves.count,
    sum: shelves.sum,
    unlist(items) {
      const byPack = new Map<number, Unlisted[]>()
      for (const item of items) {
        const some = byPack.get(packOf(item.ref))
        if (some === undefined) byPack.set(packOf(item.ref), [item])
        else some.push(item)
      }
      // In their order, as what is gone up to some place needs no entries.
      const packs = [...byPack.keys()].toSorted((one, other) => one - other)
      for (const pack of packs) {
        const record = shelves.get(pack)
        if (record !== undefined) unlistOf(record, byPack.get(pack) ?? [])
      }
      return packs
    },
    goneTo: shelves.goneTo,
    isSaid: (bucket, lastSeq) => lastSeq === shelves.lastSeq(bucket) && !shelves.isMoved(bucket),
    lastSeq: shelves.lastSeq,
    forget(pack) {
      const record = shelves.get(pack)
      if (record === undefined) return
      if (record.hasUnlisted) deleteUnlisted.run(refOf(pack, 0), refOf(pack, REFS_OF_PACK - 1))
      shelves.remove(record)
    },
    buckets: shelves.buckets,
    somePacks: shelves.some,
    committed: shelves.committed,
    rolledBack: shelves.rolledBack,
  }
}

function sumBytes(items: readonly { readonly bodyBytes: number }[]): number {
  return items.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)
}

const NOTHING = Buffer.alloc(0)
