import { AppFailure } from '../../protocol/app-error.ts'
import type { DeliveryId, RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { ForwardingStatus, Release, RequestFull, SampleName } from '../../protocol/ipc.ts'
import type { ListeningPort } from '../../protocol/delivery.ts'
import { isMutedBy } from '../../protocol/mutes.ts'
import type { Mute } from '../../protocol/settings.ts'
import type { CustomScheme } from '../../protocol/signature.ts'
import type { SourceStatus } from '../../protocol/source.ts'
import { createByHand, type ByHand } from '../compose/by-hand.ts'
import type { DeliveryNews } from '../forwarding/forwarder.ts'
import { createForwarder } from '../forwarding/create-forwarder.ts'
import { createStartMarks } from '../forwarding/start-marks.ts'
import type { DeliveryChange, History, NewAttempt } from '../history/history.ts'
import type { Secrets } from '../secrets.ts'
import { straightNetwork, type Network } from '../network/network.ts'
import { createRelayClient } from '../sources/creel/client.ts'
import { createSmeeClient } from '../sources/smee/client.ts'
import { createCanaries, type CanaryProof } from './canary.ts'
import { createCapture } from './capture.ts'
import type { Deletions } from './deletions.ts'
import { createEngineEvents, type EngineListener } from './events.ts'
import { createForwardingSwitch, type SwitchAnswer } from './forwarding-switch.ts'
import { toHistoryStatus } from './history-status.ts'
import { startKeeping, type HistoryKeeper } from './keep-history.ts'
import { createLiveView, type LiveView } from './live-view.ts'
import { sampleUrl, sendSample } from './send-sample.ts'
import { NO_LIMITS, type Limits, type Retention } from './retention.ts'
import { createSignatures, type Signatures } from './signatures.ts'
import { createSourceSet, type SourceSet } from './source-set.ts'
import { createStoredRequests } from './stored-requests.ts'
import { takeUp } from './take-up.ts'
import { createTargetSet, type TargetSet } from './target-set.ts'

export type EngineOptions = {
  readonly history: History
  readonly secrets: Secrets
  readonly agent: { readonly name: string; readonly version: string }
  /** This installation's subscription name, so that two computers never share by accident. */
  readonly subscription: string
  readonly now: () => number
  readonly monotonic: () => number
  readonly random: () => number
  readonly listListening: () => Promise<readonly ListeningPort[]>
  readonly markResends: () => boolean
  /** How much is kept, asked anew whenever it is looked at; left out, nothing is ever deleted. */
  readonly limits?: () => Limits
  /** What nobody wants to hear of. */
  readonly mutes?: () => readonly Mute[]
  /** Schemes of signatures that a person made. */
  readonly customSchemes?: () => readonly CustomScheme[]
  /** What became of each delivery, as it is known. */
  readonly onDelivery?: ((news: DeliveryNews) => void) | undefined
  /** Where it is noted which deliveries are under way, for the start after a crash (see start-marks.ts). */
  readonly startsFile: string
  /** Something went wrong that nobody waits for; for the log. */
  readonly onProblem: (problem: unknown) => void
  /** How relays are reached (targets are on this computer, or near it). Left out: straight, trusting whom Node trusts. */
  readonly network?: Network
}

/** The app without a desktop: what `main/` shows in a window and `creel listen` will run headless. */
export type Engine = {
  readonly history: History
  readonly sources: SourceSet
  readonly targets: TargetSet
  readonly signatures: Signatures
  readonly live: LiveView
  readonly drafts: ByHand['drafts']
  readonly resends: ByHand['resends']
  readonly deletions: Deletions
  readonly retention: Retention
  readonly copyAs: ByHand['copyAs']
  sourceStatuses(): SourceStatus[]
  forwarding(): ForwardingStatus
  /** Switches forwarding. Asks instead while many deliveries wait and nobody said what becomes of them. */
  setForwarding(on: boolean, release?: Release): Promise<SwitchAnswer>
  request(id: RequestId): Promise<RequestFull>
  /** Sends a stored request again, unchanged, to its source's targets (where it was sent, if it was composed) or the one named. Gives how many deliveries were made. */
  resend(id: RequestId, targetId: TargetId | null): Promise<number>
  /** Where a person sent a request that he composed; null for all others. */
  composedUrl(id: RequestId): Promise<string | null>
  /** The same to any URL, at once, whatever is held. */
  resendTo(id: RequestId, url: string): Promise<number>
  tryNow(id: DeliveryId): void
  cancel(id: DeliveryId): Promise<void>
  sendSample(id: SourceId, sample: SampleName): Promise<number>
  /** Sends a request to an input's public address and waits until it comes out here, which proves the whole way. */
  proveWay(inputUrl: string): Promise<CanaryProof>
  readonly clear: HistoryKeeper['clear']
  readonly markAllRead: HistoryKeeper['markAllRead']
  listen(listener: EngineListener): () => void
  /** Takes nothing more in, lets attempts in flight end for a moment, closes the history. */
  stop(): Promise<void>
}

const STOP_GRACE_MS = 2_000

/** Puts the parts together and takes up what an earlier run left. Resolves when requests can arrive. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { history, now, monotonic, network = straightNetwork } = options
  const marks = createStartMarks({ file: options.startsFile, now, onProblem: options.onProblem })
  const events = createEngineEvents()
  const canaries = createCanaries({ network, monotonic })

  const signatures = createSignatures({
    ...options,
    requests: history.requests,
    sourceOf: (id) => sources.get(id),
  })
  const stored = createStoredRequests({
    requests: history.requests,
    deliveries: history.deliveries,
    drafts: history.drafts,
    forwarder: () => forwarder,
    inputsOf: (id) => sources.inputs(id),
    relayUrlOf: (id) => sources.get(id)?.relayUrl ?? null,
    targetsOf: (id) => sources.get(id)?.targets ?? [],
    onResent: (id) => live.changed(id),
  })
  const sending = {
    store: {
      load: (ids: readonly RequestId[]) => stored.load(ids),
      readBody: (id: RequestId, from: number, to: number) =>
        history.requests.readBody({ kind: 'request', id }, from, to),
      change: (changes: readonly DeliveryChange[]) => history.deliveries.change(changes),
      finishAttempt: (attempt: NewAttempt, change: DeliveryChange) => history.deliveries.finishAttempt(attempt, change),
    },
    now,
    monotonic,
    listListening: options.listListening,
    markResends: options.markResends,
    marks,
    onStoreFailure: options.onProblem,
  }
  const forwarder = createForwarder({
    ...sending,
    onDelivery: (news) => {
      live.delivered(news.requestId, news.change)
      byHand.resends.heard(news)
      options.onDelivery?.(news)
    },
    onTarget: () => tellTargets(),
  })
  const byHand = createByHand({
    ...sending,
    history,
    signing: signatures.forDrafts,
    stored,
    live: () => live,
    targets: () => targets.all(),
    targetsOf: (id) => sources.get(id)?.targets ?? [],
    cancelDelivery: (id) => cancel(id),
    onDelivery: ({ requestId, change }) => live.delivered(requestId, change),
    onResends: (job) => events.emit('resends:changed', job),
  })
  const live = createLiveView({
    requests: history.requests,
    deliveries: history.deliveries,
    events,
    monotonic,
    forwarding: () => forwarding.status(),
    onCounts: () => tellSources(),
    onProblem: options.onProblem,
  })
  const forwarding = createForwardingSwitch({
    forwarder,
    config: history.config,
    now,
    counts: () => live.counts(),
    onChange: () => {
      events.emit('forwarding:changed', forwarding.status())
      live.recount()
    },
  })
  const sources = createSourceSet({
    config: history.config,
    secrets: options.secrets,
    createClient: (kind, wanted) =>
      kind === 'smee'
        ? createSmeeClient({ ...wanted, onSkipped: (problem) => options.onProblem(new Error(problem)) })
        : createRelayClient(wanted),
    client: {
      agent: options.agent,
      subscription: options.subscription,
      network,
      now,
      monotonic,
      random: options.random,
    },
    onChange: () => tellSources(),
    onRemoved: async (id) => {
      await forwarder.dropSource(id)
      await signatures.dropSource(id)
    },
    sinkFor: (id) =>
      createCapture({
        sourceId: id,
        intake: history.intake,
        forwarder,
        targets: () => sources.get(id)?.targets ?? [],
        schemeOf: (head) => stored.schemeOf(id, head),
        isCanary: canaries.arrived,
        isMuted: (recognised) => isMutedBy(options.mutes?.() ?? [], recognised),
        onStored: (summary, isNew) => live.stored(summary, isNew),
        onRepeat: (id) => live.repeated(id),
      }),
  })
  const targets = createTargetSet({
    config: history.config,
    forwarder,
    onChange: () => tellTargets(),
    onRemoved: (id) => sources.dropTarget(id),
  })

  function sourceStatuses(): SourceStatus[] {
    const counts = live.counts()
    return sources.statuses({ unread: counts.unreadBySource, held: counts.heldBySource })
  }

  async function cancel(id: DeliveryId): Promise<boolean> {
    return (await byHand.oneShots.cancel(id)) || forwarder.cancel(id)
  }

  function tellSources(): void {
    for (const source of sources.all()) forwarder.setSourceHeld(source.id, source.held)
    events.emit('sources:changed', { sources: sources.all(), statuses: sourceStatuses() })
  }

  function tellTargets(): void {
    events.emit('targets:changed', { targets: targets.all(), statuses: forwarder.statuses() })
  }

  await history.drafts.deleteUntouched()
  await forwarding.load()
  await targets.load()
  await sources.load()
  // Holds first: what an earlier run left must not slip out before it is known to be held.
  tellSources()
  forwarder.resume(await takeUp(history, marks))
  live.recount()
  const keeper = startKeeping({
    history,
    forwarder,
    live,
    limits: options.limits ?? (() => NO_LIMITS),
    now,
    onProblem: options.onProblem,
  })
  await sources.connect()
  const stopHealth = history.onHealth((health) => {
    events.emit('history:changed', toHistoryStatus(health))
    if (health.state !== 'good') return
    forwarder.resumeAfterFailure()
    byHand.oneShots.resumeAfterFailure()
    forwarder.adopt(async () => byHand.strange(await history.deliveries.live())).catch(options.onProblem)
    sources.retryNow(null)
  })

  return {
    history,
    sources,
    targets,
    live,
    deletions: keeper.deletions,
    retention: keeper.retention,
    signatures,
    sourceStatuses,
    forwarding: () => forwarding.status(),
    setForwarding: (on, release) => forwarding.set(on, release),
    request: (id) => stored.full(id),
    resend: async (id, targetId) =>
      targetId === null ? byHand.resend(id) : (await stored.resend(id, targetId)).length,
    composedUrl: (id) => byHand.composedUrl(id),
    resendTo: (id, url) => byHand.resendTo(id, url),
    drafts: byHand.drafts,
    resends: byHand.resends,
    copyAs: byHand.copyAs,
    tryNow(id) {
      if (forwarder.tryNow(id)) return
      throw new AppFailure({ code: 'conflict', message: 'This delivery does not wait for another try.' })
    },
    async cancel(id) {
      if (await cancel(id)) return
      throw new AppFailure({ code: 'conflict', message: 'This delivery has already ended.' })
    },
    sendSample: async (id, sample) =>
      sendSample({
        inputUrl: sampleUrl(sources.get(id), sources.inputs(id)),
        hasPaths: sources.get(id)?.kind !== 'smee',
        name: sample,
        now: now(),
        network,
      }),
    proveWay: (inputUrl) => canaries.send(inputUrl),
    clear: (id) => keeper.clear(id),
    markAllRead: (id) => keeper.markAllRead(id),
    listen: (listener) => events.listen(listener),
    async stop() {
      await sources.stop()
      await Promise.all([forwarder.stop(STOP_GRACE_MS), byHand.stop(STOP_GRACE_MS)])
      live.stop()
      // While the history still takes it: the window may close only after this.
      await keeper.stop()
      stopHealth()
      await history.close()
      marks.close()
    },
  }
}
