import type { DraftId } from '../../protocol/draft.ts'
import type { RequestId } from '../../protocol/ids.ts'
import type { Bridge, Events, EventName, HistoryStatus, Snapshot } from '../../protocol/ipc.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import { createBatcher } from './batcher.ts'
import { restoreDraft } from './composer-open.ts'
import { useCounts } from './counts.ts'
import { listDrafts } from './draft-marks.ts'
import { useForwarding } from './forwarding.ts'
import { askNewest, listRequests, takeDeleted, takeRequests, takeRestored, useRequests } from './requests.ts'
import { listResendJobs, takeResendJob } from './resend-many.ts'
import { useSettings } from './settings.ts'
import { useShell } from './shell.ts'
import { takeSources } from './sources.ts'
import { takeTargets } from './targets.ts'
import { openDialog, showRequest, showScreen, useView } from './view.ts'

type RequestNews =
  | { readonly kind: 'received' | 'changed' | 'restored'; readonly requests: readonly RequestSummary[] }
  | { readonly kind: 'deleted'; readonly ids: readonly RequestId[] }

/**
 * Keeps the stores a copy of what main knows: listens first, then asks for the snapshot, and leaves alone what an event told meanwhile.
 * Answers the way to stop.
 */
export function followApp(bridge: Bridge): () => void {
  const told = new Set<EventName>()
  const stops: (() => void)[] = []
  const listen = <K extends EventName>(name: K, onEvent: (event: Events[K]) => void) => {
    stops.push(
      bridge.listen(name, (event) => {
        told.add(name)
        onEvent(event)
      }),
    )
  }
  const takeNews = createBatcher(takeRequestNews)
  listen('requests:received', (requests) => takeNews({ kind: 'received', requests }))
  listen('requests:changed', (requests) => takeNews({ kind: 'changed', requests }))
  listen('requests:deleted', ({ ids }) => takeNews({ kind: 'deleted', ids }))
  listen('requests:restored', (requests) => takeNews({ kind: 'restored', requests }))
  listen('forwarding:changed', (status) => useForwarding.setState(status))
  listen('sources:changed', ({ sources, statuses }) => takeSources(sources, statuses))
  listen('targets:changed', ({ targets, statuses }) => takeTargets(targets, statuses))
  listen('counts:changed', (counts) => useCounts.setState({ counts }))
  listen('relay:changed', (embeddedRelay) => useShell.setState({ embeddedRelay }))
  listen('history:changed', takeHistory)
  listen('resends:changed', takeResendJob)
  listen('settings:changed', (settings) => useSettings.setState(settings))
  listen('app:shown', showAsked)
  void start(bridge, told)
  return () => {
    for (const stop of stops) stop()
  }
}

async function start(bridge: Bridge, told: ReadonlySet<EventName>): Promise<void> {
  const asked = await bridge.ask('app:snapshot', {})
  if (!asked.ok) {
    useShell.setState({ phase: 'failed', failure: asked.error.message })
    return
  }
  takeSnapshot(asked.value, told)
  void listDrafts()
  void listResendJobs()
  const { view, sourceId, text } = useView.getState()
  await listRequests({ view, sourceId, text })
}

/** Takes every subject of the snapshot but those that an event has told of since it was asked for. */
export function takeSnapshot(snapshot: Snapshot, told: ReadonlySet<EventName>): void {
  const { version, platform, profile, hasKeyring } = snapshot
  useShell.setState({ phase: 'ready', failure: null, version, platform, profile, hasKeyring })
  if (!told.has('relay:changed')) useShell.setState({ embeddedRelay: snapshot.embeddedRelay })
  if (!told.has('history:changed')) useShell.setState({ history: snapshot.history })
  if (!told.has('settings:changed')) useSettings.setState(snapshot.settings)
  if (!told.has('forwarding:changed')) useForwarding.setState(snapshot.forwarding)
  if (!told.has('sources:changed')) takeSources(snapshot.sources, snapshot.sourceStatuses)
  if (!told.has('targets:changed')) takeTargets(snapshot.targets, snapshot.targetStatuses)
  if (!told.has('counts:changed')) useCounts.setState({ counts: snapshot.counts })
  if (!told.has('app:shown')) takeView(snapshot)
}

/** A history that works again is asked for what could not be listed while it did not. */
function takeHistory(history: HistoryStatus): void {
  useShell.setState({ history })
  if (history.state === 'good' && useRequests.getState().phase === 'failed') void askNewest()
}

function takeView(snapshot: Snapshot): void {
  const { selectedId, sourceId, draftId, ...rest } = snapshot.view
  // Ids cross the bridge as plain numbers; the view's file is written from branded ones.
  const ids = { selectedId: selectedId as RequestId | null, sourceId: sourceId as RequestSummary['sourceId'] }
  if (draftId !== null) void restoreDraft(draftId as DraftId)
  const isFirstRun = !snapshot.settings.welcomed && snapshot.counts.total === 0
  useView.setState({ ...rest, ...ids, screen: { kind: isFirstRun ? 'welcome' : 'inbox' } })
}

function takeRequestNews(news: readonly RequestNews[]): void {
  const received: RequestSummary[] = []
  const changed: RequestSummary[] = []
  const deleted: RequestId[] = []
  const restored: RequestSummary[] = []
  for (const one of news) {
    if (one.kind === 'deleted') deleted.push(...one.ids)
    else if (one.kind === 'received') received.push(...one.requests)
    else if (one.kind === 'restored') restored.push(...one.requests)
    else changed.push(...one.requests)
  }
  if (received.length > 0 || changed.length > 0) takeRequests(received, changed)
  if (deleted.length > 0) takeDeleted(deleted)
  // Nothing is deleted twice so soon after another: what is restored was deleted before it.
  if (restored.length === 0) return
  takeRestored(restored)
  // A batch may hold them together with what became of them since.
  if (changed.length > 0) takeRequests([], changed)
}

function showAsked(shown: Events['app:shown']): void {
  if (shown.kind === 'request') showRequest(shown.id)
  else if (shown.kind === 'preferences') showScreen({ kind: 'preferences' })
  else openDialog({ kind: 'release', held: shown.held })
}
