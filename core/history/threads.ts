import type { Worker } from 'node:worker_threads'

/** What a thread of the history is started with. */
export type HistoryThreadData = {
  readonly file: string
  /** Path of better-sqlite3's compiled addon where the one in its package does not fit this runtime. */
  readonly nativeBinding: string | null
  readonly role: 'writer' | 'reader'
  /** The most pages the file may grow to; tests fill the disk with it. */
  readonly maxPages?: number
}

/** Starts the thread `core/history/writer.ts` or `reader.ts` with `workerData`: the app gives its bundler's worker factories, tests and the CLI `new Worker(new URL(...))`. */
export type StartHistoryThread = (role: 'writer' | 'reader', workerData: HistoryThreadData) => Worker

export type OpenHistoryOptions = {
  readonly file: string
  readonly nativeBinding: string | null
  readonly startWorker: StartHistoryThread
  /** Wall clock, epoch ms. */
  readonly now: () => number
}
