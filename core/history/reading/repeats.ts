import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import type { RepeatMark } from '../../../protocol/request-repeats.ts'
import { duplicateKey } from '../../../signatures/recognise/duplicate-key.ts'
import { recogniseSender } from '../../../signatures/recognise/recognise-sender.ts'
import { toLines } from './request-rows.ts'

type Row = {
  readonly id: RequestId
  readonly receivedAt: number
  readonly sourceId: number | null
  readonly provider: string | null
  readonly senderId: string | null
  readonly method: string
  readonly requestTarget: string
  readonly bodySha256: Buffer
}

type Seen = {
  readonly first: RequestId
  readonly firstAt: number
  count: number
  lastAt: number
}

type Place = { readonly first: RequestId; readonly firstAt: number; readonly place: number }

/** Of requests without an id only those are repeats that follow soon, in ms. */
const WINDOW_MS = 15 * 60 * 1000
/** So many requests before those that are asked for are looked through. */
const LOOK_BACK = 10_000
/** What is remembered is forgotten beyond this, and found anew. */
const MOST_KEPT = 100_000

/**
 * Tells which requests came before: by the sender's own id, or else by method, target and body within a quarter of an hour. Looked up when they are
 * shown, so that capturing pays nothing for it: an index over ids that come in no order would cost it a page of the log for each request.
 */
export function prepareRepeats(db: Database.Database): (ids: readonly RequestId[]) => readonly RepeatMark[] {
  const rows = db.prepare<[number, number], Row>(
    `SELECT id, received_at AS receivedAt, source_id AS sourceId, provider, sender_id AS senderId, method,
       request_target AS requestTarget, body_sha256 AS bodySha256
     FROM item WHERE id > ? AND id <= ? AND kind = 'captured' ORDER BY id`,
  )
  const headersOf = db.prepare<[number], Buffer>('SELECT headers FROM item WHERE id = ?').pluck()
  let walk = newWalk(0)

  function lookThrough(lowest: number, highest: number): void {
    const start = Math.max(0, lowest - LOOK_BACK)
    // What lies beyond what was looked through, or far behind it, begins anew.
    const isFull = walk.seen.size > MOST_KEPT || walk.places.size > MOST_KEPT
    if (lowest <= walk.from || start > walk.upTo || isFull) walk = newWalk(start)
    for (const row of rows.iterate(walk.upTo, highest)) note(walk, row)
    walk.upTo = Math.max(walk.upTo, highest)
  }

  return (ids) => {
    if (ids.length === 0) return []
    lookThrough(Math.min(...ids), Math.max(...ids))
    return ids.flatMap((id): RepeatMark[] => {
      const place = walk.places.get(id)
      const headers = headersOf.get(id)
      const attempt = headers === undefined ? null : attemptOf(headers)
      if (place === undefined && attempt === null) return []
      return [
        {
          id,
          first: place?.first ?? null,
          firstAt: place?.firstAt ?? null,
          place: place?.place ?? 1,
          attempt,
        },
      ]
    })
  }
}

type Walk = {
  readonly from: number
  upTo: number
  readonly seen: Map<string, Seen>
  readonly places: Map<RequestId, Place>
}

function newWalk(from: number): Walk {
  return { from: from === 0 ? -1 : from, upTo: from, seen: new Map(), places: new Map() }
}

function note({ seen, places }: Walk, row: Row): void {
  const { key, isBySender } = duplicateKey({
    endpoint: String(row.sourceId),
    provider: row.provider,
    senderId: row.senderId,
    method: row.method,
    target: row.requestTarget,
    bodySha256: row.bodySha256.toString('hex'),
  })
  const before = seen.get(key)
  if (before === undefined || (!isBySender && row.receivedAt - before.lastAt > WINDOW_MS)) {
    seen.set(key, { first: row.id, firstAt: row.receivedAt, count: 1, lastAt: row.receivedAt })
    return
  }
  before.count += 1
  before.lastAt = row.receivedAt
  places.set(row.id, { first: before.first, firstAt: before.firstAt, place: before.count })
}

/** What the sender's own counter says where it says that this is not the first time. */
function attemptOf(headers: Buffer): number | null {
  const { attempt } = recogniseSender(toLines(headers), new Uint8Array(0))
  return attempt === null || attempt < 1 ? null : attempt
}
