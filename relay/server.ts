import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { pino } from 'pino'
import type { RelayConfig } from './config.ts'
import { inject, type InjectedAnswer, type InjectedRequest } from './inject.ts'
import { httpUrl, listen } from './listen.ts'
import { openRelayStore } from './open-store.ts'
import { buildParts, type Parts } from './parts.ts'
import { PROBLEM_JSON, problemOf } from './problem.ts'

export type RunningRelay = {
  /** What inputs' URLs begin with. */
  readonly url: string
  readonly port: number
  readonly opsUrl: string | null
  /** The administration's second door, for whoever holds this object: asks the same routes with all rights. */
  inject(request: InjectedRequest): Promise<InjectedAnswer>
  /** Finishes what was begun, up to the configured time, then closes everything. Idempotent. */
  stop(): Promise<void>
}

const RECONNECT_AFTER_STOP_MS = 1000

const STOPPING: InjectedAnswer = {
  status: 503,
  headers: { 'content-type': PROBLEM_JSON },
  body: problemOf({ status: 503, code: 'closing', detail: 'This relay is shutting down.' }),
}

/**
 * Opens the store, binds the port and takes requests. Plain Node from 20.18.1 on, in a process or a worker thread.
 * @throws PortTaken, a StoreError, or the system's error; nothing is left open then.
 */
export async function startRelay(config: RelayConfig): Promise<RunningRelay> {
  const log = pino({ level: config.logLevel, base: null })
  const store = await openRelayStore(config, log)
  const ownToken = randomBytes(32).toString('base64url')
  // Known once the port is bound; nobody can ask before.
  const address = { url: config.publicUrl ?? '' }
  let parts: Parts
  try {
    parts = buildParts({ config, log, store, ownToken, address })
  } catch (error) {
    await store.close()
    throw error
  }
  const ops: Server[] = []
  try {
    const port = await listen(parts.door.server, config.host, config.port, (error) =>
      log.error({ err: error }, 'the port failed'),
    )
    address.url = config.publicUrl ?? httpUrl(config.host, port)
    let isStopping = false
    const asked = new Set<Promise<unknown>>()
    const opsUrl = await startOps(parts, () => isStopping, ops)
    log.info({ url: address.url, host: config.host, port, ops: opsUrl }, 'the relay is up')
    let stopped: Promise<void> | null = null
    return {
      url: address.url,
      port,
      opsUrl,
      inject(request) {
        if (isStopping) return Promise.resolve(STOPPING)
        const asking = parts.admin.server().then((admin) => inject(admin, ownToken, request))
        asked.add(asking)
        const forget = () => void asked.delete(asking)
        asking.then(forget, forget)
        return asking
      },
      stop() {
        isStopping = true
        stopped ??= stopParts(parts, ops, asked)
        return stopped
      },
    }
  } catch (error) {
    await stopParts(parts, ops, new Set())
    throw error
  }
}

async function startOps(parts: Parts, isStopping: () => boolean, servers: Server[]): Promise<string | null> {
  const { config, store, counters, stream, log } = parts
  if (config.opsPort === null) return null
  const { createOpsServer } = await import('./ops/ops-server.ts')
  const onError = (error: unknown) => log.error({ err: error }, 'the operations port failed')
  const server = createOpsServer({
    check: () => store.check(),
    isStopping,
    metrics: { counters, stats: () => store.stats(), agents: () => stream.agents().length },
    onError,
  })
  const port = await listen(server, config.opsHost, config.opsPort, onError)
  servers.push(server)
  return httpUrl(config.opsHost, port)
}

/** Uploads that began are finished and answered, agents told to come back, then the files are closed. */
async function stopParts(parts: Parts, ops: readonly Server[], asked: ReadonlySet<Promise<unknown>>): Promise<void> {
  const { config, log, store, stream, door, admin, unknown } = parts
  const closed = new Promise<void>((resolve) => {
    if (door.server.listening) door.server.close(() => resolve())
    else resolve()
  })
  const begun = Promise.all([door.drain(), Promise.allSettled(asked)])
  const inTime = await within(begun, config.timeouts.stopMs)
  if (!inTime) log.warn({ afterMs: config.timeouts.stopMs }, 'uploads that did not end in time were cut off')
  await stream.closeAll('The relay is shutting down.', RECONNECT_AFTER_STOP_MS)
  door.server.closeAllConnections()
  await closed
  parts.sweeping.stop()
  await unknown?.stop()
  await parts.book.stop()
  await admin.close()
  for (const server of ops) {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  await store.close()
  await parts.sweeping.ended()
  log.info('the relay has stopped')
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const result = await Promise.race([promise.then(() => true), late])
  clearTimeout(timer)
  return result
}
