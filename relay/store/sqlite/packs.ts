import type { Database } from 'better-sqlite3'
import { KIB } from '../../../protocol/limits.ts'
import { freeBytes } from '../free-bytes.ts'
import { SEAL_BYTES, tampered } from './cipher.ts'
import type { Cipher } from './cipher.ts'
import type { ItemIdentity } from './item-rows.ts'

/** What a pack's plain form may take: as much goes when one byte of it is damaged, and is read to have one item of it. */
const PACK_BYTES = 128 * KIB
/** What takes more than this by itself gains next to nothing by company. */
const MOST_ITEM_BYTES = PACK_BYTES / 4
/** Where fewer jobs share a transaction, one more row weighs as much as the seals that it saves. */
const LEAST_JOBS = 4

// The plain form: how many items there are, where each begins, and the items. Numbers are big-endian.
const NUMBER_BYTES = 4
/** An item begins with what its row says of it, so that no row can be changed alone, and with the lengths of head and body. */
const ID_AT = 0
const SHA256_AT = 16
const SEQ_AT = 48
const RECEIVED_AT = 56
const HEAD_BYTES_AT = 64
const BODY_BYTES_AT = 68
const HEAD_AT = 72

/** Which pack an item is in, and as which of its items. */
export type PackPlace = { readonly pack: number; readonly place: number }
export type Unpacked = { readonly sha256: Buffer; readonly head: Buffer; readonly body: Buffer }

/**
 * Requests of one commit that are sealed as one: to begin and end a seal costs more than to seal a usual request. A pack holds items of one bucket alone, as these
 * go one after the other: those of a bucket that nobody reads would keep all that came with them. It goes with the last of its items.
 */
export type Packs = {
  /** Begins a transaction of so many jobs; throws away what an earlier one left. */
  begin(jobs: number): void
  /** `head` as JSON. Null: the item takes a seal of its own. */
  add(item: ItemIdentity, head: string, body: Uint8Array): PackPlace | null
  /** Seals and stores what was added. */
  flush(): void
  /** Views of memory that others share. Throws a StoreError `corrupt` when pack or row are not what was written. */
  open(row: ItemIdentity, at: PackPlace): Unpacked
  /** Deletes those of these packs of which no item is left. */
  free(packs: Iterable<number>): void
}

type Draft = {
  readonly pack: number
  readonly bucket: number
  readonly firstSeq: number
  lastSeq: number
  /** At most. */
  bytes: number
  readonly items: { readonly item: ItemIdentity; readonly head: string; readonly body: Uint8Array }[]
}
type PackRow = { bucket: number; firstSeq: number; lastSeq: number; keyId: string; sealed: Buffer }

export function createPacks(database: Database, cipher: Cipher): Packs {
  const insert = database.prepare(
    'INSERT INTO pack (ref, bucket, first_seq, last_seq, key_id, sealed) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const select = database.prepare<[number], PackRow>(
    'SELECT bucket, first_seq AS firstSeq, last_seq AS lastSeq, key_id AS keyId, sealed FROM pack WHERE ref = ?',
  )
  const removeUnused = database.prepare(
    `DELETE FROM pack WHERE ref = ? AND NOT EXISTS (SELECT 1 FROM item
       WHERE item.bucket = pack.bucket AND item.seq BETWEEN pack.first_seq AND pack.last_seq AND item.pack = pack.ref)`,
  )
  const lastPack = database.prepare<[], { pack: number | null }>('SELECT max(ref) AS pack FROM pack')
  // Never one twice, also after a rollback: what was opened stays that.
  let nextPack = (lastPack.get()?.pack ?? 0) + 1
  const drafts = new Map<number, Draft>()
  let isWorthIt = false
  let plain: Buffer | null = null
  let sealed: Buffer | null = null
  /** The one that was opened last: its neighbours are mostly read next. */
  let opened: { readonly pack: number; readonly bucket: number; readonly plain: Buffer } | null = null

  function store(draft: Draft): void {
    const { pack, bucket, firstSeq, lastSeq } = draft
    plain ??= Buffer.allocUnsafeSlow(PACK_BYTES)
    sealed ??= Buffer.allocUnsafeSlow(PACK_BYTES + SEAL_BYTES)
    const bytes = plain.subarray(0, lay(draft, plain))
    const seal = cipher.sealPieces([bytes], identity(pack, bucket, firstSeq, lastSeq), sealed)
    insert.run(pack, bucket, firstSeq, lastSeq, cipher.keyId, seal)
  }

  function flush(): void {
    for (const draft of drafts.values()) store(draft)
    drafts.clear()
  }

  function flushIfDraft(pack: number): void {
    for (const draft of drafts.values()) if (draft.pack === pack) return flush()
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
      drafts.clear()
      isWorthIt = jobs >= LEAST_JOBS
    },
    add(item, head, body) {
      // A character takes three bytes at most.
      const bytes = NUMBER_BYTES + HEAD_AT + 3 * head.length + body.byteLength
      if (!isWorthIt || bytes > MOST_ITEM_BYTES) return null
      const { bucket, seq } = item
      let draft = drafts.get(bucket)
      if (draft !== undefined && draft.bytes + bytes > PACK_BYTES) {
        store(draft)
        draft = undefined
      }
      if (draft === undefined) {
        draft = { pack: nextPack, bucket, firstSeq: seq, lastSeq: seq, bytes: NUMBER_BYTES, items: [] }
        nextPack += 1
        drafts.set(bucket, draft)
      }
      draft.lastSeq = seq
      draft.bytes += bytes
      return { pack: draft.pack, place: draft.items.push({ item, head, body }) - 1 }
    },
    flush,
    open(row, { pack, place }) {
      const bytes = plainOf(pack, row.bucket)
      if (place < 0 || place >= bytes.readUInt32BE(0)) throw tampered(`item ${place} of pack ${pack}`)
      const item = bytes.subarray(bytes.readUInt32BE(NUMBER_BYTES * (1 + place)))
      if (!isItemOf(row, item)) throw tampered(`item ${place} of pack ${pack}`)
      const bodyAt = HEAD_AT + item.readUInt32BE(HEAD_BYTES_AT)
      return {
        sha256: item.subarray(SHA256_AT, SEQ_AT),
        head: item.subarray(HEAD_AT, bodyAt),
        body: item.subarray(bodyAt, bodyAt + row.bodyBytes),
      }
    },
    free(packs) {
      for (const pack of packs) {
        flushIfDraft(pack)
        removeUnused.run(pack)
      }
    },
  }
}

function identity(pack: number, bucket: number, firstSeq: number, lastSeq: number): string {
  return `pack ${pack} ${bucket} ${firstSeq} ${lastSeq}`
}

/** Writes the plain form. Gives its length. */
function lay({ items }: Draft, into: Buffer): number {
  into.writeUInt32BE(items.length, 0)
  let tableAt = NUMBER_BYTES
  let at = NUMBER_BYTES * (1 + items.length)
  for (const { item, head, body } of items) {
    into.writeUInt32BE(at, tableAt)
    tableAt += NUMBER_BYTES
    into.set(item.id, at + ID_AT)
    into.set(item.sha256, at + SHA256_AT)
    into.writeDoubleBE(item.seq, at + SEQ_AT)
    into.writeDoubleBE(item.receivedAt, at + RECEIVED_AT)
    const headBytes = into.write(head, at + HEAD_AT)
    into.writeUInt32BE(headBytes, at + HEAD_BYTES_AT)
    into.writeUInt32BE(body.byteLength, at + BODY_BYTES_AT)
    into.set(body, at + HEAD_AT + headBytes)
    at += HEAD_AT + headBytes + body.byteLength
  }
  return at
}

/** Whether the row says what was sealed. Of its bucket the pack's own seal says it. */
function isItemOf(row: ItemIdentity, item: Buffer): boolean {
  return (
    row.kind === 'request' &&
    row.bodyId === null &&
    row.id.equals(item.subarray(ID_AT, SHA256_AT)) &&
    row.seq === item.readDoubleBE(SEQ_AT) &&
    row.receivedAt === item.readDoubleBE(RECEIVED_AT) &&
    row.bodyBytes === item.readUInt32BE(BODY_BYTES_AT)
  )
}
