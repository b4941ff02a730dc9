import type Database from 'better-sqlite3'
import { createHash, hash, type Hash } from 'node:crypto'
import { HistoryError } from '../history.ts'
import type { Content, Json } from '../threads/messages.ts'
import { prepareBodyShares } from './body-shares.ts'
import { prepareWaste } from './waste.ts'

/** A body on its way into the database. `save` and `discard` write, so they belong into a transaction; both may run again after a rollback. */
export type WritableBody = {
  /** Null for an empty body, which needs no row. */
  readonly bodyId: number | null
  readonly bytes: number
  readonly sha256: Buffer
  /** @throws HistoryError when a chunk was not stored; what had come is deleted then. */
  requireWhole(): void
  save(): void
  /** Deletes what came before the last bytes. */
  discard(): void
  /** After the commit: nobody will ask to drop it any more. */
  settle(): void
}

/** A large body of which chunks have come. */
type Upload = { readonly bodyId: number; readonly hash: Hash; bytes: number; failure: HistoryError | null }

export type Bodies = {
  /** Takes note of a chunk as it comes, so that a repeated transaction does not hash it twice. */
  receiveChunk(upload: number, n: number, bytes: Uint8Array): { write(): void; fail(error: HistoryError): void }
  /** Likewise for the end of a body. `proven` is its SHA-256 in hex where its bytes were held against that already. */
  receive(content: Content, proven?: string | null): WritableBody
  /** Forgets an upload; the function returned deletes its rows. */
  drop(upload: number): () => void
  /** One of its owners is gone; the last takes it along. */
  delete(bodyId: number): void
  /** Likewise, but what is too large to be erased at once becomes waste first. */
  deleteLater(bodyId: number): void
}

/** Bodies up to 256 KiB are one row, larger ones chunks that were stored as they came. */
export function prepareBodies(db: Database.Database): Bodies {
  const insertInline = db.prepare<[number, Buffer, number, Uint8Array]>(
    'INSERT INTO body (id, sha256, bytes, inline) VALUES (?, ?, ?, ?)',
  )
  const insertUnfinished = db.prepare<[number]>('INSERT INTO body (id) VALUES (?)')
  const insertChunk = db.prepare<[number, number, Uint8Array]>(
    'INSERT INTO body_chunk (body_id, n, bytes) VALUES (?, ?, ?)',
  )
  const finish = db.prepare<[Buffer, number, number]>('UPDATE body SET sha256 = ?, bytes = ? WHERE id = ?')
  const remove = db.prepare<[number]>('DELETE FROM body WHERE id = ?')
  const waste = prepareWaste(db)

  const shares = prepareBodyShares(db)
  const uploads = new Map<number, Upload>()
  // Given out here, so that chunks can name their body before a commit; a rollback leaves a hole and nothing else.
  let lastBodyId = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM body').pluck().get() ?? 0

  function inline(bytes: Uint8Array, proven: string | null): WritableBody {
    if (bytes.length === 0) return EMPTY
    const sha256 = proven === null ? hash('sha256', bytes, 'buffer') : Buffer.from(proven, 'hex')
    const bodyId = ++lastBodyId
    return {
      bodyId,
      bytes: bytes.length,
      sha256,
      requireWhole: nothingToDo,
      save: () => void insertInline.run(bodyId, sha256, bytes.length, bytes),
      discard: nothingToDo,
      settle: nothingToDo,
    }
  }

  function finishUpload(content: Extract<Content, { kind: 'upload' }>): WritableBody {
    const upload = uploads.get(content.upload)
    if (upload === undefined) throw lostUpload()
    upload.hash.update(content.last)
    const bytes = upload.bytes + content.last.length
    const sha256 = upload.hash.digest()
    return {
      bodyId: upload.bodyId,
      bytes,
      sha256,
      requireWhole() {
        if (upload.failure === null) return
        remove.run(upload.bodyId)
        throw upload.failure
      },
      save() {
        if (content.last.length > 0) insertChunk.run(upload.bodyId, content.n, content.last)
        finish.run(sha256, bytes, upload.bodyId)
      },
      discard: () => void remove.run(upload.bodyId),
      settle: () => void uploads.delete(content.upload),
    }
  }

  return {
    receiveChunk(number, n, bytes) {
      const upload =
        n === 0 ? { bodyId: ++lastBodyId, hash: createHash('sha256'), bytes: 0, failure: null } : uploads.get(number)
      if (upload === undefined) throw lostUpload()
      uploads.set(number, upload)
      upload.hash.update(bytes)
      upload.bytes += bytes.length
      return {
        write() {
          if (upload.failure !== null) throw upload.failure
          if (n === 0) insertUnfinished.run(upload.bodyId)
          insertChunk.run(upload.bodyId, n, bytes)
        },
        fail: (error) => void (upload.failure ??= error),
      }
    },
    receive: (content, proven = null) =>
      content.kind === 'inline' ? inline(content.bytes, proven) : finishUpload(content),
    drop(number) {
      const upload = uploads.get(number)
      uploads.delete(number)
      return () => void (upload && remove.run(upload.bodyId))
    },
    delete(bodyId) {
      if (shares.leave(bodyId)) remove.run(bodyId)
    },
    deleteLater(bodyId) {
      if (shares.leave(bodyId)) waste.add(bodyId)
    },
  }
}

function nothingToDo(): void {}

/** Most answers have no body: nothing to hash, nothing to keep. */
const EMPTY: WritableBody = {
  bodyId: null,
  bytes: 0,
  sha256: hash('sha256', '', 'buffer'),
  requireWhole: nothingToDo,
  save: nothingToDo,
  discard: nothingToDo,
  settle: nothingToDo,
}

/** JSON as it is stored. */
export function toBlob(json: Json): Uint8Array {
  return typeof json === 'string' ? Buffer.from(json) : json
}

/** Deletes what an earlier run had of bodies that never came to their end. */
export function deleteOrphans(db: Database.Database): void {
  db.exec('DELETE FROM body WHERE sha256 IS NULL')
}

function lostUpload(): HistoryError {
  return new HistoryError('thread-died', 'The part of Creel that keeps the history was started anew amid this body.', {
    fix: 'It is stored when the relay sends it again, which happens by itself.',
  })
}
