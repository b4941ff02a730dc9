import type { DeliveryState, HoldReason } from '../../protocol/delivery.ts'
import type { DeliveryId, SourceId } from '../../protocol/ids.ts'
import type { Target, TargetStatus } from '../../protocol/target.ts'
import type { LiveDelivery, PlannedDelivery, StoredDelivery } from '../history/history.ts'
import { attemptDelivery, type AttemptResult } from './attempt-delivery.ts'
import { ConnectionPool } from './connection-pool.ts'
import { DeliveryStates } from './delivery-states.ts'
import { Flights } from './flights.ts'
import type { SendableRequest } from './forwarder.ts'
import { LineUp, type Comer } from './line-up.ts'
import type { QueueContext } from './queue-context.ts'
import { settleWithin } from './settle-within.ts'
import { Slots } from './slots.ts'
import type { TargetAddress } from './target-address.ts'
import { TargetWatch } from './target-watch.ts'
import { Tempo } from './tempo.ts'
import { newWaiting, WaitingList, type Waiting } from './waiting-list.ts'

/** The deliveries to one URL of one target: started in order of arrival, at most N in flight, held while somebody says so or nobody listens. */
export class TargetQueue {
  readonly url: string
  readonly #address: TargetAddress
  readonly #context: QueueContext
  readonly #pool: ConnectionPool
  readonly #watch: TargetWatch
  readonly #states: DeliveryStates
  readonly #waiting = new WaitingList()
  readonly #flights: Flights
  readonly #lineUp: LineUp
  readonly #slots = new Slots()
  readonly #tempo = new Tempo()
  /** Whether nothing holds what comes from this source. */
  readonly #passes = (sourceId: SourceId | null): boolean => this.holdReason(sourceId) === null
  #target: Target
  /** An attempt without connection that is being recorded: its delivery has to be back in line before anything starts. */
  #recording: Promise<void> | null = null
  #isStopped = false
  #isRetired = false
  #isBreakingOff = false

  constructor(target: Target, address: TargetAddress, context: QueueContext) {
    this.url = target.url
    this.#target = target
    this.#address = address
    this.#context = context
    this.#pool = new ConnectionPool(address, target.options.allowSelfSigned)
    this.#states = new DeliveryStates({
      url: this.url,
      writes: context.writes,
      hooks: context.options,
      holdReason: (sourceId) => this.holdReason(sourceId),
      waiting: this.#waiting,
    })
    this.#flights = new Flights({
      monotonic: context.options.monotonic,
      show: (items) => void this.#states.write(items, 'sending'),
    })
    this.#lineUp = new LineUp({
      store: context.options.store,
      onReady: () => this.#launchReady(),
      onFailure: (error) => this.#failed(error),
    })
    this.#watch = new TargetWatch({
      address,
      probeEveryMs: context.options.probeEveryMs ?? 1000,
      now: context.options.now,
      listListening: context.options.listListening,
      onChange: () => this.#changed(),
      onBack: () => this.refresh(),
      onLost: () => this.refresh(),
    })
    void this.#watch.findProcess()
  }

  /** Whether nothing more will come of it once its target has another URL. */
  get isEmpty(): boolean {
    return this.#sizes().total === 0 && this.#slots.promised + this.#slots.planned === 0 && this.#recording === null
  }

  get onceHeld(): number {
    return this.#waiting.onceHeld + this.#lineUp.onceHeld
  }

  setTarget(target: Target): void {
    this.#target = target
    this.#pool.setAllowSelfSigned(target.options.allowSelfSigned)
  }

  holdReason(sourceId: SourceId | null): HoldReason | null {
    return this.#context.outerHold(sourceId) ?? this.ownHold()
  }

  ownHold(): HoldReason | null {
    if (this.#target.held) return 'target'
    return this.#watch.isDown ? 'nothing-listens' : null
  }

  plan(sourceId: SourceId | null, reason: PlannedDelivery['reason']): PlannedDelivery {
    const holdReason = this.holdReason(sourceId)
    const state = holdReason !== null ? 'held' : this.#canSendNow() ? 'sending' : 'queued'
    this.#slots.plan({ state })
    return { targetId: this.#target.id, url: this.url, reason, state, holdReason }
  }

  abandon(planned: PlannedDelivery): void {
    this.#slots.settle(planned)
    this.pump()
  }

  start(delivery: StoredDelivery, sourceId: SourceId | null, request: SendableRequest | null): void {
    this.#slots.settle(delivery)
    if (delivery.state === 'failed') return
    const stored = delivery.state === 'held' ? (delivery.holdReason ?? 'target') : delivery.state
    const item = newWaiting(delivery, sourceId, stored, this.#context.nextOrder())
    const isOpen = this.#passes(sourceId)
    // A slot was promised to it, unless one that came before it lacks one meanwhile.
    if (stored === 'sending' && isOpen && this.#canStart() && !this.#someWait()) {
      this.#lineUp.add([{ item, request }])
      this.#launchReady()
      return
    }
    if (isOpen && request !== null) this.#context.atHand.keep(item, request)
    this.#waiting.push(item)
    // Most wait for a moment only, and stand as what they are.
    if (!isOpen || stored !== 'queued') void this.#states.writeWaiting([item])
    this.pump()
  }

  resume(live: LiveDelivery): void {
    const stored = live.state === 'sending' ? 'sending' : (live.holdReason ?? 'queued')
    this.#waiting.push(newWaiting(live, live.sourceId, stored, this.#context.nextOrder()))
  }

  /** After a hold began or ended. */
  refresh(): void {
    this.#putBack((item) => !this.#passes(item.sourceId))
    void this.#states.writeAllWaiting()
    this.pump()
    this.#changed()
  }

  /** Starts what may start. Cheap when nothing may. */
  pump(): void {
    if (!this.#canStart()) return
    this.#launchReady()
    this.#lineUp.fill(this.#target.options.inFlight + this.#tempo.ahead, () => this.#takeNext())
    this.#launchReady()
  }

  /** Waiting deliveries for which only the switch of all forwarding stands in the way. */
  waitingForSwitch(isSourceHeld: (id: SourceId) => boolean): { count: number; items: () => Waiting[] } {
    const passes = (sourceId: SourceId | null) =>
      this.ownHold() === null && (sourceId === null || !isSourceHeld(sourceId))
    return {
      count: this.#waiting.count(passes),
      items: () => [...this.#waiting].filter((item) => passes(item.sourceId)),
    }
  }

  /** Takes waiting deliveries out for good. */
  async end(items: readonly Waiting[], state: Extract<DeliveryState, 'skipped' | 'cancelled'>): Promise<void> {
    const meant = new Set(items)
    const out = this.setAside((item) => meant.has(item))
    await this.#states.writeEnd(out, state)
  }

  /** The target is gone. What is in flight may end, and what finds nobody there is not tried again. */
  async cancelAll(): Promise<void> {
    this.#isRetired = true
    this.#watch.stop()
    await this.cancelWaiting(() => true)
  }

  /** Cancels those that are meant of all that have not been sent yet. Gives how many. */
  async cancelWaiting(isMeant: (item: Waiting) => boolean): Promise<number> {
    const items = this.setAside(isMeant)
    await this.#states.writeEnd(items, 'cancelled')
    return items.length
  }

  /** Takes out those that are meant of all that have not been sent yet; the history is told nothing. */
  setAside(isMeant: (item: Waiting) => boolean): readonly Waiting[] {
    this.#putBack(isMeant)
    const items = [...this.#waiting].filter(isMeant)
    this.#waiting.remove(new Set(items))
    for (const item of items) this.#context.atHand.take(item)
    this.#changed()
    this.pump()
    return items
  }

  /** Puts what was set aside where it stood. Its target may be gone since. */
  takeBack(items: readonly Waiting[]): void {
    for (const item of items) this.#waiting.push(item)
    void (this.#isRetired ? this.end(items, 'cancelled') : this.refresh())
  }

  async cancel(id: DeliveryId): Promise<boolean> {
    const flight = this.#flights.find(id)
    if (flight) {
      flight.cancel()
      return (await flight.done).outcome === 'cancelled'
    }
    return (await this.cancelWaiting((item) => item.id === id)) > 0
  }

  /** Whether the delivery waits for somebody to listen; then it is looked at once. */
  tryNow(id: DeliveryId): boolean {
    const isWaiting = this.#watch.isDown && this.#waiting.find(id) !== null
    if (isWaiting) this.#watch.probe()
    return isWaiting
  }

  probe(): void {
    this.#watch.probe()
  }

  status(): TargetStatus {
    const { queued, held } = this.#sizes()
    return { id: this.#target.id, ...this.#watch.status, queued, held, sending: this.#flights.size }
  }

  /** Sends nothing more; what is in flight may end within the grace, then it is broken off and not recorded. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true
    this.#watch.stop()
    this.#putBack(() => true)
    const ends = this.#flights.running().map(({ done }) => done)
    if (this.#recording) await this.#recording
    if (ends.length > 0) await settleWithin(graceMs, ends)
    this.#isBreakingOff = true
    this.#flights.breakOff()
    await Promise.all(ends)
    if (this.#recording) await this.#recording
    this.#states.stop()
    this.#pool.close()
  }

  #canStart(): boolean {
    const { writes } = this.#context
    const isReady = !this.#isStopped && !this.#isRetired && this.#recording === null && !this.#watch.isDown
    return isReady && !writes.isBroken && !writes.isBusy
  }

  #canSendNow(): boolean {
    const isFirst = this.#slots.planned === 0 && this.#lineUp.length === 0 && !this.#someWait()
    return isFirst && this.#hasFreeSlot && this.#canStart()
  }

  /** Whether something waits that nothing holds. */
  #someWait(): boolean {
    return this.#waiting.peek(this.#passes) !== null
  }

  get #hasFreeSlot(): boolean {
    return this.#flights.size + this.#slots.promised < this.#target.options.inFlight
  }

  #sizes(): { queued: number; held: number; total: number } {
    const waiting = this.#waiting.length
    const open = this.#waiting.count(this.#passes)
    const inLine = this.#lineUp.length
    return { queued: open + inLine, held: waiting - open, total: waiting + inLine + this.#flights.size }
  }

  #putBack(which: (item: Waiting) => boolean): void {
    const back = this.#lineUp.takeBack(which)
    for (const item of back) this.#waiting.push(item)
    void this.#states.writeWaiting(back)
  }

  #failed(error: unknown): void {
    this.#context.writes.fail(error)
    this.#putBack(() => true)
  }

  #takeNext(): Comer | null {
    const item = this.#waiting.peek(this.#passes)
    if (item !== null) this.#waiting.shift(item)
    return item && { item, request: this.#context.atHand.take(item) }
  }

  #launchReady(): void {
    if (!this.#canStart()) return
    for (let next = this.#lineUp.first(); next !== null; next = this.#lineUp.first()) {
      if (!this.#hasFreeSlot || (next.wasHeld && !this.#context.pace.take())) return
      const request = this.#lineUp.shift()
      if (request !== null) this.#launch(next, request)
      // Deleted meanwhile, or without a body that could be proven.
      else void this.#states.write([next], 'failed').then(() => this.pump())
    }
  }

  #launch(item: Waiting, request: SendableRequest): void {
    const { options } = this.#context
    const running = attemptDelivery({
      request,
      target: this.#address,
      options: this.#target.options,
      markResend: item.reason === 'resend' && options.markResends(),
      pool: this.#pool,
      store: options.store,
      now: options.now,
      monotonic: options.monotonic,
      onBegun: () => options.marks.begun(item.id),
      onEnd: (result) => this.#landed(item, result),
    })
    this.#flights.begin(item, running)
    this.#changed()
  }

  #landed(item: Waiting, result: AttemptResult): void {
    this.#flights.end(item.id)
    const { attempt, outcome } = result
    if (outcome === 'answered') this.#answered(item, attempt)
    if (outcome === 'no-connection' && !this.#isRetired) this.#lost(item, result)
    else if (!this.#isBreakingOff || outcome !== 'cancelled')
      this.#states.record(item, result, outcome === 'no-connection' ? 'cancelled' : outcome)
    if (attempt.timings.connectedMs !== null) this.#watch.seen()
    this.pump()
    this.#changed()
  }

  #answered({ id }: Waiting, { answer, timings }: AttemptResult['attempt']): void {
    if (answer !== null) this.#context.options.marks.answered(id, answer.status, timings.totalMs)
    this.#tempo.answered(timings.totalMs)
  }

  /** Nobody took the connection: the first to notice is recorded, all wait in order. */
  #lost(item: Waiting, result: AttemptResult): void {
    const { failure, reconnected } = result.attempt
    if (failure === null || this.#watch.isDown || this.#recording !== null) {
      // An earlier connection broke under it, so the target may have it already: that is told, as it goes out again.
      if (reconnected) this.#holdAgain(item, result)
      else this.#waiting.push(item)
      void this.#states.writeWaiting([item])
      return
    }
    this.#recording = this.#watch.lost(failure).then((described) => {
      this.#recording = null
      const told = { ...result, attempt: { ...result.attempt, failure: described } }
      if (this.#isRetired) this.#states.record(item, told, 'cancelled')
      else this.#holdAgain(item, told)
      this.refresh()
    })
    this.refresh()
  }

  #holdAgain(item: Waiting, result: AttemptResult): void {
    item.stored = this.holdReason(item.sourceId) ?? 'nothing-listens'
    item.wasHeld = true
    this.#states.record(item, result, 'held', item.stored)
    this.#waiting.push(item)
  }

  #changed(): void {
    this.#context.onChange(this.#target.id)
  }
}
