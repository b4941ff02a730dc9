import { createHash, hash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { v7 } from 'uuid'
import { CHUNK_BYTES, KIB } from '../../../protocol/limits.ts'
import type { HandshakeDetail, HeaderLine } from '../../../protocol/request.ts'
import { freeBytes } from '../free-bytes.ts'
import { StoreError } from '../store-error.ts'
import type { Added, Finished, NewItemHead, Upload } from '../store.ts'
import type { ChunkMemory } from './chunk-memory.ts'
import type { Job } from './commit-queue.ts'
import type { StoredHead } from './item-rows.ts'
import type { NewItem } from './ledger.ts'
import { readBack } from './read-back.ts'

/** What an upload needs of the store around it. */
export type UploadHost = {
  push(job: Job): void
  now(): number
  insertChunk(bodyId: Buffer, start: number, pieces: readonly Uint8Array[]): void
  /** [from, to) of what was committed of a body. */
  readChunks(bodyId: Buffer, from: number, to: number): Buffer | null
  /** Stores the item; inside a transaction. */
  add(bucketId: string, item: NewItem): Added
  /** Bytes in memory that are not committed: more (positive) or fewer. */
  account(bytes: number): void
  /** Whether this upload may go on; when not, it is told later through `onDrain`. */
  mayGoOn(upload: SqliteUpload): boolean
  forget(upload: SqliteUpload): void
  freeBody(bodyId: Buffer): void
  readonly memory: ChunkMemory
}

/** Pieces of a body that are shorter are put together up to this. */
const GATHER_BYTES = 4 * KIB
/** With more than this, what is held moves into the memory of a chunk: never more of that than twice what is counted. */
const MOVE_BYTES = CHUNK_BYTES / 2

/** Pieces of a body, or the chunk's memory that they were put together in. */
type Held = { readonly pieces: readonly Uint8Array[]; readonly chunk: Buffer | null }
const NOTHING: Held = { pieces: [], chunk: null }
const GONE: Added = { kind: 'gone' }

/**
 * One request's body on its way: in memory up to one chunk, beyond that in rows of `body_chunk` as it comes. Finished, it is itself the job that stores the
 * item: an object less on the way of each request.
 */
export class SqliteUpload implements Upload, Job {
  onDrain: (() => void) | null = null
  /** Its place among the uploads that are not finished. */
  bagIndex = -1
  bytes = 0
  /** Behind its own chunks, when some of them still wait. */
  inOrder = false
  readonly #host: UploadHost
  readonly #head: NewItemHead
  #pieces: Uint8Array[] = []
  /** The last of the pieces, while short ones are being put together in it. */
  #gathered: { readonly buffer: Buffer; end: number } | null = null
  /** Holds all of what would be the pieces, once that is much. */
  #chunk: Buffer | null = null
  #pieceBytes = 0
  #queuedBytes = 0
  #bodyBytes = 0
  #hash: Hash | null = null
  #bodyId: Buffer | null = null
  #state: 'open' | 'finished' | 'aborted' = 'open'
  #failure: StoreError | null = null
  #item: NewItem | null = null
  #held = NOTHING
  #added = GONE
  #told: ((finished: Finished) => void) | null = null

  constructor(host: UploadHost, head: NewItemHead) {
    this.#host = host
    this.#head = head
  }

  /** What it holds in memory. */
  get uncommittedBytes(): number {
    return this.#pieceBytes + this.#queuedBytes
  }

  write(bytes: Uint8Array): boolean {
    // After a failure the rest is read and dropped: `finish` tells the sender.
    if (this.#state !== 'open' || this.#failure !== null) return true
    let rest = bytes
    while (rest.byteLength > CHUNK_BYTES - this.#pieceBytes) {
      const room = CHUNK_BYTES - this.#pieceBytes
      this.#hold(rest.subarray(0, room))
      this.spill()
      rest = rest.subarray(room)
    }
    // What is left of a piece would keep all of it.
    this.#hold(rest === bytes || rest.byteLength > MOVE_BYTES ? rest : Uint8Array.from(rest))
    if (rest !== bytes && rest.byteLength <= MOVE_BYTES) freeBytes(bytes)
    return this.#host.mayGoOn(this)
  }

  #hold(bytes: Uint8Array): void {
    const { byteLength } = bytes
    if (byteLength === 0) return
    if (this.#pieceBytes + byteLength > MOVE_BYTES) this.#copy(bytes)
    else this.#keep(bytes)
    this.#pieceBytes += byteLength
    this.#bodyBytes += byteLength
    this.#host.account(byteLength)
  }

  #copy(bytes: Uint8Array): void {
    const chunk = (this.#chunk ??= this.#host.memory.take())
    let at = 0
    for (const piece of this.#pieces) {
      chunk.set(piece, at)
      at += piece.byteLength
    }
    for (const piece of this.#pieces) freeBytes(piece)
    this.#pieces = []
    this.#gathered = null
    chunk.set(bytes, this.#pieceBytes)
    freeBytes(bytes)
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.byteLength < GATHER_BYTES && this.#pieces.length > 0) {
      this.#gather(bytes)
      return
    }
    this.#pieces.push(bytes)
    this.#gathered = null
  }

  // A piece takes some hundred bytes beside its own: a body that comes byte by byte must not take far more memory than is counted.
  #gather(bytes: Uint8Array): void {
    const before = this.#gathered
    const end = (before?.end ?? 0) + bytes.byteLength
    if (before === null || end > before.buffer.byteLength) {
      this.#gathered = { buffer: Buffer.alloc(GATHER_BYTES), end: 0 }
      this.#pieces.push(bytes)
      this.#gather(bytes)
      return
    }
    before.buffer.set(bytes, before.end)
    before.end = end
    this.#pieces[this.#pieces.length - 1] = before.buffer.subarray(0, end)
  }

  #take(): Held {
    const chunk = this.#chunk
    const pieces = chunk === null ? this.#pieces : [chunk.subarray(0, this.#pieceBytes)]
    this.#pieces = []
    this.#pieceBytes = 0
    this.#gathered = null
    this.#chunk = null
    return { pieces, chunk }
  }

  #drop({ chunk }: Held): void {
    if (chunk !== null) this.#host.memory.giveBack(chunk)
  }

  /** Hands what is in memory to the next commit as a chunk, full or not. */
  spill(): void {
    if (this.#pieceBytes === 0 || this.#state === 'aborted') return
    const bytes = this.#pieceBytes
    const held = this.#take()
    const { pieces } = held
    const start = this.#bodyBytes - bytes
    const bodyId = (this.#bodyId ??= v7({ msecs: this.#host.now() }, Buffer.alloc(16)))
    this.#hash ??= createHash('sha256')
    for (const piece of pieces) this.#hash.update(piece)
    this.#queuedBytes += bytes
    this.#host.push({
      bytes,
      inOrder: true,
      isCancelled: () => this.#state === 'aborted',
      // After a failure its chunks are being deleted: none may come behind.
      run: () => {
        if (this.#failure === null) this.#host.insertChunk(bodyId, start, pieces)
      },
      settled: (error) => {
        this.#drop(held)
        this.#giveBack(bytes)
        if (error !== null) this.#fail(error)
      },
    })
  }

  #giveBack(bytes: number): void {
    if (this.#state === 'aborted') return
    this.#queuedBytes -= bytes
    this.#host.account(-bytes)
  }

  #fail(error: StoreError): void {
    this.#failure ??= error
    this.#host.account(-this.#pieceBytes)
    this.#drop(this.#take())
    this.#dropChunks()
  }

  async read(): Promise<Uint8Array> {
    const bodyId = this.#bodyId
    if (bodyId === null) {
      const chunk = this.#chunk
      return chunk === null ? Buffer.concat(this.#pieces) : Buffer.from(chunk.subarray(0, this.#pieceBytes))
    }
    this.spill()
    await this.#committed()
    return readBack(this.#bodyBytes, (from, to) => {
      if (this.#state !== 'open') throw new StoreError('closed', 'This upload has ended.')
      return this.#host.readChunks(bodyId, from, to)
    })
  }

  /** Resolves once all its chunks are on disk. */
  #committed(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settled = (error: StoreError | null): void => {
        const failure = this.#failure ?? error
        if (failure === null) resolve()
        else reject(failure)
      }
      this.#host.push({ bytes: 0, inOrder: true, run: () => undefined, settled })
    })
  }

  finish(trailers: readonly HeaderLine[], handshake: HandshakeDetail | null, told: (finished: Finished) => void): void {
    if (this.#state !== 'open') {
      const error = new Error(`finish() of an upload that is ${this.#state}.`)
      queueMicrotask(() => told({ kind: 'failed', error }))
      return
    }
    const receivedAt = this.#host.now()
    if (this.#bodyId !== null) this.spill()
    this.#state = 'finished'
    this.#host.forget(this)
    this.#told = told
    const kind = handshake === null ? 'request' : 'handshake'
    const head = storedHead(this.#head, trailers, handshake)
    this.#item =
      this.#bodyId === null
        ? this.#inlineItem(kind, receivedAt, head)
        : this.#chunkedItem(kind, receivedAt, head, this.#bodyId)
    this.#host.push(this)
  }

  #inlineItem(kind: NewItem['kind'], receivedAt: number, head: StoredHead): NewItem {
    this.#held = this.#take()
    const { pieces } = this.#held
    const [first] = pieces
    const body = first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces)
    const bodyBytes = body.byteLength
    this.bytes = bodyBytes
    this.#queuedBytes += bodyBytes
    // By way of a string, the digest lies in Node's pool: memory of its own would be one more piece for the garbage collector.
    const sha256 = Buffer.from(hash('sha256', body, 'binary'), 'binary')
    return { kind, receivedAt, head, bodyBytes, sha256, body, bodyId: null }
  }

  #chunkedItem(kind: NewItem['kind'], receivedAt: number, head: StoredHead, bodyId: Buffer): NewItem {
    this.inOrder = this.#queuedBytes > 0
    const sha256 = this.#hash?.digest() ?? Buffer.alloc(0)
    return { kind, receivedAt, head, bodyBytes: this.#bodyBytes, sha256, body: null, bodyId }
  }

  run(): void {
    if (this.#failure === null && this.#item !== null) this.#added = this.#host.add(this.#head.bucketId, this.#item)
  }

  settled(error: StoreError | null): void {
    const told = this.#told
    this.#drop(this.#held)
    this.#giveBack(this.bytes)
    // An idle connection keeps its last request, which must not keep the body.
    this.#held = NOTHING
    this.#item = null
    this.#told = null
    const failure = this.#failure ?? error
    if (failure !== null || this.#added.kind !== 'stored') this.#dropChunks()
    told?.(failure === null ? this.#added : { kind: 'failed', error: failure })
  }

  abort(): void {
    if (this.#state !== 'open') return
    this.#host.account(-this.uncommittedBytes)
    this.#state = 'aborted'
    this.#drop(this.#take())
    this.#queuedBytes = 0
    this.#host.forget(this)
    this.#dropChunks()
  }

  #dropChunks(): void {
    if (this.#bodyId !== null) this.#host.freeBody(this.#bodyId)
  }
}

/** One shape for all but the few that have something special. */
function storedHead(
  { inputId, remote, method, target, mountBytes, headers }: NewItemHead,
  trailers: readonly HeaderLine[],
  handshake: HandshakeDetail | null,
): StoredHead {
  return handshake === null
    ? { inputId, remote, method, target, mountBytes, headers, trailers }
    : { inputId, remote, method, target, mountBytes, headers, trailers, handshake }
}
