import type { DeliveryReason, HoldReason } from '../../protocol/delivery.ts'
import type { DeliveryId, RequestId, SourceId } from '../../protocol/ids.ts'
import type { SendableRequest } from './forwarder.ts'

/** What the history has on a waiting delivery. */
export type StoredState = 'queued' | 'sending' | HoldReason

/** A delivery that waits for its turn: ids for the most, so that hundreds of thousands may wait. */
export type Waiting = {
  readonly id: DeliveryId
  readonly requestId: RequestId
  readonly sourceId: SourceId | null
  readonly reason: DeliveryReason
  /** Ascending in order of arrival. */
  readonly order: number
  stored: StoredState
  /** Was held at some time: goes out at the pace chosen for held ones. Set by `WaitingList.markHeld`. */
  wasHeld: boolean
  /** Kept by the list that it is in. */
  isWaiting: boolean
  /** Its request, and what that takes in memory, while `AtHand` keeps it. */
  atHand: { readonly request: SendableRequest; readonly bytes: number } | null
}

export function newWaiting(
  from: Pick<Waiting, 'id' | 'requestId' | 'reason'>,
  sourceId: SourceId | null,
  stored: StoredState,
  order: number,
): Waiting {
  const { id, requestId, reason } = from
  const wasHeld = stored !== 'queued' && stored !== 'sending'
  return { id, requestId, sourceId, reason, order, stored, wasHeld, isWaiting: false, atHand: null }
}

export type SourceFilter = (sourceId: SourceId | null) => boolean

/** Places before `head` are empty, so that nothing that has left is kept alive. */
type Lane = { items: (Waiting | null)[]; head: number }

/** Deliveries in order of arrival, one lane a source, so that those of a held source need not be stepped over one by one. */
export class WaitingList {
  readonly #lanes = new Map<SourceId | null, Lane>()
  #onceHeld = 0

  get length(): number {
    return this.count(() => true)
  }

  /** How many of those that wait were held at some time. */
  get onceHeld(): number {
    return this.#onceHeld
  }

  /** How many wait whose source passes. */
  count(passes: SourceFilter): number {
    let count = 0
    for (const [sourceId, lane] of this.#lanes) if (passes(sourceId)) count += lane.items.length - lane.head
    return count
  }

  push(item: Waiting): void {
    item.isWaiting = true
    if (item.wasHeld) this.#onceHeld += 1
    const lane = this.#lanes.get(item.sourceId)
    if (!lane) this.#lanes.set(item.sourceId, { items: [item], head: 0 })
    else if (lane.head === lane.items.length || (lane.items.at(-1)?.order ?? 0) < item.order) lane.items.push(item)
    else insert(lane, item)
  }

  markHeld(item: Waiting): void {
    if (item.wasHeld) return
    item.wasHeld = true
    if (item.isWaiting) this.#onceHeld += 1
  }

  /** The oldest whose source passes, left where it is. */
  peek(passes: SourceFilter): Waiting | null {
    let oldest: Waiting | null = null
    for (const [sourceId, lane] of this.#lanes) {
      const item = lane.items[lane.head]
      if (item && passes(sourceId) && (oldest === null || item.order < oldest.order)) oldest = item
    }
    return oldest
  }

  /** Takes out what `peek` gave. */
  shift(item: Waiting): void {
    const lane = this.#lanes.get(item.sourceId)
    if (lane?.items[lane.head] !== item) return
    this.#left(item)
    lane.items[lane.head] = null
    lane.head += 1
    // An empty lane stays: most are empty again and again.
    if (lane.head >= 1024 && lane.head * 2 >= lane.items.length) {
      lane.items = lane.items.slice(lane.head)
      lane.head = 0
    }
  }

  find(id: DeliveryId): Waiting | null {
    for (const item of this) if (item.id === id) return item
    return null
  }

  remove(items: ReadonlySet<Waiting>): void {
    for (const [sourceId, lane] of this.#lanes) {
      const left = lane.items.filter((item) => item !== null && !items.has(item))
      if (left.length === 0) this.#lanes.delete(sourceId)
      else this.#lanes.set(sourceId, { items: left, head: 0 })
    }
    for (const item of items) if (item.isWaiting) this.#left(item)
  }

  *[Symbol.iterator](): Generator<Waiting, void> {
    for (const lane of this.#lanes.values()) {
      for (let at = lane.head; at < lane.items.length; at += 1) {
        const item = lane.items[at]
        if (item) yield item
      }
    }
  }

  #left(item: Waiting): void {
    item.isWaiting = false
    if (item.wasHeld) this.#onceHeld -= 1
  }
}

/** Puts back one that had been taken out, most often right at the head. */
function insert(lane: Lane, item: Waiting): void {
  let at = lane.head
  while (at < lane.items.length && (lane.items[at]?.order ?? Infinity) < item.order) at += 1
  if (at === lane.head && lane.head > 0) {
    lane.head -= 1
    lane.items[lane.head] = item
  } else {
    lane.items.splice(at, 0, item)
  }
}
