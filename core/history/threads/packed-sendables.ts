import type { HeaderLine } from '../../../protocol/request.ts'
import { KIB } from '../../../protocol/limits.ts'
import type { StoredSendable } from '../history.ts'
import { Unpacker, type Packed, type Packer } from './packer.ts'

/** A request as it is read to be sent: its lines are still the JSON, and its hash the bytes, that they are stored as. */
export type SendableRow = Omit<StoredSendable, 'headers' | 'bodySha256'> & {
  readonly headers: Buffer
  readonly bodySha256: Buffer | null
}

/** A longer body crosses by itself: a piece of memory lives as long as one of the bodies in it is needed. */
const MOST_PACKED = 16 * KIB

export function packSendable(row: SendableRow | null, to: Packer): void {
  to.value(row === null ? null : row.id)
  if (row === null) return
  to.value(row.uid)
  to.value(row.kind)
  to.value(row.sourceId)
  to.value(row.method)
  to.value(row.requestTarget)
  to.value(row.mountBytes)
  to.value(row.headers.toString())
  to.value(row.remote)
  to.value(row.bodyBytes)
  to.value(row.bodySha256?.toString('hex') ?? null)
  const { body } = row
  const isPacked = body !== null && body.length <= MOST_PACKED
  // Copied in any case: the row's buffer may be part of a larger one.
  to.value(isPacked ? true : body && new Uint8Array(body))
  if (isPacked) to.bytes(body)
}

/** Gives what `packSendable` was given, in the same order. */
export function unpackSendables(packed: Packed): (StoredSendable | null)[] {
  const from = new Unpacker(packed)
  const rows: (StoredSendable | null)[] = []
  while (!from.isAtEnd) {
    const id = from.value<StoredSendable['id'] | null>()
    rows.push(id === null ? null : unpackSendable(id, from))
  }
  return rows
}

/** Properties are read in the order in which they stand here. */
function unpackSendable(id: StoredSendable['id'], from: Unpacker): StoredSendable {
  return {
    id,
    uid: from.value(),
    kind: from.value(),
    sourceId: from.value(),
    method: from.value(),
    requestTarget: from.value(),
    mountBytes: from.value(),
    headers: JSON.parse(from.value()) as HeaderLine[],
    remote: from.value(),
    bodyBytes: from.value(),
    bodySha256: from.value(),
    body: unpackBody(from),
  }
}

function unpackBody(from: Unpacker): Uint8Array | null {
  const body = from.value<Uint8Array | true | null>()
  return body === true ? from.bytes() : body
}
