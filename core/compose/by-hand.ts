import type { RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { ResendJob } from '../../protocol/resend.ts'
import type { Target } from '../../protocol/target.ts'
import type { StoredRequests } from '../engine/stored-requests.ts'
import type { LiveView } from '../engine/live-view.ts'
import { createCopyAs, type CopyAs } from '../export/copy-as.ts'
import { createOneShots, type OneShotOptions, type OneShots } from '../forwarding/one-shots.ts'
import type { History, LiveDelivery } from '../history/history.ts'
import { createDrafts, type Drafts } from './drafts.ts'
import { createResendJobs, type ResendJobs } from './resend-jobs.ts'
import type { DraftSigningParts } from './send-draft.ts'
import { createSendByHand } from './send-by-hand.ts'

/** All that a person sends by hand: drafts, resends to any URL, and many resends one after the other. */
export type ByHand = {
  readonly drafts: Drafts
  readonly resends: ResendJobs
  readonly oneShots: OneShots
  readonly copyAs: CopyAs
  /** Sends a stored request again, unchanged, to this URL, at once. Gives how many deliveries were made. */
  resendTo(id: RequestId, url: string): Promise<number>
  /** The same to where it belongs: its source's targets, or where it was sent if a person composed it. */
  resend(id: RequestId): Promise<number>
  /** Where a composed request was sent; null for all others. */
  composedUrl(id: RequestId): Promise<string | null>
  /** Those of these deliveries of which nobody here knows. */
  strange(live: readonly LiveDelivery[]): Promise<readonly LiveDelivery[]>
  stop(graceMs: number): Promise<void>
}

export type ByHandOptions = OneShotOptions & {
  readonly history: History
  readonly signing: DraftSigningParts
  readonly stored: StoredRequests
  readonly live: () => LiveView
  readonly targets: () => readonly Target[]
  readonly targetsOf: (id: SourceId) => readonly TargetId[]
  readonly cancelDelivery: (id: LiveDelivery['id']) => Promise<unknown>
  readonly onResends: (job: ResendJob) => void
}

export function createByHand(options: ByHandOptions): ByHand {
  const { history, stored, onStoreFailure: onProblem } = options
  const oneShots = createOneShots({
    ...options,
    onDelivery: (news) => {
      options.onDelivery(news)
      resends.heard(news)
    },
  })
  const sender = createSendByHand({
    deliveries: history.deliveries,
    oneShots,
    load: (ids) => stored.load(ids),
    targets: options.targets,
    onResent: (id) => options.live().changed(id),
    onProblem,
  })
  const resendTo = async (id: RequestId, url: string) => sender.resend((await stored.whole(id)).id, url)
  const composedUrl = async (id: RequestId) => {
    const { kind } = await stored.whole(id)
    const [first] = kind === 'composed' ? await history.deliveries.of(id) : []
    return first?.url ?? null
  }
  const resendOwn = async (id: RequestId) => {
    const url = await composedUrl(id)
    return url === null ? stored.resend(id, null) : sender.resend(id, url)
  }
  const resends = createResendJobs({
    resend: (id, to) => {
      if (to.kind === 'url') return resendTo(id, to.url)
      return to.kind === 'target' ? stored.resend(id, to.id) : resendOwn(id)
    },
    deliveries: history.deliveries,
    cancelDelivery: options.cancelDelivery,
    now: options.now,
    monotonic: options.monotonic,
    onChange: options.onResends,
    onProblem,
  })
  const drafts = createDrafts({
    history,
    byHand: sender,
    targets: options.targets,
    targetsOf: (id) => (id === null ? [] : options.targetsOf(id)),
    signing: options.signing,
    now: options.now,
    onSent: (sent) => {
      options.live().stored(sent, true)
      if (sent.parentId !== null) options.live().changed(sent.parentId)
    },
  })
  return {
    drafts,
    resends,
    oneShots,
    copyAs: createCopyAs({ requests: history.requests, contentOf: (request) => drafts.contentOf(request) }),
    resendTo: async (id, url) => (await resendTo(id, url)).length,
    resend: async (id) => (await resendOwn(id)).length,
    composedUrl,
    async strange(live) {
      // What was stored before this is started by those who stored it, in this turn.
      await new Promise((resolve) => setImmediate(resolve))
      return live.filter(({ id }) => !oneShots.has(id))
    },
    async stop(graceMs) {
      resends.stop()
      await oneShots.stop(graceMs)
    },
  }
}
