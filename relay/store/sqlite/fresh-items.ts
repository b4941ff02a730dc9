import { KIB, MIB } from '../../../protocol/limits.ts'
import type { HeaderLine } from '../../../protocol/request.ts'
import type { ItemIdentity, ItemPlace, StoredHead } from './item-rows.ts'

/** What all of them together may take. */
const MOST_BYTES = 8 * MIB
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
  add(text: string, ref: number, item: ItemIdentity, head: StoredHead, body: Uint8Array): void
  bySeq(bucket: number, seq: number): FreshItem | undefined
  byId(text: string): FreshItem | undefined
  forget(bucket: number, seq: number): void
  forgetBucket(bucket: number): void
  committed(): void
  rolledBack(): void
}

export function createFreshItems(): FreshItems {
  /** Oldest first. */
  const byId = new Map<string, FreshItem>()
  const buckets = new Map<number, Map<number, FreshItem>>()
  let uncommitted: FreshItem[] = []
  let bytes = 0

  function remove({ text, place, bytes: own }: FreshItem): void {
    if (!byId.delete(text)) return
    const bucket = buckets.get(place.bucket)
    bucket?.delete(place.seq)
    if (bucket?.size === 0) buckets.delete(place.bucket)
    bytes -= own
  }

  function makeRoom(): void {
    for (const oldest of byId.values()) {
      if (bytes <= MOST_BYTES) return
      remove(oldest)
    }
  }

  return {
    add(text, ref, item, head, body) {
      if (body.byteLength > MOST_BODY_BYTES) return
      const { id, bucket, seq, kind, bodyBytes, receivedAt, sha256 } = item
      const place: ItemPlace = { ref, id, bucket, seq, kind, bodyBytes, bodyId: null, settledAt: null }
      const own = body.byteLength + headBytes(head)
      const fresh: FreshItem = { text, place, receivedAt, sha256, head, body, bytes: own }
      byId.set(text, fresh)
      const known = buckets.get(bucket)
      if (known) known.set(seq, fresh)
      else buckets.set(bucket, new Map([[seq, fresh]]))
      uncommitted.push(fresh)
      bytes += own
      makeRoom()
    },
    bySeq: (bucket, seq) => buckets.get(bucket)?.get(seq),
    byId: (text) => byId.get(text),
    forget(bucket, seq) {
      const fresh = buckets.get(bucket)?.get(seq)
      if (fresh) remove(fresh)
    },
    forgetBucket(bucket) {
      for (const fresh of buckets.get(bucket)?.values() ?? []) remove(fresh)
    },
    committed() {
      uncommitted = []
    },
    rolledBack() {
      for (const fresh of uncommitted) remove(fresh)
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
