import type { Delivery, DeliveryState } from '../../protocol/delivery.ts'
import type { DeliveryId } from '../../protocol/ids.ts'
import type { DeliveryNews } from '../forwarding/forwarder.ts'
import { isLive, worstOf } from '../history/delivery-digest.ts'
import type { StoredDelivery } from '../history/history.ts'

/** The state that stands for several deliveries of one request, with its answer, or why there is none. */
type Summary = {
  readonly state: DeliveryState
  readonly status: number | null
  readonly latencyMs: number | null
  readonly message: string | null
}

/** Deliveries of which somebody wants to know what becomes of them. */
export type WatchedDeliveries = {
  /**
   * Resolves when none of them is under way any more: ended, or held. `onState` is told of each change of the whole, `onEnd` each time that nothing more is to
   * come, which of a held one may be much later.
   */
  follow(
    deliveries: readonly StoredDelivery[],
    onState: (worst: DeliveryState) => void,
    onEnd: () => Promise<void>,
  ): Promise<void>
  heard(news: DeliveryNews): void
  /** Those that have not gone out. */
  waiting(): readonly DeliveryId[]
  summary(deliveries: readonly Delivery[]): Summary | null
}

type Group = {
  readonly states: Map<DeliveryId, DeliveryState>
  readonly tell: () => void
}

export function createWatchedDeliveries(onProblem: (problem: unknown) => void): WatchedDeliveries {
  const groups = new Map<DeliveryId, Group>()

  function follow(
    deliveries: readonly StoredDelivery[],
    onState: (worst: DeliveryState) => void,
    onEnd: () => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve) => {
      const states = new Map(deliveries.map(({ id, state }): [DeliveryId, DeliveryState] => [id, state]))
      const tell = (): void => {
        const all = [...states.values()]
        const worst = worstOf(all.map((state) => ({ state, status: null })))
        if (worst) onState(worst.state)
        if (all.every((state) => !isLive(state))) {
          for (const id of states.keys()) groups.delete(id)
          // Only once what is told is whole, or cannot be had, the next may begin.
          onEnd().catch(onProblem).finally(resolve)
        } else if (all.every((state) => state === 'held' || !isLive(state))) resolve()
      }
      const group = { states, tell }
      for (const id of states.keys()) groups.set(id, group)
      tell()
    })
  }

  return {
    follow,
    heard({ deliveryId, change }) {
      const group = groups.get(deliveryId)
      if (group === undefined) return
      group.states.set(deliveryId, change.state)
      group.tell()
    },
    waiting: () =>
      [...groups].flatMap(([id, { states }]) => {
        const state = states.get(id)
        return state === 'held' || state === 'queued' ? [id] : []
      }),
    summary(deliveries) {
      const ends = deliveries.map((delivery) => {
        const attempt = delivery.attempts.at(-1)
        const status = attempt?.answer?.status ?? null
        const latencyMs = attempt?.answer ? attempt.timings.totalMs : null
        return { state: delivery.state, status, latencyMs, message: attempt?.failure?.message ?? null }
      })
      return worstOf(ends) ?? null
    },
  }
}
