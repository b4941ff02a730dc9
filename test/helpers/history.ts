import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Arrival, History, PlannedDelivery } from '../../core/history/history.ts'
import { openHistory } from '../../core/history/open-history.ts'
import type { HistoryThreadData } from '../../core/history/threads.ts'
import type { SourceId, TargetId } from '../../protocol/ids.ts'

/** A history in a folder of its own, with the threads that it runs on. */
export type TestHistory = {
  readonly history: History
  readonly file: string
  /** Threads that were started, the newest last. */
  readonly workers: { readonly role: 'writer' | 'reader'; readonly worker: Worker }[]
  /** What the clock shows; may be set. */
  readonly clock: { now: number }
}

export type TestHistoryOptions = {
  readonly file?: string
  readonly maxPages?: number
  readonly now?: number
}

/** Starts a thread of the history as Node runs it. */
export function startHistoryThread(role: 'writer' | 'reader', workerData: HistoryThreadData): Worker {
  return role === 'writer'
    ? new Worker(new URL('../../core/history/writer.ts', import.meta.url), { workerData })
    : new Worker(new URL('../../core/history/reader.ts', import.meta.url), { workerData })
}

/** A path for a database in a new folder of the system's temporary one. */
export function newHistoryFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'creel-history-')), 'history.db')
}

/** Deletes a database with the folder that `newHistoryFile` made for it. */
export function removeHistoryFile(file: string): void {
  rmSync(join(file, '..'), { recursive: true, force: true })
}

export async function openTestHistory(options: TestHistoryOptions = {}): Promise<TestHistory> {
  const file = options.file ?? newHistoryFile()
  const clock = { now: options.now ?? 1_700_000_000_000 }
  const workers: TestHistory['workers'] = []
  const history = await openHistory({
    file,
    nativeBinding: null,
    now: () => clock.now,
    startWorker(role, data) {
      const more = options.maxPages === undefined ? {} : { maxPages: options.maxPages }
      const worker = startHistoryThread(role, { ...data, ...more })
      workers.push({ role, worker })
      return worker
    },
  })
  return { history, file, workers, clock }
}

/** A source to which arrivals can belong. */
export async function addTestSource(history: History, targets: readonly TargetId[] = []): Promise<SourceId> {
  const source = await history.config.addSource({
    kind: 'creel',
    name: 'Relay',
    relayUrl: 'https://relay.example.com',
    tokenKey: 'crk_abcdef',
    buckets: [],
    targets: [...targets],
    held: false,
    disconnected: false,
  })
  return source.id
}

/** A GitHub-like POST. */
export function arrival(change: Partial<Arrival> = {}): Arrival {
  return {
    sourceId: null,
    originId: null,
    kind: 'captured',
    receivedAt: 1_699_999_999_000,
    relaySeq: null,
    remote: '192.0.2.7',
    method: 'POST',
    requestTarget: '/in/4b2f/hooks?a=1',
    mountBytes: 8,
    headers: [
      ['Host', 'relay.example.com'],
      ['Content-Type', 'application/json'],
    ],
    trailers: [],
    bodyBytes: 2,
    sha256: null,
    detail: null,
    parentId: null,
    provider: 'github',
    event: 'push',
    senderId: null,
    redelivered: false,
    ...change,
  }
}

/** A delivery to be stored along with a request. */
export function planned(change: Partial<PlannedDelivery> = {}): PlannedDelivery {
  return {
    targetId: null,
    url: 'http://localhost:3000/hooks',
    reason: 'captured',
    state: 'queued',
    holdReason: null,
    ...change,
  }
}
