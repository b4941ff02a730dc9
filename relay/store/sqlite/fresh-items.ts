import { KIB, MIB } from '../../../protocol/limits.ts'
import type { HeaderLine } from '../../../protocol/request.ts'
import { createIdTable, type Table } from '../../table.ts'
import type { ItemIdentity, ItemPlace, StoredHead, StoredPlace } from './item-rows.ts'

/** What all of them together may take. */
const MOST_BYTES = 8 * MIB
const MOST_ITEMS = 8192
/** Of one bucket: somebody whose reading is further behind reads from the file. A power of two, as is the least. */
export const MOST_FRESH_OF_BUCKET = 1024
const LEAST_SLOTS = 32
/** Reading a larger body back costs little beside sending it. */
const MOST_BODY_BYTES = 16 * KIB
/** What an object, a string or a line takes beside its characters, about. */
const OVERHEAD_BYTES = 64

/** An item as it was given to the file, readable without opening a seal. */
export type FreshItem = {
  readonly text: string
  readonly place: ItemPlace
  readonly receivedAt: number
  readonly sha256: Buffer
  readonly head: StoredHead
  readonly body: Uint8Array
  readonly bytes: number
}

/**
 * Items that came a moment ago, kept until they are acknowledged: an agent that keeps up is handed them without reading and decrypting what was
 * just encrypted and written. Nothing depends on an item being here: what is not is read from the file.
 */
export type FreshItems = {
  /** Notes what the running transaction adds. It is to be seen only between transactions. */
  add(text: string, stored: StoredPlace, item: ItemIdentity, head: StoredHead, body: Uint8Array): void
  bySeq(bucket: number, seq: number): FreshItem | undefined
  byId(bucket: number, text: string): FreshItem | undefined
  forget(bucket: number, seq: number): void
  forgetBucket(bucket: number): void
  committed(): void
  rolledBack(): void
}

/**
 * One bucket's. An item lies where its seq says.
 */
type Shelf = { slots: (FreshItem | undefined)[]; readonly seqs: Table<string, number> }

export function createFreshItems(): FreshItems {
  const shelves = new Map<number, Shelf>()
  /** Places in the order of their coming, also of what has gone meanwhile. */
  const order = { buckets: new Float64Array(MOST_ITEMS), seqs: new Float64Array(MOST_ITEMS), first: 0, end: 0 }
  let uncommitted: FreshItem[] = []
  let bytes = 0

  function bySeq(bucket: number, seq: number): FreshItem | undefined {
    const slots = shelves.get(bucket)?.slots
    const item = slots?.[seq % slots.length]
    return item?.place.seq === seq ? item : undefined
  }

  function forget(bucket: number, seq: number): void {
    const item = bySeq(bucket, seq)
    const shelf = shelves.get(bucket)
    if (item === undefined || shelf === undefined) return
    shelf.slots[seq % shelf.slots.length] = undefined
    shelf.seqs.delete(item.text)
    bytes -= item.bytes
  }

  function forgetOldest(): void {
    const at = order.first % MOST_ITEMS
    order.first += 1
    forget(order.buckets[at] ?? 0, order.seqs[at] ?? 0)
  }

  function shelfOf(bucket: number): Shelf {
    const known = shelves.get(bucket)
    if (known) return known
    const made: Shelf = { slots: Array.from({ length: LEAST_SLOTS }), seqs: createIdTable() }
    shelves.set(bucket, made)
    return made
  }

  function lay(item: FreshItem): void {
    const { bucket, seq } = item.place
    const shelf = shelfOf(bucket)
    const { slots } = shelf
    const before = slots[seq % slots.length]
    if (before !== undefined && slots.length < MOST_FRESH_OF_BUCKET) {
      shelf.slots = Array.from({ length: 2 * slots.length })
      for (const one of slots) if (one) shelf.slots[one.place.seq % shelf.slots.length] = one
      lay(item)
      return
    }
    if (before !== undefined) forget(bucket, before.place.seq)
    slots[seq % slots.length] = item
    shelf.seqs.set(item.text, seq)
    bytes += item.bytes
  }

  return {
    add(text, { ref, pack }, item, head, body) {
      if (body.byteLength > MOST_BODY_BYTES) return
      const { id, bucket, seq, kind, bodyBytes, receivedAt, sha256 } = item
      const place: ItemPlace = { ref, id, bucket, seq, kind, bodyBytes, bodyId: null, settledAt: null, pack }
      const fresh = { text, place, receivedAt, sha256, head, body, bytes: body.byteLength + headBytes(head) }
      lay(fresh)
      uncommitted.push(fresh)
      if (order.end - order.first === MOST_ITEMS) forgetOldest()
      order.buckets[order.end % MOST_ITEMS] = bucket
      order.seqs[order.end % MOST_ITEMS] = seq
      order.end += 1
      while (bytes > MOST_BYTES) forgetOldest()
    },
    bySeq,
    byId(bucket, text) {
      const seq = shelves.get(bucket)?.seqs.get(text)
      return seq === undefined ? undefined : bySeq(bucket, seq)
    },
    forget,
    forgetBucket(bucket) {
      for (const [, seq] of shelves.get(bucket)?.seqs.entries() ?? []) forget(bucket, seq)
      shelves.delete(bucket)
    },
    committed() {
      uncommitted = []
    },
    rolledBack() {
      for (const { place } of uncommitted) forget(place.bucket, place.seq)
      uncommitted = []
    },
  }
}

function headBytes({ target, headers, trailers }: StoredHead): number {
  return 16 * OVERHEAD_BYTES + target.length + linesBytes(headers) + linesBytes(trailers)
}

function linesBytes(lines: readonly HeaderLine[]): number {
  let sum = 0
  for (const [name, value] of lines) sum += name.length + value.length + 2 * OVERHEAD_BYTES
  return sum
}
