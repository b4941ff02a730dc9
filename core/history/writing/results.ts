import type Database from 'better-sqlite3'
import type { DeliveryState } from '../../../protocol/delivery.ts'
import { hasFailed, worstOf } from '../delivery-digest.ts'
import type { Counters } from './counters.ts'

type State = { readonly id: number; readonly state: DeliveryState; readonly status: number | null }
type Row = {
  readonly sourceId: number | null
  readonly deliveryId: number
  readonly deliveries: number
  readonly failed: number
  readonly held: number
  readonly retrying: number
}

export type Results = {
  /** For an item that has had no deliveries yet; takes all of them, oldest first. */
  create(itemId: number, sourceId: number | null, deliveries: readonly State[]): void
  /** After an item's deliveries changed. */
  update(itemId: number): void
  /** After one of its deliveries changed; reads the others only where there are some. */
  updateFor(itemId: number, delivery: State): void
  /** Takes an item that is about to be deleted out of the counts. */
  uncount(itemId: number): void
}

/** Keeps `result`, which stands for an item's deliveries in the list, and the counts of the views. */
export function prepareResults(db: Database.Database, counters: Counters): Results {
  const insert = db.prepare<[number, number | null, number, number, number, number, number]>(
    'INSERT INTO result (item_id, source_id, delivery_id, deliveries, failed, held, retrying) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const change = db.prepare<[number, number, number, number, number, number]>(
    'UPDATE result SET delivery_id = ?, deliveries = ?, failed = ?, held = ?, retrying = ? WHERE item_id = ?',
  )
  const read = db.prepare<[number], Row>(
    'SELECT source_id AS sourceId, delivery_id AS deliveryId, deliveries, failed, held, retrying FROM result WHERE item_id = ?',
  )
  const statesOf = db.prepare<[number], State>('SELECT id, state, status FROM delivery WHERE item_id = ? ORDER BY id')
  const sourceOf = db.prepare<[number], number | null>('SELECT source_id FROM item WHERE id = ?').pluck()

  function count(sourceId: number | null, before: Tally, after: Tally): void {
    for (const name of tallied) counters.add(name, sourceId, Math.sign(after[name]) - Math.sign(before[name]))
  }

  function create(itemId: number, sourceId: number | null, deliveries: readonly State[]): void {
    const worst = worstOf(deliveries)
    if (worst === undefined) return
    const now = tally(deliveries)
    insert.run(itemId, sourceId, worst.id, deliveries.length, now.failed, now.held, now.retrying)
    count(sourceId, nothing, now)
  }

  /** Most changes are of a request's only delivery, on its way to success: they change nothing here, and must not write a page for that. */
  function replace(itemId: number, before: Row, deliveries: readonly State[]): void {
    const now = tally(deliveries)
    const worst = worstOf(deliveries)?.id ?? before.deliveryId
    const isSame = tallied.every((name) => now[name] === before[name])
    if (isSame && worst === before.deliveryId && deliveries.length === before.deliveries) return
    change.run(worst, deliveries.length, now.failed, now.held, now.retrying, itemId)
    count(before.sourceId, before, now)
  }

  function update(itemId: number): void {
    const deliveries = statesOf.all(itemId)
    const before = read.get(itemId)
    if (before === undefined) create(itemId, sourceOf.get(itemId) ?? null, deliveries)
    else replace(itemId, before, deliveries)
  }

  return {
    create,
    update,
    updateFor(itemId, delivery) {
      const before = read.get(itemId)
      if (before?.deliveries === 1 && before.deliveryId === delivery.id) replace(itemId, before, [delivery])
      else update(itemId)
    },
    uncount(itemId) {
      const before = read.get(itemId)
      if (before) count(before.sourceId, before, nothing)
    },
  }
}

const tallied = ['failed', 'held', 'retrying'] as const
type Tally = Readonly<Record<(typeof tallied)[number], number>>
const nothing: Tally = { failed: 0, held: 0, retrying: 0 }

function tally(deliveries: readonly State[]): Tally {
  const counts = { failed: 0, held: 0, retrying: 0 }
  for (const delivery of deliveries) {
    if (hasFailed(delivery)) counts.failed += 1
    if (delivery.state === 'held') counts.held += 1
    if (delivery.state === 'retrying') counts.retrying += 1
  }
  return counts
}
