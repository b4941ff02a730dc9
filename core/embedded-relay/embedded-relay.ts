import type { ListeningPort } from '../../protocol/delivery.ts'
import type { EmbeddedRelayStatus } from '../../protocol/ipc.ts'
import {
  RelayStartError,
  startRelayThread,
  type AskRelay,
  type RelayThread,
  type StartRelayThread,
} from './relay-thread.ts'

/** The first port that is tried when none was taken before. */
export const FIRST_PORT = 4480
const PORTS_TRIED = 100
/** After a crash the system may hold the old port for seconds. */
const PORT_WAIT_MS = 10_000
const PORT_RETRY_MS = 500
const RESTART_FIRST_MS = 500
const RESTART_MAX_MS = 30_000
/** A relay that ran this long is not in a loop of crashes. */
const HEALTHY_AFTER_MS = 60_000
const STOP_GRACE_MS = 5_000

export type EmbeddedRelayOptions = {
  readonly startWorker: StartRelayThread
  readonly dataDir: string
  readonly nativeBinding: string | null
  readonly firstPort: number
  readonly now: () => number
  readonly listListening: () => Promise<readonly ListeningPort[]>
  /** The port of earlier runs, so that URLs survive restarts. */
  readonly loadPort: () => Promise<number | null>
  readonly savePort: (port: number) => Promise<void>
  /** Where a tunnel makes it public; asked at each start. */
  readonly publicUrl: () => string | null
  readonly onStatus: (status: EmbeddedRelayStatus) => void
  /** Called each time it listens: at the first start, after a crash, on another port. Called again, after a while, when it fails. */
  readonly onRunning: (running: { url: string; ask: AskRelay }) => Promise<void>
  readonly onProblem: (problem: unknown) => void
  /** Ends a start that is still under way; `stop` follows. */
  readonly signal?: AbortSignal
}

/** The relay inside the app: started once, restarted when it dies, on the same port as long as that can be had. */
export type EmbeddedRelay = {
  status(): EmbeddedRelayStatus
  /** Gives up the port of before, which somebody else has, for the next free one. URLs change with it. */
  useAnotherPort(): Promise<void>
  /** Begins anew on the same port, with what it is to be told now. Resolves when it listens, or could not. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Resolves after the first try to listen, whatever came of it: the status says. */
export async function startEmbeddedRelay(options: EmbeddedRelayOptions): Promise<EmbeddedRelay> {
  let status: EmbeddedRelayStatus = { state: 'starting' }
  let thread: RelayThread | null = null
  let isStopped = false
  let restartMs = RESTART_FIRST_MS
  let timer: ReturnType<typeof setTimeout> | null = null
  let preparing: ReturnType<typeof setTimeout> | null = null
  let moving: Promise<void> | null = null
  /** The last of them: each is told what is true when it begins. */
  let restarting: Promise<void> = Promise.resolve()
  const hasStopped = (): boolean => isStopped || options.signal?.aborted === true

  function become(next: EmbeddedRelayStatus): void {
    status = next
    options.onStatus(next)
  }

  async function listenOn(port: number): Promise<RelayThread> {
    const { dataDir, nativeBinding } = options
    const started = await startRelayThread(options.startWorker, {
      port,
      dataDir,
      nativeBinding,
      publicUrl: options.publicUrl(),
    })
    if (!hasStopped()) return started
    await started.stop(STOP_GRACE_MS)
    throw new RelayStartError('internal', 'The relay of this computer was stopped while it started.')
  }

  async function run(started: RelayThread): Promise<void> {
    thread = started
    const startedAt = options.now()
    become({ state: 'running', url: started.url, port: started.port })
    started.gone
      .then((sentence) => {
        if (thread === started) thread = null
        if (sentence === null || hasStopped()) return
        if (options.now() - startedAt > HEALTHY_AFTER_MS) restartMs = RESTART_FIRST_MS
        scheduleRestart(sentence)
      })
      .catch(options.onProblem)
    await prepare(started, RESTART_FIRST_MS)
  }

  async function prepare(started: RelayThread, nextInMs: number): Promise<void> {
    try {
      await options.onRunning({ url: started.url, ask: started.ask })
    } catch (problem) {
      // The next thread is prepared anew.
      if (thread !== started || hasStopped()) return
      options.onProblem(problem)
      preparing = setTimeout(() => {
        if (thread === started) void prepare(started, Math.min(RESTART_MAX_MS, nextInMs * 2))
      }, nextInMs)
    }
  }

  function scheduleRestart(message: string): void {
    if (hasStopped()) return
    become({ state: 'down', message, nextAttemptAt: options.now() + restartMs })
    timer = setTimeout(() => void start(), restartMs)
    restartMs = Math.min(RESTART_MAX_MS, restartMs * 2)
  }

  async function start(): Promise<void> {
    let port: number | null = null
    try {
      port = await options.loadPort()
      if (port === null) await takeFreePort(options.firstPort)
      else await takeBack(port)
    } catch (problem) {
      if (!(problem instanceof RelayStartError)) options.onProblem(problem)
      else if (problem.code === 'port-taken' && port !== null && !hasStopped()) {
        become({ state: 'port-taken', port, ...(await whoHas(port)) })
        return
      }
      scheduleRestart(problem instanceof Error ? problem.message : String(problem))
    }
  }

  async function takeFreePort(from: number): Promise<void> {
    for (let port = from; port < from + PORTS_TRIED; port += 1) {
      try {
        const started = await listenOn(port)
        await keepPort(started)
        await run(started)
        return
      } catch (problem) {
        if (!(problem instanceof RelayStartError) || problem.code !== 'port-taken') throw problem
      }
    }
    throw new RelayStartError('internal', `None of the ports ${from} to ${from + PORTS_TRIED - 1} is free.`)
  }

  async function keepPort(started: RelayThread): Promise<void> {
    try {
      await options.savePort(started.port)
    } catch (problem) {
      await started.stop(STOP_GRACE_MS)
      throw problem
    }
  }

  async function takeBack(port: number): Promise<void> {
    const until = options.now() + PORT_WAIT_MS
    for (;;) {
      try {
        await run(await listenOn(port))
        return
      } catch (problem) {
        const isTaken = problem instanceof RelayStartError && problem.code === 'port-taken'
        if (!isTaken || options.now() >= until || hasStopped()) throw problem
        await new Promise((resolve) => setTimeout(resolve, PORT_RETRY_MS))
      }
    }
  }

  async function whoHas(port: number): Promise<{ by: string | null; message: string }> {
    const listening = await options.listListening()
    const by = listening.find((one) => one.port === port)?.process ?? null
    const who = by === null ? 'another program' : by
    return { by, message: `Port ${port} is taken by ${who}, so this computer's URLs do not answer.` }
  }

  async function restart(): Promise<void> {
    const running = thread
    // One that is down or waits for its port is told at its next start anyway.
    if (running === null || hasStopped()) return
    thread = null
    become({ state: 'starting' })
    await running.stop(STOP_GRACE_MS)
    await start()
  }

  await start()
  return {
    status: () => status,
    async useAnotherPort() {
      if (status.state !== 'port-taken') return
      // Two threads at once would share one database.
      moving ??= takeFreePort(status.port + 1).finally(() => (moving = null))
      await moving
    },
    restart() {
      const next = restarting.then(restart)
      restarting = next.catch(() => undefined)
      return next
    },
    async stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
      if (preparing !== null) clearTimeout(preparing)
      await restarting
      await thread?.stop(STOP_GRACE_MS)
    },
  }
}
