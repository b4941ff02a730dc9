import { join } from 'node:path'
import { app, dialog, session } from 'electron'
import { FIRST_PORT } from '../core/embedded-relay/embedded-relay.ts'
import startReader from '../core/history/reader.ts?nodeWorker'
import startWriter from '../core/history/writer.ts?nodeWorker'
import { createPortLister } from '../core/ports/list-listening.ts'
import startRelay from '../relay/embedded/worker.ts?nodeWorker'
import { noteConnections } from './connection-notes.ts'
import { openLog } from './log.ts'
import { startServices, type Services } from './services.ts'
import { openDesktop, type Desktop } from './shell/desktop.ts'
import { keyring } from './shell/keyring.ts'
import { wasStartedAtLogin } from './shell/login-item.ts'
import { stopBeforeQuit } from './shell/quitting.ts'
import { registerScheme } from './shell/scheme.ts'
import { readDeepLink, readFirstPort, readStartOptions, type StartOptions } from './start-options.ts'

const startOptions = readStartOptions(process.argv)
const firstRelayPort = readFirstPort(process.env['CREEL_FIRST_PORT'], FIRST_PORT)
if ('problem' in startOptions) refuse(startOptions.problem)
else if (typeof firstRelayPort === 'object') refuse(firstRelayPort.problem)
else {
  app.setName('Creel')
  if (startOptions.profile !== null) app.setPath('userData', `${app.getPath('userData')}-${startOptions.profile}`)
  registerScheme()
  // The lock is the profile's: a second start shows the window of the first.
  if (app.requestSingleInstanceLock()) {
    run({ ...startOptions, firstRelayPort })
  } else {
    // Once it is written, at once: a quit would first wait until this second start is ready.
    process.stdout.write('Creel is already running: its window is shown.\n', () => app.exit(0))
  }
}

// A terminal that was closed takes nothing more; the app goes on without it.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

function refuse(problem: string): void {
  process.stderr.write(`${problem}\n`)
  app.exit(2)
}

function run({ profile, isHidden, firstRelayPort }: StartOptions & { readonly firstRelayPort: number }): void {
  const dataDir = app.getPath('userData')
  const log = openLog(join(dataDir, 'logs'))
  let services: Services | null = null
  let desktop: Desktop | null = null
  let isWindowWanted = !isHidden
  let linkToOpen = readDeepLink(process.argv)

  process.on('unhandledRejection', (problem) =>
    log.fatal({ err: problem }, 'a promise was rejected and nobody listened'),
  )
  process.on('uncaughtException', (problem) => {
    log.fatal({ err: problem }, 'something was thrown and nobody caught it')
    dialog.showErrorBox('Creel has to stop', `${problem.message}\n\nThe log has more: ${join(dataDir, 'logs')}`)
    app.exit(1)
  })

  // Elsewhere the package names what it opens; Windows asks each program to say so itself.
  if (app.isPackaged && process.platform === 'win32') app.setAsDefaultProtocolClient('creel')

  let letRelayStart: () => void = () => undefined
  const relayAfter = new Promise<void>((resolve) => {
    letRelayStart = resolve
  })

  async function start(): Promise<void> {
    const listListening = createPortLister({
      // Creel's own ports are nowhere to forward to.
      isOwn: (pid) => pid === process.pid,
      onFailure: (reason) => log.warn({ reason }, 'local ports are not known'),
    })
    services = await startServices({
      dataDir,
      version: app.getVersion(),
      // No variable names code to load to a packaged app, just as its fuses want it.
      nativeBinding: app.isPackaged ? null : (process.env['CREEL_SQLITE_BINDING'] ?? null),
      firstRelayPort,
      relayAfter,
      sealer: keyring,
      startHistoryThread: (role, workerData) => (role === 'writer' ? startWriter : startReader)({ workerData }),
      startRelayThread: (workerData) => startRelay({ workerData }),
      listListening,
      log,
      systemProxy: (url) => session.defaultSession.resolveProxy(url),
      onRelay: (status) => desktop?.relayChanged(status),
      onDelivery: (news) => desktop?.delivered(news),
    })
    noteConnections({
      engine: services.engine,
      log,
      // For whoever starts it in a terminal, perhaps on a machine without a screen.
      onReceiving: (url) => process.stdout.write(`Creel receives at ${url}\n`),
    })
    desktop = openDesktop({
      services,
      dataDir,
      version: app.getVersion(),
      profile,
      listListening,
      log,
      quit: () => app.quit(),
      paths: {
        page: join(__dirname, '../renderer'),
        preload: join(__dirname, '../preload/index.cjs'),
        assets: join(app.getAppPath(), 'assets'),
        icon: join(app.getAppPath(), 'assets/icons/256x256.png'),
      },
    })
    if (wasStartedAtLogin()) isWindowWanted = false
    try {
      await open()
    } finally {
      letRelayStart()
    }
  }

  async function open(): Promise<void> {
    const link = linkToOpen
    linkToOpen = null
    if (link !== null) await desktop?.openRequest(link)
    else if (isWindowWanted) await desktop?.showWindow()
  }

  function note(problem: unknown): void {
    log.error({ err: problem }, 'the window could not be shown')
  }

  function explain(problem: unknown): void {
    const words = problem instanceof Error ? problem.message : String(problem)
    const fix = problem instanceof Error && 'fix' in problem ? String(problem.fix) : ''
    log.fatal({ err: problem }, 'the app could not start')
    dialog.showErrorBox('Creel cannot start', [words, fix].filter((part) => part !== '').join('\n\n'))
    app.exit(1)
  }

  app.on('second-instance', (_event, argv) => {
    linkToOpen = readDeepLink(argv)
    // Where this one is still starting, its window is opened at the end of that.
    isWindowWanted = true
    const shown = linkToOpen === null ? desktop?.showWindow() : open()
    shown?.catch(note)
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    linkToOpen = readDeepLink([url])
    if (desktop !== null) open().catch(note)
  })
  app.on('activate', () => void desktop?.showWindow().catch(note))
  // Closing the window keeps the app in the tray.
  app.on('window-all-closed', () => undefined)

  stopBeforeQuit({
    onProblem: (problem) => log.error({ err: problem }, 'stopping failed'),
    async stop() {
      const closing = desktop
      desktop = null
      await closing?.destroy()
      await services?.stop()
    },
  })
  app.whenReady().then(start).catch(explain)
}
