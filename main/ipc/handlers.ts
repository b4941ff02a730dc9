import type { EmbeddedRelayStatus, Snapshot } from '../../protocol/ipc.ts'
import type { ListeningPort } from '../../protocol/delivery.ts'
import { AppFailure } from '../../protocol/app-error.ts'
import { RefusalCode } from '../../protocol/source.ts'
import { ViewState } from '../../protocol/settings.ts'
import type { Engine } from '../../core/engine/engine.ts'
import { toHistoryStatus } from '../../core/engine/history-status.ts'
import { toCounts } from '../../core/engine/live-view.ts'
import type { Network } from '../../core/network/network.ts'
import { checkRelay } from '../../core/sources/creel/check-relay.ts'
import { withoutUndefined } from '../defined.ts'
import type { SettingsStore } from '../settings-store.ts'
import type { Handlers } from './answer.ts'
import { createCopyHandlers } from './copy.ts'
import { createDraftHandlers } from './drafts.ts'
import { createResendHandlers } from './resend.ts'
import { createSignatureHandlers } from './signatures.ts'
import { createDesktopHandlers, type DesktopPort } from './desktop.ts'
import { createDoorHandlers } from './doors.ts'
import { createKeepingHandlers } from './keeping.ts'
import { createMarkHandlers } from './marks.ts'
import { createTargetHandlers } from './targets.ts'

export type HandlerOptions = {
  readonly engine: Engine
  readonly settings: SettingsStore
  readonly version: string
  readonly platform: Snapshot['platform']
  readonly profile: string | null
  readonly hasKeyring: () => boolean
  readonly embeddedRelay: () => EmbeddedRelayStatus
  readonly moveEmbeddedRelay: () => Promise<void>
  readonly restartEmbeddedRelay: () => Promise<void>
  readonly network: Network
  readonly listListening: () => Promise<readonly ListeningPort[]>
  readonly copyText: (text: string) => Promise<void>
  readonly reportProblem: (problem: { kind: string; message: string }) => void
  readonly onSettings: () => void
  /** The page has what it draws at first, and listens. */
  readonly onSnapshot?: () => void
  readonly desktop: DesktopPort
}

/** What each command does. Thin on purpose: the engine knows how, this only says which part is asked. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { engine, settings } = options
  const { requests } = engine.history

  return {
    ...createTargetHandlers(engine, settings),
    ...createDoorHandlers({
      engine,
      settings,
      network: options.network,
      restartEmbeddedRelay: options.restartEmbeddedRelay,
      onSettings: options.onSettings,
    }),
    ...createDraftHandlers(engine, settings),
    ...createResendHandlers(engine, settings),
    ...createSignatureHandlers(engine, settings, options.onSettings),
    ...createCopyHandlers(engine, settings, options.copyText),
    ...createKeepingHandlers(engine),
    ...createMarkHandlers(engine),
    ...createDesktopHandlers(options.desktop),
    'app:snapshot': async () => {
      const told = await snapshot(options)
      // Not before the answer is on its way.
      setTimeout(() => options.onSnapshot?.())
      return told
    },
    'app:save-view': async (view) => {
      await settings.saveView(view)
      return null
    },
    'app:copy-text': async ({ text }) => {
      await options.copyText(text)
      return null
    },
    'app:save-settings': async (change) => {
      const saved = await settings.save(change)
      options.onSettings()
      return saved
    },
    'app:report-problem': (problem) => {
      options.reportProblem(problem)
      return null
    },

    'requests:list': ({ before, limit, ...filter }) => requests.list(filter, { before, limit }),
    'requests:get': ({ id }) => engine.request(id),
    'requests:deliveries': ({ id }) => engine.history.deliveries.of(id),
    'requests:find': async ({ uid }) => {
      const id = await requests.findByUid(uid)
      if (id === null) throw new AppFailure({ code: 'not-found', message: 'This request is not in the history.' })
      return { id }
    },
    'deliveries:try-now': ({ id }) => {
      engine.tryNow(id)
      return null
    },
    'deliveries:cancel': async ({ id }) => {
      await engine.cancel(id)
      return null
    },
    'forwarding:set': ({ on, release }) => engine.setForwarding(on, release),

    'sources:test': async ({ relayUrl, token }) => {
      const check = await checkRelay({ relayUrl, token, network: options.network })
      if (!check.ok) {
        const field = TOKEN_FAULTS.has(check.code) ? 'token' : 'relayUrl'
        throw new AppFailure({ code: 'relay-unavailable', message: check.message, fix: check.fix, field })
      }
      return { relay: check.relay, buckets: check.buckets, roundTripMs: check.roundTripMs }
    },
    'sources:add': (wanted) => engine.sources.add({ ...wanted, kind: 'creel' }),
    'sources:update': ({ id, ...change }) => engine.sources.update(id, withoutUndefined(change)),
    'sources:remove': async ({ id }) => {
      if (engine.sources.get(id)?.kind === 'embedded') {
        throw new AppFailure({
          code: 'conflict',
          message: 'The relay of this computer belongs to Creel and cannot be removed.',
          fix: 'Disconnect it instead.',
        })
      }
      await engine.sources.remove(id)
      return null
    },
    'sources:retry-now': ({ id }) => {
      engine.sources.retryNow(id)
      return null
    },
    'sources:send-test': async ({ id, sample }) => ({ status: await engine.sendSample(id, sample) }),

    'ports:list': () => options.listListening(),
    'relay:use-another-port': async () => {
      await options.moveEmbeddedRelay()
      return null
    },
  }
}

/** What a relay says about a token; all else is about its address. */
const TOKEN_FAULTS = new Set<string>(RefusalCode.options.filter((code) => code !== 'not-a-relay'))

async function snapshot(options: HandlerOptions): Promise<Snapshot> {
  const { engine, settings } = options
  return {
    version: options.version,
    platform: options.platform,
    profile: options.profile,
    hasKeyring: options.hasKeyring(),
    settings: settings.current(),
    view: ViewState.parse(settings.view()),
    forwarding: engine.forwarding(),
    embeddedRelay: options.embeddedRelay(),
    history: toHistoryStatus(engine.history.health()),
    sources: engine.sources.all(),
    sourceStatuses: engine.sourceStatuses(),
    targets: engine.targets.all(),
    targetStatuses: engine.targets.statuses(),
    counts: toCounts(engine.live.counts()),
  }
}
