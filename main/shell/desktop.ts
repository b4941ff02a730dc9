import { app, clipboard, Notification, powerMonitor, session } from 'electron'
import { toHistoryStatus } from '../../core/engine/history-status.ts'
import { createNotices } from '../../core/engine/notify.ts'
import type { DeliveryNews } from '../../core/forwarding/forwarder.ts'
import type { EmbeddedRelayStatus, EventName, Events } from '../../protocol/ipc.ts'
import type { ListeningPort } from '../../protocol/delivery.ts'
import { AppFailure } from '../../protocol/app-error.ts'
import { RequestUid, type RequestId } from '../../protocol/ids.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import { allowComposed } from '../ipc/allow-to-send.ts'
import { openIpc, tell } from '../ipc/electron.ts'
import { createHandlers } from '../ipc/handlers.ts'
import type { Log } from '../log.ts'
import { createPageServer } from '../page-server.ts'
import type { Services } from '../services.ts'
import { describeNotice } from '../notice-words.ts'
import type { TrayAction } from '../tray-menu.ts'
import { createDesktopPort } from './desktop-port.ts'
import { keyring } from './keyring.ts'
import { createDesktopNotices } from './notices.ts'
import { guardSession } from './scheme.ts'
import { choosePort } from '../choose-port.ts'
import { createTray } from './tray.ts'
import { applyTheme, createMainWindow } from './window.ts'

export type Desktop = {
  showWindow(): Promise<void>
  /** Opens the window at the request that a link names. */
  openRequest(uid: string): Promise<void>
  relayChanged(status: EmbeddedRelayStatus): void
  /** What became of a delivery. */
  delivered(news: DeliveryNews): void
  /** Ends with the window gone, after all that its page had to say. */
  destroy(): Promise<void>
}

/** How many of the newest requests the tray judges by. */
const RECENT = 20
const TRAY_EVERY_MS = 500
/** Listing them asks the whole system: not in every drawing of a burst. */
const PORTS_EVERY_MS = 5_000

/** Window, tray and what connects them to the services. */
export function openDesktop(options: {
  readonly services: Services
  readonly dataDir: string
  readonly version: string
  readonly profile: string | null
  readonly paths: { readonly page: string; readonly preload: string; readonly assets: string; readonly icon: string }
  readonly listListening: () => Promise<readonly ListeningPort[]>
  readonly log: Log
  readonly quit: () => void
}): Desktop {
  const { services, log } = options
  const { engine, settings } = services
  const onProblem = (problem: unknown): void => log.error({ err: problem }, 'the desktop could not do something')
  let recent: readonly RequestSummary[] = []
  let ports: readonly ListeningPort[] = []
  let portsListedAt = 0
  let hasNew = false
  let bugs = 0
  let isQuitting = false
  /** Whether the window's page hears what it is told: it listens before it asks for the snapshot. */
  let isPageListening = false
  let toShow: Events['app:shown'] | null = null

  applyTheme(settings.current().theme)

  const window = createMainWindow({
    // Not before it is needed: naming the session has Chromium build it, network and all, which takes some 8 MB.
    beforeFirst: () =>
      guardSession(
        session.defaultSession,
        createPageServer({ root: options.paths.page, bodies: engine.history.requests }),
      ),
    preload: options.paths.preload,
    icon: options.paths.icon,
    settings,
    allowDevTools: !app.isPackaged,
    onOpening: () => engine.live.watch(),
    onClosed: () => {
      isPageListening = false
      noticeTray().catch(onProblem)
      // Nobody is left who could take them back.
      engine.deletions.finishAll().catch(onProblem)
    },
    onProblem,
  })
  const tray = createTray({ assets: options.paths.assets, act: (action) => void act(action).catch(onProblem) })
  const closeIpc = openIpc({
    isOurPage: (frame) => window.isOurPage(frame),
    logBug(problem, command) {
      bugs += 1
      const logId = `${process.pid}-${bugs}`
      log.error({ err: problem, command, logId }, 'a command broke')
      return logId
    },
    handlers: createHandlers({
      engine,
      settings,
      version: options.version,
      platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
      profile: options.profile,
      hasKeyring: () => keyring.isAvailable(),
      embeddedRelay: () => services.relayStatus(),
      moveEmbeddedRelay: () => services.moveRelay(),
      restartEmbeddedRelay: () => services.restartRelay(),
      network: services.network,
      listListening: options.listListening,
      copyText: async (text) => {
        await clipboard.writeText(text)
      },
      reportProblem: (problem) => log.error({ problem }, 'the page reported a problem'),
      desktop: createDesktopPort({
        services,
        dataDir: options.dataDir,
        version: options.version,
        profile: options.profile,
      }),
      onSnapshot: () => {
        isPageListening = true
        tellShown()
      },
      onSettings: () => {
        applyTheme(settings.current().theme)
        engine.retention.limitsChanged()
        tellWindow('settings:changed', settings.current())
      },
    }),
  })

  const shown = createDesktopNotices((id) => void showAnd({ kind: 'request', id }).catch(onProblem))
  const notices = createNotices({
    now: Date.now,
    wishes: () => settings.current(),
    isAttended: () => window.current()?.isFocused() ?? false,
    read: async (id) => (await engine.history.deliveries.digests([id]))[0] ?? null,
    show(notice) {
      const { id, sourceId } = notice.request
      const source = sourceId === null ? null : engine.sources.get(sourceId)
      shown.show(describeNotice(notice, source?.name ?? null), id)
    },
    onProblem,
  })

  function tellWindow<K extends EventName>(name: K, event: Events[K]): void {
    const open = window.current()
    if (open !== null) tell(open.webContents, name, event)
  }

  const stopListening = engine.listen((name, event) => {
    tellWindow(name, event)
    if (name === 'requests:received') {
      // TypeScript does not narrow the event by its name.
      const rows = event as Events['requests:received']
      notices.received(rows)
      if (window.current() === null && rows.some((row) => !row.read)) hasNew = true
    }
    scheduleTray()
  })

  let trayTimer: ReturnType<typeof setTimeout> | null = null
  function scheduleTray(): void {
    trayTimer ??= setTimeout(() => {
      trayTimer = null
      drawTray().catch(onProblem)
    }, TRAY_EVERY_MS)
  }

  async function drawTray(): Promise<void> {
    try {
      recent = await engine.history.requests.list(
        { view: 'all', sourceId: null, text: '' },
        { before: null, limit: RECENT },
      )
    } catch (problem) {
      // A history in trouble is what the menu has to tell of, so it is drawn all the same.
      onProblem(problem)
    }
    if (Date.now() - portsListedAt > PORTS_EVERY_MS) {
      portsListedAt = Date.now()
      ports = await options.listListening()
    }
    if (isQuitting) return
    tray.update({
      history: toHistoryStatus(engine.history.health()),
      forwarding: engine.forwarding(),
      sources: engine.sources.all(),
      statuses: engine.sourceStatuses(),
      targets: engine.targets.all(),
      targetStatuses: engine.targets.statuses(),
      recent,
      ports,
      hasNew,
      now: Date.now(),
    })
  }

  async function act(action: TrayAction): Promise<void> {
    switch (action.kind) {
      case 'set-forwarding': {
        const answer = await engine.setForwarding(action.on)
        if (answer.kind === 'ask') await showAnd({ kind: 'release-question', held: answer.held })
        // A checkbox changes its own tick when clicked: the menu is drawn again from what is true.
        scheduleTray()
        return
      }
      case 'copy':
        await clipboard.writeText(action.text)
        return
      case 'choose-port': {
        await choosePort(engine, action.sourceId, action.port)
        return
      }
      case 'set-disconnected':
        await engine.sources.update(action.sourceId, { disconnected: action.disconnected })
        return
      case 'open-request':
        return showAnd({ kind: 'request', id: action.id })
      case 'resend':
        return resend(action.id)
      case 'open':
        return showWindow()
      case 'preferences':
        return showAnd({ kind: 'preferences' })
      case 'quit':
        options.quit()
    }
  }

  /** A host that was confirmed for one time has to be confirmed again, which only the window asks for. */
  async function resend(id: RequestId): Promise<void> {
    try {
      await allowComposed(engine, settings, [id], { rememberHost: false })
    } catch (problem) {
      if (!(problem instanceof AppFailure)) throw problem
      return showAnd({ kind: 'request', id })
    }
    await engine.resend(id, null)
  }

  async function showWindow(): Promise<void> {
    await window.show()
    hasNew = false
    scheduleTray()
  }

  /** Opens the window where `shown` says. A page that was opened for that hears of it once it listens. */
  async function showAnd(shown: Events['app:shown']): Promise<void> {
    toShow = shown
    const open = await window.show()
    hasNew = false
    if (open !== null && isPageListening) tellShown()
  }

  function tellShown(): void {
    if (toShow !== null) tellWindow('app:shown', toShow)
    toShow = null
  }

  /** Once, at the first close: that the app goes on is no surprise after that. */
  async function noticeTray(): Promise<void> {
    if (settings.current().trayNoticeShown || isQuitting) return
    await settings.save({ trayNoticeShown: true })
    new Notification({ title: 'Creel keeps receiving in the tray', body: 'Quit from its menu.' }).show()
  }

  app.once('before-quit', () => {
    isQuitting = true
  })
  const wake = (): void => engine.sources.retryNow(null)
  powerMonitor.on('resume', wake)
  scheduleTray()

  return {
    showWindow,
    async openRequest(uid) {
      const named = RequestUid.safeParse(uid)
      const id = named.success ? await engine.history.requests.findByUid(named.data) : null
      if (id === null) await showWindow()
      else await showAnd({ kind: 'request', id })
    },
    relayChanged: (status) => tellWindow('relay:changed', status),
    delivered: (news) => notices.delivered(news),
    async destroy() {
      isQuitting = true
      stopListening()
      powerMonitor.off('resume', wake)
      if (trayTimer !== null) clearTimeout(trayTimer)
      shown.close()
      tray.destroy()
      await window.close()
      closeIpc()
    },
  }
}
