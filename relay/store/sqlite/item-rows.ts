import type { Database } from 'better-sqlite3'
import { CHUNK_BYTES, KIB } from '../../../protocol/limits.ts'
import type { GapDetail, HandshakeDetail, HeaderLine, RejectedDetail } from '../../../protocol/request.ts'
import type { LoggedItem } from '../store.ts'
import { withDashes } from './bucket-state.ts'
import { SEAL_BYTES } from './cipher.ts'
import type { Cipher } from './cipher.ts'
import type { PackedItems } from './packed-items.ts'
import type { Packs } from './packs.ts'
import type { Removals } from './removals.ts'

export type ItemKind = LoggedItem['kind']

/** What is encrypted as the head of an item: everything that a sender said. */
export type StoredHead = {
  readonly inputId: string | null
  readonly remote: string | null
  readonly method: string
  readonly target: string
  readonly mountBytes: number
  readonly headers: readonly HeaderLine[]
  readonly trailers: readonly HeaderLine[]
  readonly rejected?: RejectedDetail
  readonly gap?: GapDetail
  readonly handshake?: HandshakeDetail
}

/** The columns that the head's seal covers: none can be changed alone. */
export type ItemIdentity = {
  readonly id: Buffer
  readonly bucket: number
  readonly seq: number
  readonly kind: ItemKind
  readonly receivedAt: number
  readonly bodyBytes: number
  readonly sha256: Buffer
  /** Whose chunks are its body; null when the body is inline. */
  readonly bodyId: Buffer | null
}

/** Where an item's row is, and the pack that its head and body are in, if they are in one. */
export type StoredPlace = { readonly ref: number; readonly pack: number | null }

/** An entry of the log with its item's columns, without the body. Of an item in a pack, hash, key and head are empty here. */
export type ItemRow = ItemIdentity & {
  readonly ref: number
  readonly settledAt: number | null
  readonly keyId: string
  readonly head: Buffer
  readonly pack: number | null
  readonly place: number | null
}

/** What the ledger needs to know of an item that goes. */
export type ItemPlace = Pick<
  ItemRow,
  'ref' | 'id' | 'bucket' | 'seq' | 'kind' | 'bodyBytes' | 'bodyId' | 'settledAt' | 'pack'
>

const ROW = `item.ref, item.id, item.bucket, item.seq, item.kind, item.received_at AS receivedAt, item.settled_at AS settledAt,
  item.body_bytes AS bodyBytes, item.sha256, item.body_id AS bodyId, item.key_id AS keyId, item.head, item.pack, item.place`
// Left to itself SQLite would go on from the negative ones of packed-items.ts.
const NEXT_REF = '(SELECT max(ifnull(max(ref), 0), 0) + 1 FROM item)'
const WAITING = 'FROM item WHERE bucket = ? AND seq > ? AND settled_at IS NULL ORDER BY seq'

export type ItemRows = {
  /** `body` null: it is in chunks. */
  insert(item: ItemIdentity, head: StoredHead, body: Uint8Array | null): StoredPlace
  /** Puts a gap's new extent in the place of its old one. */
  replaceGap(ref: number, item: ItemIdentity, head: StoredHead, body: Uint8Array): void
  byId(id: Buffer): ItemRow | undefined
  /** The same of one bucket's items, without the head, which is most of a row. */
  placeOf(id: Buffer, bucket: number): ItemPlace | undefined
  /** Gives an item that only its pack lists a row of its own, for what a list cannot say. */
  giveRow(ref: number): void
  byRef(ref: number): ItemRow | undefined
  /** Waiting items above a seq, ascending. */
  waiting(bucket: number, aboveSeq: number): IterableIterator<ItemRow>
  /** Newest first, below a seq. */
  page(bucket: number, belowSeq: number, limit: number): ItemRow[]
  /** Throws a StoreError `corrupt` when the row is not what was written. */
  open(row: ItemRow): { readonly head: StoredHead; readonly sha256: Buffer }
  /** The inline body, null when the item went away or has its body in chunks. Soonest right after `open` of the same row. */
  readInline(row: ItemRow): Buffer | null
}

/** `id` as text (RFC 9562). */
export function idText(id: Buffer): string {
  return withDashes(id.toString('hex'))
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Null for what cannot be an id of ours. */
export function idBytes(text: string): Buffer | null {
  return UUID.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : null
}

function headIdentity(item: ItemIdentity): string {
  const { bucket, seq, kind, receivedAt, bodyBytes } = item
  const body = item.bodyId?.toString('hex') ?? '-'
  return `head ${item.id.toString('hex')} ${bucket} ${seq} ${kind} ${receivedAt} ${bodyBytes} ${item.sha256.toString('hex')} ${body}`
}

/** A literal of SQL. */
function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Bodies up to this are sealed together with their head: beginning a seal costs more than sealing so little. */
const TOGETHER_BYTES = 16 * KIB
/** Begins the plain form of a head with its body behind it, as 4 bytes of the head's length, head, body. A head alone begins with its brace. */
const TOGETHER = 1
const TOGETHER_HEAD_AT = 5

function bodyIdentity(id: Buffer): string {
  return `body ${id.toString('hex')}`
}

type Opened = { readonly row: ItemRow; readonly sha256: Buffer; readonly head: Buffer; readonly body: Buffer | null }

type Parts = {
  readonly database: Database
  readonly cipher: Cipher
  readonly removals: Removals
  readonly packs: Packs
  readonly packed: PackedItems
}

export function createItemRows({ database, cipher, removals, packs, packed }: Parts): ItemRows {
  /** The last one whose head was read: most often its body is asked for next. */
  let opened: Opened | null = null
  // Used again for each item, as SQLite takes copies: memory of its own would be three more pieces for the garbage collector.
  const plainScratch = Buffer.allocUnsafeSlow(TOGETHER_BYTES * 2)
  const sealScratch = Buffer.allocUnsafeSlow(TOGETHER_BYTES * 2)
  const insert = database.prepare(
    `INSERT INTO item (ref, id, bucket, seq, kind, received_at, body_bytes, sha256, body_id, key_id, head, body)
     VALUES (${NEXT_REF}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  // The usual item, with the fewest values to bind: each costs as much as storing it.
  const insertUsual = database.prepare(
    `INSERT INTO item (ref, id, bucket, seq, kind, received_at, body_bytes, sha256, key_id, head)
     VALUES (${NEXT_REF}, ?, ?, ?, 'request', ?, ?, ?, ${sqlText(cipher.keyId)}, ?)`,
  )
  const insertPacked = database.prepare(
    `INSERT INTO item (ref, id, bucket, seq, kind, received_at, body_bytes, sha256, key_id, head, pack, place)
     VALUES (?, ?, ?, ?, 'request', ?, ?, x'', '', x'', ?, ?)`,
  )
  const replace = database.prepare(
    'UPDATE item SET received_at = ?, body_bytes = ?, sha256 = ?, key_id = ?, head = ?, body = ? WHERE ref = ?',
  )
  const byId = database.prepare<[Buffer], ItemRow>(`SELECT ${ROW} FROM item WHERE id = ?`)
  const placeOf = database.prepare<[Buffer], ItemPlace>(
    `SELECT ref, id, bucket, seq, kind, body_bytes AS bodyBytes, body_id AS bodyId, settled_at AS settledAt, pack
     FROM item WHERE id = ?`,
  )
  const byRef = database.prepare<[number], ItemRow>(`SELECT ${ROW} FROM item WHERE ref = ?`)
  const waiting = database.prepare<[number, number], ItemRow>(`SELECT ${ROW} ${WAITING}`)
  const page = database.prepare<[number, number, number], ItemRow>(
    `SELECT ${ROW} FROM item WHERE bucket = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  )
  const inline = database.prepare<[number], { body: Buffer | null; keyId: string }>(
    'SELECT body, key_id AS keyId FROM item WHERE ref = ?',
  )

  function sealHead(item: ItemIdentity, json: string): Buffer {
    return cipher.seal(Buffer.from(json), headIdentity(item))
  }
  function sealTogether(item: ItemIdentity, json: string, body: Uint8Array): Buffer {
    // A character takes three bytes at most.
    const most = TOGETHER_HEAD_AT + 3 * json.length + body.byteLength
    const plain = most <= plainScratch.byteLength ? plainScratch : Buffer.allocUnsafe(most)
    plain[0] = TOGETHER
    const headBytes = plain.write(json, TOGETHER_HEAD_AT)
    plain.writeUInt32BE(headBytes, 1)
    plain.set(body, TOGETHER_HEAD_AT + headBytes)
    const bytes = TOGETHER_HEAD_AT + headBytes + body.byteLength
    const into = bytes + SEAL_BYTES <= sealScratch.byteLength ? sealScratch : Buffer.allocUnsafe(bytes + SEAL_BYTES)
    return cipher.sealPieces([plain.subarray(0, bytes)], headIdentity(item), into)
  }
  /** The columns of an item's head and body. */
  function seal(item: ItemIdentity, head: string, body: Uint8Array | null): readonly [Buffer, Buffer | null] {
    // An empty body needs no seal of its own: that it is empty stands in the head's.
    if (body === null || body.byteLength === 0) return [sealHead(item, head), null]
    if (body.byteLength <= TOGETHER_BYTES) return [sealTogether(item, head, body), null]
    return [sealHead(item, head), cipher.seal(body, bodyIdentity(item.id))]
  }
  function openTogether(row: ItemRow): Opened {
    if (opened?.row === row) return opened
    const { pack, place, sha256 } = row
    if (pack !== null) return { row, ...packs.open(row, { pack, place: place ?? -1 }) }
    const plain = cipher.open(row.head, row.keyId, headIdentity(row))
    if (plain[0] !== TOGETHER) return { row, sha256, head: plain, body: null }
    const end = TOGETHER_HEAD_AT + plain.readUInt32BE(1)
    return { row, sha256, head: plain.subarray(TOGETHER_HEAD_AT, end), body: plain.subarray(end) }
  }

  return {
    insert(item, head, body) {
      const { id, bucket, seq, kind, receivedAt, bodyBytes, sha256, bodyId } = item
      const json = JSON.stringify(head)
      const isUsual = kind === 'request' && body !== null && body.byteLength <= TOGETHER_BYTES
      const listed = isUsual ? packs.add(item, json, body) : null
      if (listed !== null) return listed
      const [sealed, sealedBody] = seal(item, json, body)
      const done =
        isUsual && sealedBody === null
          ? insertUsual.run(id, bucket, seq, receivedAt, bodyBytes, sha256, sealed)
          : insert.run(id, bucket, seq, kind, receivedAt, bodyBytes, sha256, bodyId, cipher.keyId, sealed, sealedBody)
      return { ref: Number(done.lastInsertRowid), pack: null }
    },
    replaceGap(ref, item, head, body) {
      replace.run(
        item.receivedAt,
        item.bodyBytes,
        item.sha256,
        cipher.keyId,
        ...seal(item, JSON.stringify(head), body),
        ref,
      )
    },
    byId(id) {
      removals.flush()
      return packed.byId(id, null) ?? byId.get(id)
    },
    placeOf(id, bucket) {
      const place = packed.byId(id, bucket) ?? placeOf.get(id)
      return place !== undefined && removals.has(place.ref) ? undefined : place
    },
    byRef(ref) {
      removals.flush()
      return packed.byRef(ref) ?? byRef.get(ref)
    },
    giveRow(ref) {
      const row = packed.byRef(ref)
      if (row === undefined) return
      const { id, bucket, seq, receivedAt, bodyBytes, pack, place } = row
      insertPacked.run(ref, id, bucket, seq, receivedAt, bodyBytes, pack, place)
      packs.free(packed.unlist([row]))
    },
    waiting(bucket, aboveSeq) {
      removals.flush()
      return merged(
        () => waiting.iterate(bucket, aboveSeq),
        packed.above(bucket, aboveSeq),
        (row, other) => row.seq < other.seq,
      )
    },
    page(bucket, belowSeq, limit) {
      removals.flush()
      const rows = page.all(bucket, belowSeq, limit)
      return first(
        merged(
          () => rows,
          packed.below(bucket, belowSeq),
          (row, other) => row.seq > other.seq,
        ),
        limit,
      )
    },
    open(row) {
      opened = openTogether(row)
      return { head: JSON.parse(opened.head.toString('utf8')), sha256: opened.sha256 }
    },
    readInline(row) {
      if (row.bodyId !== null || row.bodyBytes > CHUNK_BYTES) return null
      if (row.bodyBytes === 0) return Buffer.alloc(0)
      if (row.bodyBytes <= TOGETHER_BYTES) {
        const { body } = openTogether(row)
        opened = null
        // Of a pack it gets a copy: it must not keep its neighbours in memory.
        if (body !== null) return row.pack === null ? body : copyOf(body)
      }
      const found = inline.get(row.ref)
      return found?.body ? cipher.open(found.body, found.keyId, bodyIdentity(row.id)) : null
    },
  }
}

/** Two orders as one. `rows` is called when nothing can fail any more before it is read: one that is not read to its end would keep the database busy. */
function* merged(
  rows: () => Iterable<ItemRow>,
  listed: IterableIterator<ItemRow>,
  isBefore: (row: ItemRow, other: ItemRow) => boolean,
): IterableIterator<ItemRow> {
  let next = listed.next()
  for (const row of rows()) {
    while (next.done !== true && isBefore(next.value, row)) {
      yield next.value
      next = listed.next()
    }
    yield row
  }
  while (next.done !== true) {
    yield next.value
    next = listed.next()
  }
}

function first<T>(things: Iterable<T>, limit: number): T[] {
  const found: T[] = []
  if (limit < 1) return found
  for (const thing of things) if (found.push(thing) === limit) break
  return found
}

/** In memory of its own. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength)
  copy.set(bytes)
  return copy
}
