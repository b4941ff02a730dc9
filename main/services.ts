import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { EmbeddedRelayStatus } from '../protocol/ipc.ts'
import type { ListeningPort } from '../protocol/delivery.ts'
import { startEngine, type Engine } from '../core/engine/engine.ts'
import { startEmbeddedRelay, type EmbeddedRelay } from '../core/embedded-relay/embedded-relay.ts'
import { keepEmbeddedSource } from '../core/embedded-relay/keep-source.ts'
import type { StartRelayThread } from '../core/embedded-relay/relay-thread.ts'
import { atStart } from '../core/history/database-error.ts'
import type { DeliveryNews } from '../core/forwarding/forwarder.ts'
import { openHistory } from '../core/history/open-history.ts'
import type { History, HistoryConfig } from '../core/history/history.ts'
import type { SystemProxy } from '../core/network/choose-proxy.ts'
import type { Network } from '../core/network/network.ts'
import type { StartHistoryThread } from '../core/history/threads.ts'
import type { Log } from './log.ts'
import { openNetwork } from './network.ts'
import { openSecretsFile, type Sealer } from './secrets-file.ts'
import { openSettings, type SettingsStore } from './settings-store.ts'

export type ServicesOptions = {
  readonly dataDir: string
  readonly version: string
  readonly nativeBinding: string | null
  /** Where the search for a port of the relay inside the app begins. */
  readonly firstRelayPort: number
  /** The relay starts after it: its thread would take a processor from the window that is just opening. At once where it is left out. */
  readonly relayAfter?: Promise<void>
  readonly sealer: Sealer
  readonly startHistoryThread: StartHistoryThread
  readonly startRelayThread: StartRelayThread
  readonly listListening: () => Promise<readonly ListeningPort[]>
  readonly log: Log
  /** Null where no desktop can be asked. */
  readonly systemProxy: SystemProxy | null
  readonly onRelay: (status: EmbeddedRelayStatus) => void
  /** What became of each delivery. */
  readonly onDelivery?: (news: DeliveryNews) => void
}

/** Everything of the app that is no desktop: runs under plain Node as well. */
export type Services = {
  readonly engine: Engine
  readonly settings: SettingsStore
  readonly network: Network
  relayStatus(): EmbeddedRelayStatus
  moveRelay(): Promise<void>
  /** After what it is told at its start has changed. */
  restartRelay(): Promise<void>
  stop(): Promise<void>
}

/** @throws HistoryError with a sentence and what to do, and whatever else keeps it from starting; nothing is left open then. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const history = await openHistory({
    file: join(options.dataDir, 'history.sqlite'),
    nativeBinding: options.nativeBinding,
    startWorker: options.startHistoryThread,
    now: Date.now,
  })
  try {
    return await startOver(history, options)
  } catch (error) {
    await history.close()
    throw atStart(error)
  }
}

async function startOver(history: History, options: ServicesOptions): Promise<Services> {
  const { dataDir, log } = options
  const onProblem = (problem: unknown): void => log.error({ err: problem }, 'something failed in the background')
  history.onHealth((health) => {
    if (health.state === 'broken') log.error({ problem: health.error }, 'the history cannot be written')
    else log.info('the history can be written again')
  })
  const settings = await openSettings(history.config)
  const secrets = openSecretsFile({
    file: join(dataDir, 'secrets.json'),
    sealer: options.sealer,
    // Without the problem itself: a parser's error may quote what it read.
    onUnreadable: (name) => log.warn({ name }, 'this secret, or file of secrets, cannot be read'),
  })
  const network = openNetwork({ settings, systemProxy: options.systemProxy, log })
  const engine = await startEngine({
    history,
    secrets,
    network,
    agent: { name: 'Creel', version: options.version },
    subscription: await installationId(history.config),
    now: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    listListening: options.listListening,
    markResends: () => settings.current().markResends,
    limits: () => ({ whole: settings.current().retention, sources: settings.current().sourceLimits }),
    mutes: () => settings.current().mutes,
    customSchemes: () => settings.current().customSchemes,
    onDelivery: options.onDelivery,
    startsFile: join(dataDir, 'starts'),
    onProblem,
  })

  let relay: EmbeddedRelay | null = null
  const ownSource = keepEmbeddedSource({ engine, secrets, onProblem })
  const stopping = new AbortController()
  let relayStatus: EmbeddedRelayStatus = { state: 'starting' }
  const startRelay = (): Promise<EmbeddedRelay> =>
    startEmbeddedRelay({
      startWorker: options.startRelayThread,
      dataDir: join(dataDir, 'relay'),
      nativeBinding: options.nativeBinding,
      firstPort: options.firstRelayPort,
      now: Date.now,
      listListening: options.listListening,
      loadPort: async () => readPort(await history.config.setting('relay-port')),
      savePort: (port) => history.config.setSetting('relay-port', port),
      publicUrl: () => settings.current().publicUrl,
      onStatus: (status) => {
        relayStatus = status
        if (status.state === 'down') log.error({ reason: status.message }, 'the relay of this computer is down')
        if (status.state === 'port-taken')
          log.warn({ reason: status.message }, 'the relay of this computer has no port')
        options.onRelay(status)
      },
      onRunning: (running) => ownSource.onRunning(running),
      onProblem,
      signal: stopping.signal,
    })
  const isStopping = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
  const starting = Promise.race([options.relayAfter, isStopping])
    .then(startRelay)
    .then((started) => {
      relay = started
    })
  // The window does not wait for the relay: its status is shown instead.
  starting.catch(onProblem)

  return {
    engine,
    settings,
    network,
    relayStatus: () => relayStatus,
    async moveRelay() {
      await relay?.useAnotherPort()
    },
    async restartRelay() {
      await relay?.restart()
    },
    async stop() {
      stopping.abort()
      ownSource.stop()
      await starting.catch(() => undefined)
      await Promise.all([engine.stop(), relay?.stop()])
    },
  }
}

/** Made at the first run. It is this installation's subscription name, so that two computers never share by accident. */
async function installationId(config: HistoryConfig): Promise<string> {
  const stored = await config.setting('installation')
  if (typeof stored === 'string' && stored !== '') return stored
  const made = randomUUID()
  await config.setSetting('installation', made)
  return made
}

function readPort(stored: unknown): number | null {
  return typeof stored === 'number' && Number.isInteger(stored) && stored > 0 && stored < 65_536 ? stored : null
}
