import { createHash } from 'node:crypto'
import { vi } from 'vitest'
import { createForwarder } from '../../core/forwarding/create-forwarder.ts'
import type { Forwarder, ForwarderOptions, ForwarderStore, SendableRequest } from '../../core/forwarding/forwarder.ts'
import type { DeliveryChange, NewAttempt, PlannedDelivery, StoredDelivery } from '../../core/history/history.ts'
import { DeliveryId, RequestId, TargetId, type SourceId } from '../../protocol/ids.ts'
import { TargetOptions, type Target, type TargetStatus } from '../../protocol/target.ts'

export type KeptDelivery = {
  readonly id: DeliveryId
  readonly requestId: RequestId
  readonly targetId: TargetId | null
  state: string
  holdReason: string | null
  readonly states: string[]
  readonly attempts: NewAttempt[]
}

/** A history in memory: the forwarder's port to it, with commits that take a moment as real ones do. */
export class MemoryStore implements ForwarderStore {
  readonly deliveries = new Map<DeliveryId, KeptDelivery>()
  readonly requests = new Map<RequestId, { request: SendableRequest; body: Uint8Array }>()
  /** Ids in the order in which their attempts were recorded. */
  readonly finished: DeliveryId[] = []
  failing: Error | null = null
  loads = 0

  async load(ids: readonly RequestId[]): Promise<readonly (SendableRequest | null)[]> {
    await commit()
    this.loads += ids.length
    if (this.failing) throw this.failing
    return ids.map((id) => {
      const kept = this.requests.get(id)
      if (kept === undefined) return null
      const isSmall = kept.body.length <= 256 * 1024
      return {
        ...kept.request,
        isProven: false,
        body: isSmall && kept.body.length === kept.request.bodyBytes ? kept.body.slice() : null,
      }
    })
  }

  async readBody(id: RequestId, from: number, to: number): Promise<Uint8Array | null> {
    await commit()
    return this.requests.get(id)?.body.slice(from, to) ?? null
  }

  async change(changes: readonly DeliveryChange[]): Promise<void> {
    await commit()
    if (this.failing) throw this.failing
    for (const change of changes) this.#apply(change)
  }

  async finishAttempt(attempt: NewAttempt, change: DeliveryChange): Promise<void> {
    await commit()
    if (this.failing) throw this.failing
    this.deliveries.get(attempt.deliveryId)?.attempts.push(attempt)
    this.finished.push(attempt.deliveryId)
    this.#apply(change)
  }

  add(planned: PlannedDelivery, requestId: RequestId): StoredDelivery {
    const id = DeliveryId.parse(this.deliveries.size + 1)
    const { targetId, state, holdReason } = planned
    this.deliveries.set(id, { id, requestId, targetId, state, holdReason, states: [state], attempts: [] })
    return { ...planned, id, requestId }
  }

  #apply(change: DeliveryChange): void {
    const delivery = this.deliveries.get(change.id)
    if (!delivery) return
    delivery.state = change.state
    delivery.holdReason = change.holdReason
    delivery.states.push(change.state)
  }
}

const commit = () => new Promise((resolve) => setImmediate(resolve))

export type Sample = {
  readonly method?: string
  readonly rest?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: Uint8Array | string
  readonly remote?: string | null
}

export type Desk = {
  readonly forwarder: Forwarder
  readonly store: MemoryStore
  readonly problems: unknown[]
  /** Latest status of each target. */
  readonly statuses: Map<TargetId, TargetStatus>
  setTargets(...targets: readonly TargetWish[]): readonly TargetId[]
  request(sample?: Sample): SendableRequest
  /** As the engine does it: plan, store, start. */
  capture(sample?: Sample, sourceId?: SourceId | null): Promise<readonly KeptDelivery[]>
  resend(request: SendableRequest, targets?: readonly TargetId[]): Promise<readonly KeptDelivery[]>
  delivery(id: DeliveryId): KeptDelivery
  all(): readonly KeptDelivery[]
  stop(): Promise<void>
}

export type TargetWish = { url: string; options?: Partial<TargetOptions>; held?: boolean }

/** A forwarder with a history in memory, and the part of the engine that feeds it. */
export function openDesk(options: Partial<ForwarderOptions> = {}): Desk {
  const store = new MemoryStore()
  const problems: unknown[] = []
  const statuses = new Map<TargetId, TargetStatus>()
  let targetIds: readonly TargetId[] = []
  const forwarder = createForwarder({
    store,
    // Finer than ms, so that the order of starts shows.
    now: () => performance.timeOrigin + performance.now(),
    monotonic: () => performance.now(),
    listListening: async () => [],
    markResends: () => true,
    onDelivery: () => {},
    marks: { begun() {}, answered() {}, ended() {}, waits() {} },
    onTarget: (status) => statuses.set(status.id, status),
    onStoreFailure: (error) => problems.push(error),
    probeEveryMs: 40,
    ...options,
  })

  function request(sample: Sample = {}): SendableRequest {
    const body = typeof sample.body === 'string' ? Buffer.from(sample.body) : (sample.body ?? new Uint8Array(0))
    const mount = '/in/0d2c9c62-3a3b-4a44-9d1f-7c8f3a8d9b10'
    const made: SendableRequest = {
      id: RequestId.parse(store.requests.size + 1),
      uid: `uid-${store.requests.size + 1}`,
      method: sample.method ?? 'POST',
      requestTarget: mount + (sample.rest ?? ''),
      mountBytes: mount.length,
      headers: (sample.headers ?? [['Host', 'relay.example']]).map(([name, value]) => [name, value]),
      remote: sample.remote === undefined ? '203.0.113.9' : sample.remote,
      scheme: 'https',
      bodyBytes: body.length,
      bodySha256: createHash('sha256').update(body).digest('hex'),
      isProven: true,
      body: body.length > 256 * 1024 ? null : body,
    }
    store.requests.set(made.id, { request: made, body })
    return made
  }

  async function deliver(
    made: SendableRequest,
    wish: { sourceId: SourceId | null; targets: readonly TargetId[]; reason: PlannedDelivery['reason'] },
    atHand: boolean,
  ): Promise<readonly KeptDelivery[]> {
    const planned = forwarder.plan(wish)
    await commit()
    const stored = planned.map((each) => store.add(each, made.id))
    forwarder.start(stored, { sourceId: wish.sourceId, request: atHand ? made : null })
    return stored.map(({ id }) => delivery(id))
  }

  function delivery(id: DeliveryId): KeptDelivery {
    const kept = store.deliveries.get(id)
    if (!kept) throw new Error(`no delivery ${id}`)
    return kept
  }

  return {
    forwarder,
    store,
    problems,
    statuses,
    setTargets(...targets) {
      targetIds = targets.map((_, index) => TargetId.parse(index + 1))
      forwarder.setTargets(targets.map((wish, index) => toTarget(index + 1, wish)))
      return targetIds
    },
    request,
    capture: (sample, sourceId = null) =>
      deliver(request(sample), { sourceId, targets: targetIds, reason: 'captured' }, true),
    resend: (made, targets = targetIds) => deliver(made, { sourceId: null, targets, reason: 'resend' }, false),
    delivery,
    all: () => [...store.deliveries.values()],
    stop: () => forwarder.stop(0),
  }
}

/** Waits until nothing is thrown, as long as a busy machine may need. */
export function until<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 5 })
}

function toTarget(id: number, wish: TargetWish): Target {
  return {
    id: TargetId.parse(id),
    url: wish.url,
    options: TargetOptions.parse(wish.options ?? {}),
    held: wish.held ?? false,
    createdAt: 0,
  }
}
