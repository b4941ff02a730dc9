import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import pino from 'pino'
import type { EmbeddedRelayStatus } from '../../protocol/ipc.ts'
import { startServices, type Services } from '../../main/services.ts'
import { ownFirstPort } from './first-port.ts'

/** The whole app but its desktop, under plain Node: the same engine, the same threads, the same relay. */
export type RunningServices = Services & {
  readonly dataDir: string
  readonly relayStates: readonly EmbeddedRelayStatus[]
  /** Lines of the log that tell of bugs. */
  readonly errors: string[]
  /** Every thread that was started, the newest last. */
  readonly threads: { readonly role: 'writer' | 'reader' | 'relay'; readonly worker: Worker }[]
}

export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'creel-services-'))
}

export function removeDataDir(dataDir: string): Promise<void> {
  return rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
}

export async function runServices(dataDir: string): Promise<RunningServices> {
  const relayStates: EmbeddedRelayStatus[] = []
  const errors: string[] = []
  const threads: RunningServices['threads'] = []
  function noted(role: RunningServices['threads'][number]['role'], worker: Worker): Worker {
    threads.push({ role, worker })
    return worker
  }
  const services = await startServices({
    dataDir,
    version: '0.0.0-test',
    nativeBinding: null,
    firstRelayPort: ownFirstPort(),
    // A test's keyring: the point here is not the sealing.
    sealer: { isAvailable: () => false, seal: (clear) => Buffer.from(clear), open: (sealed) => sealed.toString() },
    startHistoryThread: (role, workerData) =>
      noted(role, new Worker(new URL(`../../core/history/${role}.ts`, import.meta.url), { workerData })),
    startRelayThread: (workerData) =>
      noted('relay', new Worker(new URL('../../relay/embedded/worker.ts', import.meta.url), { workerData })),
    listListening: async () => [],
    log: pino({ level: 'error' }, { write: (line: string) => void errors.push(line) }),
    systemProxy: null,
    onRelay: (status) => relayStates.push(status),
  })
  return { ...services, dataDir, relayStates, errors, threads }
}
