import type { Database } from 'better-sqlite3'
import { KIB } from '../../../protocol/limits.ts'
import { freeBytes } from '../free-bytes.ts'
import { SEAL_BYTES, tampered } from './cipher.ts'
import type { Cipher } from './cipher.ts'
import type { ItemIdentity } from './item-rows.ts'
import { ENTRY_BYTES, packOf } from './packed-items.ts'
import type { PackedItems } from './packed-items.ts'
import type { ListedPack } from './pack-shelves.ts'

/**
 * What a pack's plain form may take: as much goes when one byte of it is damaged, is read to have one item of it, and stays on disk for one that is left of it.
 * Twenty usual requests are enough for what sharing a seal saves.
 */
const PACK_BYTES = 64 * KIB
/** What takes more than this by itself gains next to nothing by company. */
const MOST_ITEM_BYTES = PACK_BYTES / 4
/** Where fewer jobs share a transaction, one more row weighs as much as the seals that it saves. */
const LEAST_JOBS = 4

// The plain form is one item after the other. Each begins with what its row says of it, so that no row can be changed alone, and with the lengths of its head and body.
// Numbers are big-endian.
const ID_AT = 0
const SHA256_AT = 16
const SEQ_AT = 48
const RECEIVED_AT = 56
const HEAD_BYTES_AT = 64
const BODY_BYTES_AT = 68
const HEAD_AT = 72
/**
 * So many are laid at a time, each in memory of its own, which is kept to be used again. Where a commit is spread over many buckets most have one item in it, and a
 * pack of one costs half as much again as a seal of its own.
 */
const MOST_DRAFTS = 4

/** No pack lists more, those between its own that are not in it included. */
const MOST_ENTRIES = 1024

/** Which pack an item is in, and where it begins there. */
export type PackPlace = { readonly pack: number; readonly place: number }
export type Unpacked = { readonly sha256: Buffer; readonly head: Buffer; readonly body: Buffer }

/**
 * Requests of one commit that are sealed as one: to begin and end a seal costs more than to seal a usual request. A pack holds items of one bucket alone, as these
 * go one after the other: those of a bucket that nobody reads would keep all that came with them. It goes with the last of its items.
 */
export type Packs = {
  /** Begins a transaction of so many jobs; throws away what an earlier one left. */
  begin(jobs: number): void
  /** `head` as JSON. Gives the ref under which the pack lists it, so that it needs no row. Null: the item takes a seal of its own. */
  add(item: ItemIdentity, head: string, body: Uint8Array): { readonly ref: number; readonly pack: number } | null
  /** Seals and stores what was added. */
  flush(): void
  /** Views of memory that others share. Throws a StoreError `corrupt` when pack or row are not what was written. */
  open(row: ItemIdentity, at: PackPlace): Unpacked
  /** Deletes those of these packs of which no item is left, and the lists of those whose last ones have rows. */
  free(packs: Iterable<number>): void
  /** Deletes these packs, but for what rows say of their items. */
  drop(packs: Iterable<number>): void
}

type Draft = {
  readonly record: ListedPack
  readonly list: Buffer
  readonly plain: Buffer
  end: number
}
type PackRow = { bucket: number; firstSeq: number; lastSeq: number; keyId: string; sealed: Buffer }

export function createPacks(database: Database, cipher: Cipher, packed: PackedItems): Packs {
  const insert = database.prepare(
    'INSERT INTO pack (ref, bucket, first_seq, last_seq, key_id, items, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const select = database.prepare<[number], PackRow>(
    'SELECT bucket, first_seq AS firstSeq, last_seq AS lastSeq, key_id AS keyId, sealed FROM pack WHERE ref = ?',
  )
  const removeUnused = database.prepare(
    `DELETE FROM pack WHERE ref = ? AND NOT EXISTS (SELECT 1 FROM item
       WHERE item.bucket = pack.bucket AND item.seq BETWEEN pack.first_seq AND pack.last_seq AND item.pack = pack.ref)`,
  )
  const remove = database.prepare('DELETE FROM pack WHERE ref = ?')
  const removeList = database.prepare('UPDATE pack SET items = NULL WHERE ref = ? AND items IS NOT NULL')
  const lastPack = database.prepare<[], { pack: number | null; item: number | null; unlisted: number | null }>(
    'SELECT (SELECT max(ref) FROM pack) AS pack, (SELECT min(ref) FROM item) AS item, (SELECT min(ref) FROM unlisted) AS unlisted',
  )
  // Never one twice, also after a rollback: what was opened stays that.
  let nextPack = lastNumber() + 1
  const drafts = new Map<number, Draft>()
  let isWorthIt = false
  const spare: Pick<Draft, 'list' | 'plain'>[] = []
  let sealed: Buffer | null = null
  /** The one that was opened last: its neighbours are mostly read next. */
  let opened: { readonly pack: number; readonly bucket: number; readonly plain: Buffer } | null = null

  /** Also of packs that are gone: where a deleted bucket's rows are not, whatever took their refs would go with them. */
  function lastNumber(): number {
    const { pack, item, unlisted } = lastPack.get() ?? { pack: 0, item: 0, unlisted: 0 }
    return Math.max(pack ?? 0, packOf(item ?? 0), packOf(unlisted ?? 0))
  }

  function begin({ bucket, seq }: ItemIdentity): Draft {
    const { list, plain } = spare.pop() ?? {
      list: Buffer.allocUnsafeSlow(MOST_ENTRIES * ENTRY_BYTES),
      plain: Buffer.allocUnsafeSlow(PACK_BYTES),
    }
    const draft = { record: packed.begin(nextPack, bucket, seq, list), list, plain, end: 0 }
    nextPack += 1
    drafts.set(bucket, draft)
    return draft
  }

  function drop(draft: Draft): void {
    drafts.delete(draft.record.bucket)
    draft.record.draft = null
    spare.push(draft)
  }

  function store(draft: Draft): void {
    const { record, list, plain, end } = draft
    const { pack, bucket, firstSeq, lastSeq } = record
    // SQLite takes a copy.
    sealed ??= Buffer.allocUnsafeSlow(PACK_BYTES + SEAL_BYTES)
    const seal = cipher.sealPieces([plain.subarray(0, end)], identity(pack, bucket, firstSeq, lastSeq), sealed)
    const entries = list.subarray(0, (lastSeq + 1 - firstSeq) * ENTRY_BYTES)
    insert.run(pack, bucket, firstSeq, lastSeq, cipher.keyId, entries, seal)
    drop(draft)
  }

  function flush(): void {
    for (const draft of drafts.values()) store(draft)
  }

  function flushIfDraft(pack: number): void {
    for (const { record } of drafts.values()) if (record.pack === pack) return flush()
  }

  function plainOf(pack: number, bucket: number): Buffer {
    if (opened?.pack !== pack) {
      flushIfDraft(pack)
      const row = select.get(pack)
      if (row === undefined) throw tampered(`pack ${pack}`)
      const { firstSeq, lastSeq, keyId } = row
      opened = {
        pack,
        bucket: row.bucket,
        plain: cipher.open(row.sealed, keyId, identity(pack, row.bucket, firstSeq, lastSeq)),
      }
      freeBytes(row.sealed)
    }
    if (opened.bucket !== bucket) throw tampered(`pack ${pack}`)
    return opened.plain
  }

  return {
    begin(jobs) {
      for (const draft of drafts.values()) drop(draft)
      isWorthIt = jobs >= LEAST_JOBS
    },
    add(item, head, body) {
      // A character takes three bytes at most.
      const most = HEAD_AT + 3 * head.length + body.byteLength
      if (!isWorthIt || most > MOST_ITEM_BYTES) return null
      let draft = drafts.get(item.bucket)
      if (draft !== undefined && !hasRoom(draft, item.seq, most)) {
        store(draft)
        draft = undefined
      }
      if (draft === undefined && drafts.size === MOST_DRAFTS) return null
      draft ??= begin(item)
      const place = draft.end
      draft.end = lay(item, head, body, draft.plain, place)
      return { ref: packed.list(draft.record, item, place), pack: draft.record.pack }
    },
    flush,
    open(row, { pack, place }) {
      const bytes = plainOf(pack, row.bucket)
      const item = place < 0 ? bytes.subarray(0, 0) : bytes.subarray(place)
      if (!isItemOf(row, item)) throw tampered(`item at ${place} of pack ${pack}`)
      const bodyAt = HEAD_AT + item.readUInt32BE(HEAD_BYTES_AT)
      return {
        sha256: item.subarray(SHA256_AT, SEQ_AT),
        head: item.subarray(HEAD_AT, bodyAt),
        body: item.subarray(bodyAt, bodyAt + row.bodyBytes),
      }
    },
    free(packs) {
      for (const pack of packs) {
        if (!packed.isEmpty(pack)) continue
        flushIfDraft(pack)
        if (removeUnused.run(pack).changes === 0) removeList.run(pack)
        packed.forget(pack)
      }
    },
    drop(packs) {
      for (const pack of packs) {
        flushIfDraft(pack)
        remove.run(pack)
        packed.forget(pack)
      }
    },
  }
}

function hasRoom({ record, end }: Draft, seq: number, bytes: number): boolean {
  return end + bytes <= PACK_BYTES && seq - record.firstSeq < MOST_ENTRIES
}

function identity(pack: number, bucket: number, firstSeq: number, lastSeq: number): string {
  return `pack ${pack} ${bucket} ${firstSeq} ${lastSeq}`
}

/** Writes an item's plain form. Gives where it ends. */
function lay(item: ItemIdentity, head: string, body: Uint8Array, into: Buffer, at: number): number {
  into.set(item.id, at + ID_AT)
  into.set(item.sha256, at + SHA256_AT)
  into.writeDoubleBE(item.seq, at + SEQ_AT)
  into.writeDoubleBE(item.receivedAt, at + RECEIVED_AT)
  const headBytes = into.write(head, at + HEAD_AT)
  into.writeUInt32BE(headBytes, at + HEAD_BYTES_AT)
  into.writeUInt32BE(body.byteLength, at + BODY_BYTES_AT)
  const bodyAt = at + HEAD_AT + headBytes
  into.set(body, bodyAt)
  return bodyAt + body.byteLength
}

/** Whether the row says what was sealed. Of its bucket the pack's own seal says it. */
function isItemOf(row: ItemIdentity, item: Buffer): boolean {
  return (
    item.byteLength >= HEAD_AT &&
    row.kind === 'request' &&
    row.bodyId === null &&
    row.id.equals(item.subarray(ID_AT, SHA256_AT)) &&
    row.seq === item.readDoubleBE(SEQ_AT) &&
    row.receivedAt === item.readDoubleBE(RECEIVED_AT) &&
    row.bodyBytes === item.readUInt32BE(BODY_BYTES_AT)
  )
}
