import { AppFailure } from '../../protocol/app-error.ts'
import type { DeliveryId, RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { ForwardingStatus, Release, RequestFull, SampleName } from '../../protocol/ipc.ts'
import type { ListeningPort } from '../../protocol/delivery.ts'
import type { Source, SourceStatus } from '../../protocol/source.ts'
import { type Forwarder, type SendableRequest } from '../forwarding/forwarder.ts'
import { createForwarder } from '../forwarding/create-forwarder.ts'
import type { History } from '../history/history.ts'
import type { Secrets } from '../secrets.ts'
import { createRelayClient } from '../sources/creel/client.ts'
import { createCapture } from './capture.ts'
import { createEngineEvents, type EngineListener } from './events.ts'
import { findInputUrl } from './input-url.ts'
import { createLiveView, type LiveView } from './live-view.ts'
import { sendSample } from './send-sample.ts'
import { createSignatureReports, type SignatureReports } from './signature-reports.ts'
import { createSourceSet, type SourceSet } from './source-set.ts'
import { createTargetSet, type TargetSet } from './target-set.ts'

/** More held deliveries than this are not let go without asking. */
export const RELEASE_ASKED_ABOVE = 20

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
  /** Something went wrong that nobody waits for; for the log. */
  readonly onProblem: (problem: unknown) => void
}

/** The app without a desktop: what `main/` shows in a window and `creel listen` will run headless. */
export type Engine = {
  readonly history: History
  readonly sources: SourceSet
  readonly targets: TargetSet
  readonly signatures: SignatureReports
  readonly live: LiveView
  sourceStatuses(): SourceStatus[]
  forwarding(): ForwardingStatus
  /** Switches forwarding. Asks instead while many deliveries wait and nobody said what becomes of them. */
  setForwarding(on: boolean, release?: Release): Promise<{ kind: 'done' } | { kind: 'ask'; held: number }>
  request(id: RequestId): Promise<RequestFull>
  /** Sends a stored request again, unchanged, to its source's targets or the one named. Gives how many deliveries were made. */
  resend(id: RequestId, targetId: TargetId | null): Promise<number>
  tryNow(id: DeliveryId): void
  cancel(id: DeliveryId): Promise<void>
  sendSample(id: SourceId, sample: SampleName): Promise<number>
  listen(listener: EngineListener): () => void
  /** Takes nothing more in, lets attempts in flight end for a moment, closes the history. */
  stop(): Promise<void>
}

const STOP_GRACE_MS = 2_000

/** Puts the parts together and takes up what an earlier run left. Resolves when requests can arrive. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { history } = options
  const events = createEngineEvents()
  const forwardingSetting = readForwarding(await history.config.setting('forwarding'), options.now())
  let since = forwardingSetting.since

  const forwarder: Forwarder = createForwarder({
    store: {
      load: (id) => loadSendable(id),
      readBody: (id, from, to) => history.requests.readBody({ kind: 'request', id }, from, to),
      change: (changes) => history.deliveries.change(changes),
      finishAttempt: (attempt, change) => history.deliveries.finishAttempt(attempt, change),
    },
    now: options.now,
    monotonic: options.monotonic,
    listListening: options.listListening,
    markResends: options.markResends,
    onDelivery: ({ requestId }) => live.changed(requestId),
    onTarget: () => tellTargets(),
    onStoreFailure: options.onProblem,
  })

  const live = createLiveView({
    requests: history.requests,
    deliveries: history.deliveries,
    events,
    monotonic: options.monotonic,
    forwarding,
    onCounts: () => tellSources(),
    onProblem: options.onProblem,
  })

  const sources = createSourceSet({
    config: history.config,
    secrets: options.secrets,
    createClient: createRelayClient,
    client: {
      agent: options.agent,
      subscription: options.subscription,
      now: options.now,
      monotonic: options.monotonic,
      random: options.random,
    },
    onChange: () => tellSources(),
    sinkFor: (id) =>
      createCapture({
        sourceId: id,
        intake: history.intake,
        forwarder,
        targets: () => sources.get(id)?.targets ?? [],
        schemeOf: (head) => schemeOf(id, head),
        onStored: (summary, isNew) => live.stored(summary, isNew),
      }),
  })
  const targets = createTargetSet({
    config: history.config,
    forwarder,
    onChange: () => tellTargets(),
    onRemoved: (id) => sources.dropTarget(id),
  })
  const signatures = createSignatureReports({ requests: history.requests, secrets: options.secrets })

  function forwarding(): ForwardingStatus {
    const counts = live.counts()
    return { on: forwarder.isForwarding(), since, held: counts.held, retrying: counts.retrying }
  }

  function sourceStatuses(): SourceStatus[] {
    const counts = live.counts()
    return sources.statuses({ unread: counts.unreadBySource, held: counts.heldBySource })
  }

  function tellSources(): void {
    for (const source of sources.all()) forwarder.setSourceHeld(source.id, source.held)
    events.emit('sources:changed', { sources: sources.all(), statuses: sourceStatuses() })
  }

  function tellTargets(): void {
    events.emit('targets:changed', { targets: targets.all(), statuses: forwarder.statuses() })
  }

  function schemeOf(id: SourceId | null, head: { requestTarget: string; mountBytes: number }): 'http' | 'https' {
    const url = id === null ? null : findInputUrl(head, sources.inputs(id))
    return url?.startsWith('https:') ? 'https' : 'http'
  }

  async function loadSendable(id: RequestId): Promise<SendableRequest | null> {
    const request = await history.requests.get(id)
    if (request === null || request.bodySha256 === null) return null
    return {
      id,
      uid: request.uid,
      method: request.method,
      requestTarget: request.requestTarget,
      mountBytes: request.mountBytes,
      headers: request.headers,
      remote: request.remote,
      scheme: schemeOf(request.sourceId, request),
      bodyBytes: request.bodyBytes,
      bodySha256: request.bodySha256,
      body: null,
    }
  }

  async function needRequest(id: RequestId) {
    const request = await history.requests.get(id)
    if (request === null)
      throw new AppFailure({ code: 'not-found', message: 'This request is no longer in the history.' })
    return request
  }

  forwarder.setForwarding(forwardingSetting.on)
  await targets.load()
  await sources.load()
  // Holds first: what an earlier run left must not slip out before it is known to be held.
  tellSources()
  forwarder.resume(await history.deliveries.resume())
  live.recount()
  await sources.connect()
  const stopHealth = history.onHealth((health) => {
    events.emit('history:changed', toHistoryStatus(health))
    if (health.state !== 'good') return
    forwarder.resumeAfterFailure()
    sources.retryNow(null)
  })

  return {
    history,
    sources,
    targets,
    signatures,
    live,
    sourceStatuses,
    forwarding,
    async setForwarding(on, release) {
      const held = forwarder.heldCount()
      if (on && held > RELEASE_ASKED_ABOVE && release === undefined && !forwarder.isForwarding()) {
        return { kind: 'ask', held }
      }
      if (on && release?.kind === 'last') await forwarder.skipHeld(release.count)
      if (on && release?.kind === 'none') await forwarder.skipHeld(0)
      forwarder.setPace(release?.kind === 'all' ? release.perSecond : null)
      since = options.now()
      await history.config.setSetting('forwarding', { on, since })
      forwarder.setForwarding(on)
      events.emit('forwarding:changed', forwarding())
      live.recount()
      return { kind: 'done' }
    },
    async request(id) {
      const [request, children] = await Promise.all([needRequest(id), history.requests.children(id)])
      const inputs = request.sourceId === null ? [] : sources.inputs(request.sourceId)
      return { request, children, inputUrl: findInputUrl(request, inputs) }
    },
    async resend(id, targetId) {
      const request = await needRequest(id)
      const source: Source | null = request.sourceId === null ? null : sources.get(request.sourceId)
      const wanted = targetId === null ? (source?.targets ?? []) : [targetId]
      if (request.kind === 'gap' || request.kind === 'rejected') {
        throw new AppFailure({ code: 'conflict', message: 'Only a request that was received whole can be resent.' })
      }
      if (wanted.length === 0) {
        throw new AppFailure({
          code: 'conflict',
          message: 'This source has no target, so there is nowhere to resend to.',
          fix: 'Choose a port for it first.',
        })
      }
      const planned = forwarder.plan({ sourceId: request.sourceId, targets: wanted, reason: 'resend' })
      if (planned.length === 0) throw new AppFailure({ code: 'not-found', message: 'This target no longer exists.' })
      try {
        const stored = await history.deliveries.add(id, planned)
        forwarder.start(stored, { sourceId: request.sourceId, request: null })
        live.changed(id)
        return stored.length
      } catch (error) {
        forwarder.abandon(planned)
        throw error
      }
    },
    tryNow(id) {
      if (!forwarder.tryNow(id)) {
        throw new AppFailure({ code: 'conflict', message: 'This delivery does not wait for another try.' })
      }
    },
    async cancel(id) {
      if (!(await forwarder.cancel(id))) {
        throw new AppFailure({ code: 'conflict', message: 'This delivery has already ended.' })
      }
    },
    async sendSample(id, sample) {
      const input = sources.inputs(id)[0]
      if (!input) {
        throw new AppFailure({
          code: 'relay-unavailable',
          message: 'The relay has not told yet where it receives requests.',
          fix: 'Wait until the source is connected.',
        })
      }
      return sendSample(input.url, sample, options.now())
    },
    listen: (listener) => events.listen(listener),
    async stop() {
      await sources.stop()
      await forwarder.stop(STOP_GRACE_MS)
      live.stop()
      stopHealth()
      await history.close()
    },
  }
}

export function toHistoryStatus(health: ReturnType<History['health']>) {
  if (health.state === 'good') return { state: 'good' } as const
  const { error, nextAttemptAt } = health
  return { state: 'broken', message: error.message, fix: error.fix ?? '', nextAttemptAt } as const
}

function readForwarding(stored: unknown, now: number): { on: boolean; since: number } {
  if (typeof stored !== 'object' || stored === null) return { on: true, since: now }
  const on = 'on' in stored ? stored.on !== false : true
  const since = 'since' in stored && typeof stored.since === 'number' ? stored.since : now
  return { on, since }
}
