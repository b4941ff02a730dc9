import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'

/** A request of the history with its deliveries, read past the app, from the file itself. */
export type KeptRequest = {
  readonly id: number
  /** The last part of its path. */
  readonly name: string
  readonly relaySeq: number
  /** Of the bytes that are stored, not of what the row says of them. */
  readonly bodySha256: string
  readonly deliveries: readonly KeptDelivery[]
}

export type KeptDelivery = {
  readonly id: number
  readonly state: string
  readonly reason: string
  /** Attempts, oldest first: when each started, in epoch ms, and whether it went out twice (a connection that closed under it). */
  readonly attempts: readonly {
    readonly startedAt: number
    readonly reconnected: boolean
    readonly status: number | null
  }[]
}

type ItemRow = { id: number; kind: string; relay_seq: number; request_target: string; body_id: number | null }
type DeliveryRow = { id: number; item_id: number; state: string; reason: string }
type AttemptRow = { delivery_id: number; started_at: number; reconnected: number; status: number | null }

/** Reads a history's file, also while the engine has it open. Oldest first. */
export function readKept(file: string): readonly KeptRequest[] {
  const db = new Database(file, { readonly: true, timeout: 5_000 })
  try {
    return db.transaction(() => readAll(db))()
  } finally {
    db.close()
  }
}

function readAll(db: Database.Database): readonly KeptRequest[] {
  const attempts = groupBy(
    db.prepare<[], AttemptRow>('SELECT delivery_id, started_at, reconnected, status FROM attempt ORDER BY id').all(),
    (row) => row.delivery_id,
  )
  const deliveries = groupBy(
    db.prepare<[], DeliveryRow>('SELECT id, item_id, state, reason FROM delivery ORDER BY id').all(),
    (row) => row.item_id,
  )
  const inline = db.prepare<[number], Buffer | null>('SELECT inline FROM body WHERE id = ?').pluck()
  const chunks = db.prepare<[number], Buffer>('SELECT bytes FROM body_chunk WHERE body_id = ? ORDER BY n').pluck()

  function hashBody(id: number | null): string {
    const hash = createHash('sha256')
    if (id === null) return hash.digest('hex')
    const whole = inline.get(id)
    if (whole) hash.update(whole)
    else for (const chunk of chunks.iterate(id)) hash.update(chunk)
    return hash.digest('hex')
  }

  const items = db
    .prepare<[], ItemRow>(
      "SELECT id, kind, relay_seq, request_target, body_id FROM item WHERE kind <> 'gap' ORDER BY id",
    )
    .all()
  return items.map((item) => ({
    id: item.id,
    name: nameOf(item.request_target),
    relaySeq: item.relay_seq,
    bodySha256: hashBody(item.body_id),
    deliveries: (deliveries.get(item.id) ?? []).map(({ id, state, reason }) => ({
      id,
      state,
      reason,
      attempts: (attempts.get(id) ?? []).map((attempt) => ({
        startedAt: attempt.started_at,
        reconnected: attempt.reconnected === 1,
        status: attempt.status,
      })),
    })),
  }))
}

/** Names of requests with a delivery whose outcome is unknown. */
export function readDoubted(file: string): readonly string[] {
  const db = new Database(file, { readonly: true, timeout: 5_000 })
  try {
    const targets = db
      .prepare<[], string>(
        `SELECT request_target FROM item JOIN delivery ON delivery.item_id = item.id WHERE state = 'outcome-unknown'`,
      )
      .pluck()
      .all()
    return targets.map(nameOf)
  } finally {
    db.close()
  }
}

/** How far a history is: cheap enough to be asked again and again. */
export function lookAt(file: string, name: string): { readonly hasName: boolean; readonly live: number } {
  const db = new Database(file, { readonly: true, timeout: 5_000 })
  try {
    const live = db.prepare<[], number>('SELECT count(*) FROM delivery WHERE live = 1').pluck().get() ?? 0
    const found = db.prepare<[string]>('SELECT 1 FROM item WHERE request_target LIKE ?').get(`%/${name}`)
    return { hasName: found !== undefined, live }
  } finally {
    db.close()
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => number): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}
