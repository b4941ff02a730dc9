import type { RequestId } from '../../protocol/ids.ts'
import type { Counts, ForwardingStatus } from '../../protocol/ipc.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import type { HistoryCounts, HistoryDeliveries, HistoryRequests } from '../history/history.ts'
import type { DeliveryNews } from '../forwarding/forwarder.ts'
import { isLive } from '../history/delivery-digest.ts'
import { createBatch } from './batch.ts'
import type { EngineEvents } from './events.ts'
import { createFreshRows } from './fresh-rows.ts'

/** Nobody reads faster than this, and a burst must not drown the window. */
const EVERY_MS = 250
/** What could not be read is read again after this: the thread that reads may be being started anew. */
const AGAIN_MS = 1_000

export type LiveView = {
  stored(summary: RequestSummary, isNew: boolean): void
  /** A request that listeners may or may not have heard of. */
  repeated(id: RequestId): void
  /** A mark of this request changed, or a delivery was added. */
  changed(id: RequestId): void
  /** The delivery of this request changed; or one of them, where it has several. */
  delivered(id: RequestId, change: DeliveryNews['change']): void
  deleted(ids: readonly RequestId[]): void
  /** Deleted before, and there again. */
  restored(ids: readonly RequestId[]): void
  /** Marks of many requests change, or did. */
  marked(): void
  /** Counts are old. */
  recount(): void
  /**
   * Somebody looks at rows from now on: what changes in them is read and told. Without anybody only new rows and counts are. Returns the way to say that he has
   * gone. What was committed before is not told: it is read by whoever begins to look.
   */
  watch(): () => void
  /** As of the last count. */
  counts(): HistoryCounts
  stop(): void
}

export const NO_COUNTS: HistoryCounts = {
  total: 0,
  unread: 0,
  failed: 0,
  held: 0,
  retrying: 0,
  pinned: 0,
  unreadBySource: {},
  heldBySource: {},
  unindexed: 0,
  bytes: 0,
}

export function toCounts(counts: HistoryCounts): Counts {
  const { total, unread, failed, held, retrying, pinned, unindexed, bytes } = counts
  return { total, unread, failed, held, retrying, pinned, unindexed, historyBytes: bytes }
}

/** Rows that are read anew in one go while more and more change, and once that is over: a burst must leave the history's reader time for others. */
const ROWS_AMID_BURST = 250
const ROWS_AFTER_BURST = 1_000

type News =
  /** `watch`: the one during which it was stored. */
  | { readonly kind: 'new'; readonly summary: RequestSummary; readonly watch: number }
  | { readonly kind: 'repeated'; readonly id: RequestId }
  | { readonly kind: 'changed'; readonly id: RequestId }
  | { readonly kind: 'delivered'; readonly id: RequestId }
  /** Some that changed are not told yet. */
  | { readonly kind: 'more' }

/**
 * Keeps listeners up to date with what happens in the history, in batches: first the new rows, then, while somebody watches, what changed in them and in
 * others: reading those back costs as much as sending them did.
 */
export function createLiveView(options: {
  readonly requests: HistoryRequests
  readonly deliveries: HistoryDeliveries
  readonly events: EngineEvents
  readonly monotonic: () => number
  readonly forwarding: () => ForwardingStatus
  readonly onCounts: () => void
  readonly onProblem: (problem: unknown) => void
}): LiveView {
  let counts = NO_COUNTS
  let stopped = false
  let isRecountDue = false
  let watchers = 0
  /** How many times somebody began to look where nobody did. */
  let watches = 0

  // One batch for both: told apart, a change could overtake the row that it changes.
  const news = createBatch<News>({
    everyMs: EVERY_MS,
    monotonic: options.monotonic,
    flush: (all) => run(tell(all), () => addAgain(all)),
  })
  const recounts = createBatch<null>({
    everyMs: EVERY_MS,
    monotonic: options.monotonic,
    flush: () => run(recount(), () => recounts.add(null)),
  })
  /** Changed, and not read anew yet. */
  const stale = new Set<RequestId>()
  const fresh = createFreshRows()
  const timers = new Set<ReturnType<typeof setTimeout>>()

  function endWatch(): void {
    watchers -= 1
    if (watchers > 0) return
    // What becomes of these rows is not followed any more.
    fresh.forgetAll()
    stale.clear()
  }

  function changed(id: RequestId): void {
    if (watchers > 0) {
      fresh.forget(id)
      news.add({ kind: 'changed', id })
    }
    recounts.add(null)
  }

  /** While stopping, the history may already be closed: what nobody looks at any more need not be told. */
  function run(work: Promise<void>, again: () => void): void {
    work.catch((problem: unknown) => {
      if (stopped) return
      options.onProblem(problem)
      later(again)
    })
  }

  function later(again: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      again()
    }, AGAIN_MS)
    timers.add(timer)
  }

  /** But for new rows, which were told before anything was read. */
  function addAgain(all: readonly News[]): void {
    for (const one of all) if (one.kind === 'repeated') news.add(one)
    news.add({ kind: 'more' })
  }

  async function tell(all: readonly News[]): Promise<void> {
    const received = all.flatMap((one) => (one.kind === 'new' ? [one.summary] : []))
    if (received.length > 0) options.events.emit('requests:received', received)
    const changes = watchers > 0 ? tellDelivered(all) : 0
    const repeated = all.flatMap((one) => (one.kind === 'repeated' ? [one.id] : []))
    if (repeated.length > 0) options.events.emit('requests:received', await options.deliveries.digests(repeated))
    if (stale.size > 0) await tellChanged(changes > ROWS_AMID_BURST ? ROWS_AMID_BURST : ROWS_AFTER_BURST)
  }

  /** Tells what is known of rows that changed, and notes which must be read; gives how many of those changed by something else than their delivery. */
  function tellDelivered(all: readonly News[]): number {
    const delivered = fresh.take(all.flatMap((one) => (one.kind === 'delivered' ? [one.id] : [])))
    if (delivered.rows.length > 0) options.events.emit('requests:changed', delivered.rows)
    const others = new Set(all.flatMap((one) => (one.kind === 'changed' ? [one.id] : [])))
    for (const id of [...others, ...delivered.missing]) stale.add(id)
    // What became of these before anybody looked was not noted, and they have just been told as they were stored.
    for (const one of all) if (one.kind === 'new' && one.watch !== watches) stale.add(one.summary.id)
    for (const id of [...others, ...delivered.missing, ...delivered.rows.map((row) => row.id)]) {
      options.events.emit('deliveries:changed', { requestId: id })
    }
    return others.size
  }

  /** The newest first, as they are looked at most. One that changes again before its turn is read once. */
  async function tellChanged(most: number): Promise<void> {
    const ids = stale.size <= most ? [...stale] : [...stale].toSorted((a, b) => b - a).slice(0, most)
    for (const id of ids) stale.delete(id)
    try {
      options.events.emit('requests:changed', await options.deliveries.digests(ids))
    } catch (problem) {
      for (const id of ids) stale.add(id)
      throw problem
    }
    if (stale.size > 0) news.add({ kind: 'more' })
  }

  async function tellRestored(ids: readonly RequestId[]): Promise<void> {
    const rows = await options.deliveries.digests(ids)
    options.events.emit('requests:restored', rows)
    // What became of them while they were read was told before listeners had them again, and passed over.
    for (const { id, result } of rows) if (result && isLive(result.state)) changed(id)
  }

  async function recount(): Promise<void> {
    counts = await options.requests.counts()
    // Nobody tells when they are indexed.
    if (counts.unindexed > 0 && !isRecountDue && !stopped) {
      isRecountDue = true
      later(() => {
        isRecountDue = false
        recounts.add(null)
      })
    }
    options.events.emit('counts:changed', toCounts(counts))
    options.events.emit('forwarding:changed', options.forwarding())
    options.onCounts()
  }

  return {
    stored(summary, isNew) {
      if (!isNew) return changed(summary.id)
      if (watchers > 0) fresh.add(summary)
      news.add({ kind: 'new', summary, watch: watches })
      recounts.add(null)
    },
    repeated(id) {
      news.add({ kind: 'repeated', id })
      recounts.add(null)
    },
    changed,
    delivered(id, change) {
      if (watchers > 0) news.add({ kind: fresh.change(id, change) ? 'delivered' : 'changed', id })
      recounts.add(null)
    },
    deleted(ids) {
      for (const id of ids) fresh.forget(id)
      options.events.emit('requests:deleted', { ids })
      recounts.add(null)
    },
    restored(ids) {
      const tell = (): void => run(tellRestored(ids), tell)
      tell()
      recounts.add(null)
    },
    marked() {
      fresh.forgetAll()
      recounts.add(null)
    },
    recount() {
      recounts.add(null)
    },
    watch() {
      if (watchers === 0) watches += 1
      watchers += 1
      let isOver = false
      return () => {
        if (!isOver) endWatch()
        isOver = true
      }
    },
    counts: () => counts,
    stop() {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
      news.stop()
      recounts.stop()
    },
  }
}
