import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import type { Token } from '../../protocol/source.ts'
import { lookAt, readKept, type KeptRequest } from './arena-history.ts'
import { engineProcess, relayProcess, type EngineProcess, type KillableProcess } from './arena-process.ts'
import { startArenaTarget, type ArenaTarget, type TargetArrival } from './arena-target.ts'
import { sendOne } from './burst.ts'
import { eventually } from './eventually.ts'
import { ownFreePort } from './first-port.ts'
import { ADMIN, administer } from './relay-administration.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** Everything on the way of a webhook, each where it is in life: relay and engine are processes that can be killed, the link between them can fail. */
export type Arena = {
  readonly relay: KillableProcess
  readonly engine: EngineProcess
  /** Between engine and relay. */
  readonly link: TcpProxy
  readonly target: ArenaTarget
  /** Where senders post to: the relay itself, not through the link. */
  readonly inputUrl: string
  readonly relayDir: string
  readonly dataDir: string
  readonly historyFile: string
  /** The history as it stands in the file, without fences. */
  kept(): readonly KeptRequest[]
  /** What came to the target so far, without fences. */
  arrivals(): readonly TargetArrival[]
  /**
   * Waits until all that the relay ever accepted is in the history and nothing of it waits to be delivered any more: one last request, sent when everything
   * else has been, is there. Relay, engine, link and target have to be up.
   */
  settled(): Promise<void>
}

export type ArenaOptions = {
  readonly inFlight?: number
  /** Settings of the relay: `CREEL_...`. */
  readonly relayEnv?: Readonly<Record<string, string>>
  readonly bucketSettings?: object
  /** Folders to use instead of new temporary ones (a small file system, say); whoever gives them removes them. */
  readonly relayDir?: string
  readonly dataDir?: string
}

/** All of a long burst may have to be drained through a slow target. */
const SETTLE_TIMEOUT_MS = 60_000
const FENCE = 'fence-'

/** Starts all of it; ended and removed with the test. */
export async function startArena(options: ArenaOptions = {}): Promise<Arena> {
  const folder = await mkdtemp(join(tmpdir(), 'creel-arena-'))
  const relayDir = options.relayDir ?? join(folder, 'relay')
  const dataDir = options.dataDir ?? join(folder, 'data')
  await mkdir(dataDir, { recursive: true })
  // Registered first, so that it runs last: the processes are gone by then.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

  // Not one that the system gives to outgoing connections: it has to be free again after a kill.
  const port = await ownFreePort()
  const relayUrl = `http://127.0.0.1:${port}`
  const relay = relayProcess({
    CREEL_PORT: String(port),
    CREEL_OPS_PORT: '0',
    CREEL_DATA_DIR: relayDir,
    CREEL_ADMIN_TOKEN: ADMIN,
    ...options.relayEnv,
  })
  await relay.start()
  const { input, token } = await furnish(relayUrl, options.bucketSettings ?? {})
  const target = await startArenaTarget()
  onTestFinished(() => target.down())
  const link = await startTcpProxy(port)
  onTestFinished(() => link.close())
  const { inFlight } = options
  const wishes = { relayUrl: link.url, token, targetUrl: target.url, ...(inFlight === undefined ? {} : { inFlight }) }
  const engine = engineProcess(dataDir, wishes)
  await engine.start()

  const historyFile = join(dataDir, 'history.sqlite')
  const inputUrl = `${relayUrl}/in/${input}`
  let fences = 0
  return {
    relay,
    engine,
    link,
    target,
    inputUrl,
    relayDir,
    dataDir,
    historyFile,
    kept: () => readKept(historyFile).filter(({ name }) => !name.startsWith(FENCE)),
    arrivals: () => target.arrivals.filter(({ name }) => !name.startsWith(FENCE)),
    async settled() {
      const fence = `${FENCE}${(fences += 1)}`
      await eventually(async () => {
        if (!(await sendOne(inputUrl, fence))) throw new Error('The last request was not accepted.')
      })
      const look = (): void => {
        const { hasName, live } = lookAt(historyFile, fence)
        if (!hasName || live > 0) throw new Error(`${fence} ${hasName ? 'is there' : 'is missing'}, ${live} are live`)
      }
      try {
        await vi.waitFor(look, { timeout: SETTLE_TIMEOUT_MS, interval: 50 })
      } catch (error) {
        const told = `The engine says ${JSON.stringify(await engine.status())} and complains: ${[...new Set(engine.complaints())].slice(0, 5).join()}`
        throw new Error(`Not settled: ${String(error)}. ${told}`, { cause: error })
      }
    },
  }
}

async function furnish(relayUrl: string, settings: object): Promise<{ input: string; token: Token }> {
  const { newBucket, newInput, newToken } = administer(relayUrl)
  const bucket = await newBucket('arena', settings)
  return { input: await newInput(bucket), token: await newToken([bucket]) }
}
