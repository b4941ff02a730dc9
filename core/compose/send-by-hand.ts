import { AppFailure } from '../../protocol/app-error.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { TargetOptions, type Target } from '../../protocol/target.ts'
import type { SendableRequest } from '../forwarding/forwarder.ts'
import type { OneShots } from '../forwarding/one-shots.ts'
import { parseTargetUrl, type TargetAddress } from '../forwarding/target-address.ts'
import type { HistoryDeliveries, PlannedDelivery, StoredDelivery } from '../history/history.ts'

/** Sends stored requests where a person says, at once: that place need not be a configured target. */
export type SendByHand = {
  /** A delivery to this URL, to be stored before it is started. */
  plan(url: string, reason: 'resend' | 'composed'): PlannedDelivery
  /** Starts what was stored. Resolves when it is under way. */
  start(delivery: StoredDelivery, address: TargetAddress): Promise<void>
  /** Sends a request that was received whole again, unchanged, to this URL. */
  resend(id: RequestId, url: string): Promise<readonly StoredDelivery[]>
}

export function createSendByHand(options: {
  readonly deliveries: HistoryDeliveries
  readonly oneShots: OneShots
  readonly load: (ids: readonly RequestId[]) => Promise<readonly (SendableRequest | null)[]>
  readonly targets: () => readonly Target[]
  readonly onResent: (id: RequestId) => void
  readonly onProblem: (problem: unknown) => void
}): SendByHand {
  /** Where a configured target is meant, its certificate and its breakpoints are known. */
  function optionsFor(address: TargetAddress): TargetOptions {
    const same = options.targets().find(({ url }) => parseTargetUrl(url)?.origin === address.origin)
    return same?.options ?? TargetOptions.parse({})
  }

  function plan(url: string, reason: 'resend' | 'composed'): PlannedDelivery {
    return { targetId: null, url, reason, state: 'sending', holdReason: null }
  }

  async function start(delivery: StoredDelivery, address: TargetAddress): Promise<void> {
    const { id, requestId, reason } = delivery
    const request = await loadFor(delivery)
    if (request === null) {
      await options.deliveries.change([{ id, state: 'failed', holdReason: null, nextAttemptAt: null }])
      options.onResent(requestId)
      throw new AppFailure({ code: 'not-found', message: 'This request was deleted before it could be sent.' })
    }
    const shot = { deliveryId: id, request, address, options: optionsFor(address), isResend: reason === 'resend' }
    options.oneShots.start(shot).catch(options.onProblem)
  }

  async function loadFor({ requestId }: StoredDelivery): Promise<SendableRequest | null> {
    const [request] = await options.load([requestId])
    return request ?? null
  }

  return {
    plan,
    start,
    async resend(id, url) {
      const address = parseTargetUrl(url)
      if (address === null) {
        throw new AppFailure({
          code: 'bad-input',
          message: 'This is not a URL that requests can be sent to.',
          field: 'url',
        })
      }
      const stored = await options.deliveries.add(id, [plan(url, 'resend')])
      options.onResent(id)
      for (const delivery of stored) await start(delivery, address)
      return stored
    },
  }
}
