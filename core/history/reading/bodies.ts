import type Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { CHUNK_BYTES, MIB } from '../../../protocol/limits.ts'
import type { BodyPart } from '../history.ts'

export type BodyReads = {
  info(part: BodyPart): { readonly bytes: number; readonly sha256: string } | null
  /** An exact copy of [from, to), cut to the body and to 1 MiB. */
  read(part: BodyPart, from: number, to: number): Uint8Array<ArrayBuffer> | null
}

/** Where an owner says its body is; a body without bytes has no row. */
type Owner = { readonly bodyId: number | null; readonly bytes: number }
type BodyRow = { readonly bytes: number; readonly sha256: Buffer; readonly inline: Buffer | null }

const READ_BYTES_MAX = MIB
const EMPTY_SHA256 = createHash('sha256').digest('hex')

/** Bytes of stored bodies, whole ones never at once. */
export function prepareBodyReads(db: Database.Database): BodyReads {
  const owners = {
    request: db.prepare<[number], Owner>('SELECT body_id AS bodyId, body_bytes AS bytes FROM item WHERE id = ?'),
    draft: db.prepare<[number], Owner>(
      `SELECT draft.body_id AS bodyId, coalesce(body.bytes, 0) AS bytes
       FROM draft LEFT JOIN body ON body.id = draft.body_id WHERE draft.id = ?`,
    ),
    response: db.prepare<[number], Owner>(
      'SELECT body_id AS bodyId, kept_bytes AS bytes FROM attempt WHERE id = ? AND status IS NOT NULL',
    ),
  }
  const info = db.prepare<[number], Pick<BodyRow, 'bytes' | 'sha256'>>('SELECT bytes, sha256 FROM body WHERE id = ?')
  const whole = db.prepare<[number], BodyRow>('SELECT bytes, sha256, inline FROM body WHERE id = ?')
  const chunks = db.prepare<[number, number, number], { readonly n: number; readonly bytes: Buffer }>(
    'SELECT n, bytes FROM body_chunk WHERE body_id = ? AND n BETWEEN ? AND ? ORDER BY n',
  )

  function readChunks(bodyId: number, start: number, end: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(end - start)
    const first = Math.floor(start / CHUNK_BYTES)
    for (const { n, bytes } of chunks.iterate(bodyId, first, Math.floor((end - 1) / CHUNK_BYTES))) {
      const offset = n * CHUNK_BYTES
      const piece = bytes.subarray(Math.max(0, start - offset), end - offset)
      out.set(piece, Math.max(0, offset - start))
    }
    return out
  }

  return {
    info(part) {
      const owner = owners[part.kind].get(part.id)
      if (owner === undefined) return null
      if (owner.bodyId === null) return owner.bytes === 0 ? { bytes: 0, sha256: EMPTY_SHA256 } : null
      const body = info.get(owner.bodyId)
      return body === undefined ? null : { bytes: body.bytes, sha256: body.sha256.toString('hex') }
    },
    read(part, from, to) {
      const owner = owners[part.kind].get(part.id)
      if (owner === undefined) return null
      if (owner.bodyId === null) return owner.bytes === 0 ? new Uint8Array(0) : null
      const body = whole.get(owner.bodyId)
      if (body === undefined) return null
      const start = Math.max(0, Math.floor(from))
      const end = Math.min(Math.floor(to), body.bytes, start + READ_BYTES_MAX)
      if (end <= start) return new Uint8Array(0)
      // Copied in any case: the row's buffer may be part of a larger one.
      return body.inline === null
        ? readChunks(owner.bodyId, start, end)
        : new Uint8Array(body.inline.subarray(start, end))
    },
  }
}
