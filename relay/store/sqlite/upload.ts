import { createHash, hash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { v7 } from 'uuid'
import { CHUNK_BYTES } from '../../../protocol/limits.ts'
import type { HeaderLine } from '../../../protocol/request.ts'
import type { StoreError } from '../store-error.ts'
import type { Added, Upload } from '../store.ts'
import type { Job } from './commit-queue.ts'

/** What an upload needs of the store around it. */
export type UploadHost = {
  push(job: Job): void
  now(): number
  insertChunk(bodyId: Buffer, start: number, bytes: Uint8Array): void
  /** Stores the item; inside a transaction. */
  add(body: FinishedBody): Added
  /** Bytes in memory that are not committed: more (positive) or fewer. */
  account(bytes: number): void
  /** Whether this upload may go on; when not, it is told later through `onDrain`. */
  mayGoOn(upload: SqliteUpload): boolean
  forget(upload: SqliteUpload): void
  freeBody(bodyId: Buffer): void
}

export type FinishedBody = {
  readonly receivedAt: number
  readonly trailers: readonly HeaderLine[]
  readonly bodyBytes: number
  readonly sha256: Buffer
} & ({ readonly body: Uint8Array; readonly bodyId: null } | { readonly body: null; readonly bodyId: Buffer })

/** One request's body on its way: in memory up to one chunk, beyond that in rows of `body_chunk` as it comes. */
export class SqliteUpload implements Upload {
  onDrain: (() => void) | null = null
  readonly #host: UploadHost
  readonly #pieces: Buffer[] = []
  #pieceBytes = 0
  #queuedBytes = 0
  #bodyBytes = 0
  #hash: Hash | null = null
  #bodyId: Buffer | null = null
  #state: 'open' | 'finished' | 'aborted' = 'open'
  #failure: StoreError | null = null

  constructor(host: UploadHost) {
    this.#host = host
  }

  /** What it holds in memory. */
  get uncommittedBytes(): number {
    return this.#pieceBytes + this.#queuedBytes
  }

  write(bytes: Uint8Array): boolean {
    // After a failure the rest is read and dropped: `finish` tells the sender.
    if (this.#state !== 'open' || this.#failure !== null) return true
    let from = 0
    while (bytes.byteLength - from > CHUNK_BYTES - this.#pieceBytes) {
      const to = from + CHUNK_BYTES - this.#pieceBytes
      this.#hold(bytes.subarray(from, to))
      this.spill()
      from = to
    }
    this.#hold(bytes.subarray(from))
    return this.#host.mayGoOn(this)
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return
    this.#pieces.push(Buffer.from(bytes))
    this.#pieceBytes += bytes.byteLength
    this.#bodyBytes += bytes.byteLength
    this.#host.account(bytes.byteLength)
  }

  #takePieces(): Buffer {
    const [first] = this.#pieces
    const bytes = first !== undefined && this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces)
    this.#pieces.length = 0
    this.#pieceBytes = 0
    return bytes
  }

  /** Hands what is in memory to the next commit as a chunk, full or not. */
  spill(): void {
    if (this.#pieceBytes === 0 || this.#state === 'aborted') return
    const bytes = this.#takePieces()
    const start = this.#bodyBytes - bytes.byteLength
    const bodyId = (this.#bodyId ??= v7({ msecs: this.#host.now() }, Buffer.alloc(16)))
    this.#hash ??= createHash('sha256')
    this.#hash.update(bytes)
    this.#queuedBytes += bytes.byteLength
    this.#host.push({
      bytes: bytes.byteLength,
      inOrder: true,
      isCancelled: () => this.#state === 'aborted',
      // After a failure its chunks are being deleted: none may come behind.
      run: () => {
        if (this.#failure === null) this.#host.insertChunk(bodyId, start, bytes)
      },
      settled: (error) => {
        this.#giveBack(bytes.byteLength)
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
    this.#takePieces()
    this.#dropChunks()
  }

  finish(trailers: readonly HeaderLine[]): Promise<Added> {
    if (this.#state !== 'open') return Promise.reject(new Error(`finish() of an upload that is ${this.#state}.`))
    const receivedAt = this.#host.now()
    const isChunked = this.#bodyId !== null
    if (isChunked) this.spill()
    this.#state = 'finished'
    this.#host.forget(this)
    if (this.#failure !== null) return Promise.reject(this.#failure)
    return isChunked ? this.#finishChunked(receivedAt, trailers) : this.#finishInline(receivedAt, trailers)
  }

  #finishInline(receivedAt: number, trailers: readonly HeaderLine[]): Promise<Added> {
    const body = this.#takePieces()
    this.#queuedBytes += body.byteLength
    const sha256 = hash('sha256', body, 'buffer')
    return this.#commit(
      { receivedAt, trailers, bodyBytes: body.byteLength, sha256, body, bodyId: null },
      body.byteLength,
    )
  }

  #finishChunked(receivedAt: number, trailers: readonly HeaderLine[]): Promise<Added> {
    const sha256 = this.#hash?.digest() ?? Buffer.alloc(0)
    const bodyId = this.#bodyId ?? Buffer.alloc(0)
    return this.#commit({ receivedAt, trailers, bodyBytes: this.#bodyBytes, sha256, body: null, bodyId }, 0)
  }

  #commit(body: FinishedBody, bytes: number): Promise<Added> {
    return new Promise((resolve, reject) => {
      let added: Added = { kind: 'gone' }
      this.#host.push({
        bytes,
        // Behind its own chunks, when some of them still wait.
        inOrder: body.bodyId !== null && this.#queuedBytes > 0,
        run: () => {
          if (this.#failure === null) added = this.#host.add(body)
        },
        settled: (error) => {
          this.#giveBack(bytes)
          const failure = this.#failure ?? error
          if (failure !== null || added.kind !== 'stored') this.#dropChunks()
          if (failure === null) resolve(added)
          else reject(failure)
        },
      })
    })
  }

  abort(): void {
    if (this.#state !== 'open') return
    this.#host.account(-this.uncommittedBytes)
    this.#state = 'aborted'
    this.#pieces.length = 0
    this.#pieceBytes = 0
    this.#queuedBytes = 0
    this.#host.forget(this)
    this.#dropChunks()
  }

  #dropChunks(): void {
    if (this.#bodyId !== null) this.#host.freeBody(this.#bodyId)
  }
}
