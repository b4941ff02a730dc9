import type { DeliveryId, RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { Target, TargetStatus } from '../../protocol/target.ts'
import { isLive } from '../history/delivery-digest.ts'
import type { LiveDelivery, PlannedDelivery, StoredDelivery } from '../history/history.ts'
import { AtHand } from './at-hand.ts'
import { DeliveryWrites } from './delivery-writes.ts'
import type { Forwarder, ForwarderOptions, SendableRequest } from './forwarder.ts'
import { Pace } from './pace.ts'
import { sharedListing } from './shared-listing.ts'
import { parseTargetUrl } from './target-address.ts'
import type { QueueContext } from './queue-context.ts'
import { TargetQueue } from './target-queue.ts'
import type { Waiting } from './waiting-list.ts'

/** Statuses are drawn, so nobody needs them more often. */
const TELL_EVERY_MS = 100

/** The forwarder described in forwarder.ts. Nothing is sent before `setTargets`. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  return new TargetQueues(options)
}

class TargetQueues implements Forwarder {
  readonly #context: QueueContext
  readonly #options: ForwarderOptions
  readonly #writes: DeliveryWrites
  readonly #pace: Pace
  readonly #targets = new Map<TargetId, Target>()
  /** The queue of the current URL comes last; before it those of earlier URLs, until they are empty. */
  readonly #queues = new Map<TargetId, TargetQueue[]>()
  readonly #heldSources = new Set<SourceId>()
  readonly #changedTargets = new Set<TargetId>()
  /** Deliveries that were taken over and whose end is not committed yet. */
  readonly #known = new Set<DeliveryId>()
  /** Those, and what was started since: kept while it is looked for what nobody started. */
  #seen: Set<DeliveryId> | null = null
  #isForwarding = true
  #order = 0
  #tellTimer: NodeJS.Timeout | null = null
  #isStopped = false

  constructor(given: ForwarderOptions) {
    const onDelivery: ForwarderOptions['onDelivery'] = (news) => {
      if (!isLive(news.change.state)) this.#known.delete(news.deliveryId)
      given.onDelivery(news)
    }
    const options = { ...given, onDelivery, listListening: sharedListing(given) }
    this.#options = options
    this.#writes = new DeliveryWrites(options.store, {
      failure: options.onStoreFailure,
      relief: () => this.#pumpAll(),
      retry: () => this.resumeAfterFailure(),
    })
    this.#pace = new Pace(options.monotonic, () => this.#pumpAll())
    this.#context = {
      options,
      writes: this.#writes,
      pace: this.#pace,
      atHand: new AtHand(),
      outerHold: (sourceId) => this.#outerHold(sourceId),
      nextOrder: () => (this.#order += 1),
      onChange: (id) => this.#tellSoon(id),
    }
  }

  setTargets(targets: readonly Target[]): void {
    const kept = new Set(targets.map(({ id }) => id))
    for (const id of this.#targets.keys()) if (!kept.has(id)) this.#dropTarget(id)
    for (const target of targets) {
      this.#targets.set(target.id, target)
      this.#queueOf(target, target.url)
      this.#forgetEmptied(target)
      for (const queue of this.#queuesOf(target.id)) {
        queue.setTarget(target)
        queue.refresh()
      }
    }
  }

  setForwarding(on: boolean): void {
    if (on === this.#isForwarding) return
    this.#isForwarding = on
    this.#refreshAll()
  }

  isForwarding(): boolean {
    return this.#isForwarding
  }

  setSourceHeld(id: SourceId, held: boolean): void {
    if (held === this.#heldSources.has(id)) return
    if (held) this.#heldSources.add(id)
    else this.#heldSources.delete(id)
    this.#refreshAll()
  }

  async dropSource(id: SourceId): Promise<void> {
    await this.#cancelWaiting((item) => item.sourceId === id)
    this.setSourceHeld(id, false)
  }

  async dropRequests(ids: readonly RequestId[]): Promise<void> {
    const gone = new Set(ids)
    await this.#cancelWaiting((item) => gone.has(item.requestId))
  }

  setAside(ids: readonly RequestId[]): (some?: readonly RequestId[]) => void {
    const meant = new Set(ids)
    const aside = this.#all().map((queue) => ({ queue, items: queue.setAside((item) => meant.has(item.requestId)) }))
    return (some) => {
      const wanted = some && new Set(some)
      for (const { queue, items } of aside) {
        queue.takeBack(items.filter(({ requestId }) => wanted?.has(requestId) ?? true))
      }
    }
  }

  plan(wish: Parameters<Forwarder['plan']>[0]): readonly PlannedDelivery[] {
    const planned: PlannedDelivery[] = []
    for (const id of wish.targets) {
      const target = this.#targets.get(id)
      if (!target) continue
      const queue = this.#queueOf(target, target.url)
      // A URL that nothing can be sent to was stored by an earlier version, if ever.
      if (queue === null)
        planned.push({ targetId: id, url: target.url, reason: wish.reason, state: 'failed', holdReason: null })
      else planned.push(queue.plan(wish.sourceId, wish.reason))
    }
    return planned
  }

  start(
    deliveries: readonly StoredDelivery[],
    context: { sourceId: SourceId | null; request: SendableRequest | null },
  ): void {
    for (const delivery of deliveries) {
      // Planned so, because nothing can be sent to its URL.
      if (delivery.state === 'failed') continue
      this.#note(delivery.id)
      const queue = this.#find(delivery)
      if (queue) queue.start(delivery, context.sourceId, context.request)
      else this.#cancelOrphan(delivery)
    }
  }

  abandon(planned: readonly PlannedDelivery[]): void {
    for (const delivery of planned) this.#find(delivery)?.abandon(delivery)
  }

  resume(live: readonly LiveDelivery[]): void {
    for (const delivery of live) {
      this.#note(delivery.id)
      const target = delivery.targetId === null ? undefined : this.#targets.get(delivery.targetId)
      const queue = target ? this.#queueOf(target, delivery.url) : null
      if (queue) queue.resume(delivery)
      else this.#cancelOrphan(delivery)
    }
    this.#refreshAll()
  }

  async adopt(read: () => Promise<readonly LiveDelivery[]>): Promise<void> {
    const seen = new Set(this.#known)
    this.#seen = seen
    let live: readonly LiveDelivery[] = []
    try {
      live = await read()
      // What was stored before `read` is started by those who stored it, in this turn.
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      this.#seen = null
    }
    // A redelivery is started only after its request was read back.
    const isLost = ({ id, reason }: LiveDelivery) => !seen.has(id) && reason !== 'relay-redelivery'
    if (!this.#isStopped) this.resume(live.filter(isLost))
  }

  heldCount(): number {
    if (this.#isForwarding) return 0
    let count = 0
    for (const queue of this.#all()) count += queue.waitingForSwitch((id) => this.#heldSources.has(id)).count
    return count
  }

  async skipHeld(keepLast: number): Promise<number> {
    if (this.#isForwarding) return 0
    const held: { item: Waiting; queue: TargetQueue }[] = []
    for (const queue of this.#all()) {
      const { items } = queue.waitingForSwitch((id) => this.#heldSources.has(id))
      for (const item of items()) held.push({ item, queue })
    }
    held.sort((a, b) => a.item.order - b.item.order)
    const skipped = held.slice(0, Math.max(0, held.length - keepLast))
    const byQueue = new Map<TargetQueue, Waiting[]>()
    for (const { item, queue } of skipped) addTo(byQueue, queue, item)
    await Promise.all([...byQueue].map(([queue, items]) => queue.end(items, 'skipped')))
    return skipped.length
  }

  setPace(perSecond: number | null): void {
    this.#pace.set(perSecond)
    this.#pumpAll()
  }

  async cancel(id: DeliveryId): Promise<boolean> {
    for (const queue of this.#all()) {
      // One after the other: a delivery is in one queue only.
      if (await queue.cancel(id)) return true
    }
    return false
  }

  tryNow(id: DeliveryId): boolean {
    return this.#all().some((queue) => queue.tryNow(id))
  }

  probe(id: TargetId): void {
    for (const queue of this.#queuesOf(id)) queue.probe()
  }

  statuses(): readonly TargetStatus[] {
    return [...this.#targets.keys()].map((id) => this.#status(id)).filter((status) => status !== null)
  }

  holdReason(targetId: TargetId, sourceId: SourceId | null) {
    const queue = this.#queuesOf(targetId).at(-1)
    return queue ? queue.holdReason(sourceId) : this.#outerHold(sourceId)
  }

  resumeAfterFailure(): void {
    if (!this.#writes.isBroken) return
    this.#writes.resume()
    this.#refreshAll()
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true
    this.#pace.stop()
    if (this.#tellTimer) clearTimeout(this.#tellTimer)
    await Promise.all(this.#all().map((queue) => queue.stop(graceMs)))
    await this.#writes.stop()
  }

  async #cancelWaiting(isMeant: (item: Waiting) => boolean): Promise<void> {
    await Promise.all(this.#all().map((queue) => queue.cancelWaiting(isMeant)))
  }

  #note(id: DeliveryId): void {
    this.#known.add(id)
    this.#seen?.add(id)
  }

  #outerHold(sourceId: SourceId | null): 'forwarding' | 'source' | null {
    if (!this.#isForwarding) return 'forwarding'
    return sourceId !== null && this.#heldSources.has(sourceId) ? 'source' : null
  }

  #all(): TargetQueue[] {
    return [...this.#queues.values()].flat()
  }

  #queuesOf(id: TargetId): readonly TargetQueue[] {
    return this.#queues.get(id) ?? []
  }

  #find(delivery: PlannedDelivery): TargetQueue | undefined {
    if (delivery.targetId === null) return undefined
    return this.#queuesOf(delivery.targetId).find(({ url }) => url === delivery.url)
  }

  /** A delivery goes to the URL that its target had when it was made. */
  #queueOf(target: Target, url: string): TargetQueue | null {
    const queues = this.#queues.get(target.id) ?? []
    const known = queues.find((queue) => queue.url === url)
    if (known) {
      if (url === target.url && queues.at(-1) !== known)
        this.#queues.set(target.id, [...queues.filter((each) => each !== known), known])
      return known
    }
    const address = parseTargetUrl(url)
    if (address === null) return null
    const queue = new TargetQueue({ ...target, url }, address, this.#context)
    this.#queues.set(target.id, url === target.url ? [...queues, queue] : [queue, ...queues])
    return queue
  }

  #forgetEmptied(target: Target): void {
    const queues = this.#queuesOf(target.id)
    const kept = queues.filter((queue) => queue.url === target.url || !queue.isEmpty)
    for (const queue of queues) if (!kept.includes(queue)) void queue.stop(0)
    this.#queues.set(target.id, kept)
  }

  #dropTarget(id: TargetId): void {
    for (const queue of this.#queuesOf(id)) void queue.cancelAll()
    this.#targets.delete(id)
    this.#queues.delete(id)
  }

  #cancelOrphan({ id, requestId, url }: Pick<StoredDelivery, 'id' | 'requestId' | 'url'>): void {
    const change = { state: 'cancelled', holdReason: null } as const
    void this.#writes
      .change([{ id, ...change, nextAttemptAt: null }])
      .then(() => this.#options.onDelivery({ requestId, deliveryId: id, url, change }))
  }

  #refreshAll(): void {
    for (const queue of this.#all()) queue.refresh()
  }

  #pumpAll(): void {
    for (const queue of this.#all()) queue.pump()
  }

  #status(id: TargetId): TargetStatus | null {
    const [current, ...earlier] = this.#queuesOf(id).toReversed()
    if (!current) return null
    let status = current.status()
    for (const queue of earlier) {
      const { queued, held, sending } = queue.status()
      status = {
        ...status,
        queued: status.queued + queued,
        held: status.held + held,
        sending: status.sending + sending,
      }
    }
    return status
  }

  #tell(id: TargetId): void {
    const status = this.#status(id)
    if (status !== null) this.#options.onTarget(status)
  }

  #tellSoon(id: TargetId): void {
    if (this.#isStopped) return
    this.#changedTargets.add(id)
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = null
      if (this.#pace.isSet && this.#all().every((queue) => queue.onceHeld === 0)) this.#pace.set(null)
      const changed = [...this.#changedTargets]
      this.#changedTargets.clear()
      for (const target of changed) this.#tell(target)
    }, TELL_EVERY_MS)
  }
}

function addTo(groups: Map<TargetQueue, Waiting[]>, queue: TargetQueue, item: Waiting): void {
  const group = groups.get(queue)
  if (group) group.push(item)
  else groups.set(queue, [item])
}
