import type { Worker } from 'node:worker_threads'
import { FromEmbeddedRelay, type EmbeddedRelayData, type ToEmbeddedRelay } from '../../protocol/embedded-relay.ts'

/** Starts the thread `relay/embedded/worker.ts`: the app gives its bundler's factory, tests `new Worker(new URL(...))`. */
export type StartRelayThread = (workerData: EmbeddedRelayData) => Worker

export type AdminAnswer = { readonly status: number; readonly body: unknown }
export type AskRelay = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<AdminAnswer>

/** One run of the relay's thread, from the moment it listens. */
export type RelayThread = {
  readonly url: string
  readonly port: number
  readonly ask: AskRelay
  /** Lets it finish what was begun; ends it by force after `graceMs`. */
  stop(graceMs: number): Promise<void>
  /** Settles when the thread is gone, with a sentence when it was not asked to go. */
  readonly gone: Promise<string | null>
}

/** The relay's thread could not begin to listen. */
export class RelayStartError extends Error {
  readonly code: 'port-taken' | 'store' | 'internal'

  constructor(code: RelayStartError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RelayStartError'
    this.code = code
  }
}

/** @throws RelayStartError */
export async function startRelayThread(start: StartRelayThread, data: EmbeddedRelayData): Promise<RelayThread> {
  const worker = start(data)
  const waiting = new Map<number, { resolve: (answer: AdminAnswer) => void; reject: (problem: Error) => void }>()
  let lastId = 0
  let isStopping = false
  let ended: Error | null = null
  let problem: Error | null = null

  worker.on('error', (error) => {
    problem = error
  })
  const gone = new Promise<string | null>((resolve) => {
    worker.once('exit', (code) => {
      const sentence = `The relay of this computer ended unexpectedly (${problem?.message ?? `exit code ${code}`}).`
      ended = new Error(sentence)
      for (const { reject } of waiting.values()) reject(ended)
      waiting.clear()
      resolve(isStopping ? null : sentence)
    })
  })
  const ready = await firstWord(worker, gone)

  worker.on('message', (raw: unknown) => {
    const message = FromEmbeddedRelay.parse(raw)
    if (message.type !== 'answer') return
    waiting.get(message.id)?.resolve({ status: message.status, body: message.body })
    waiting.delete(message.id)
  })

  function tell(message: ToEmbeddedRelay): void {
    worker.postMessage(message)
  }

  return {
    ...ready,
    gone,
    ask(method, path, body) {
      lastId += 1
      const id = lastId
      return new Promise((resolve, reject) => {
        if (ended) {
          reject(ended)
          return
        }
        waiting.set(id, { resolve, reject })
        tell({ type: 'ask', id, method, path, body: body ?? null })
      })
    },
    async stop(graceMs) {
      isStopping = true
      tell({ type: 'stop' })
      const timer = setTimeout(() => void worker.terminate(), graceMs)
      await gone
      clearTimeout(timer)
    },
  }
}

async function firstWord(worker: Worker, gone: Promise<string | null>): Promise<{ url: string; port: number }> {
  const early = gone.then((sentence) => {
    throw new RelayStartError('internal', sentence ?? 'The relay of this computer was stopped while it started.')
  })
  // By the events themselves, in their order: a thread's last word and its end may come in one turn.
  const first = new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', (problem: unknown) => {
      const why = problem instanceof Error ? problem.message : String(problem)
      reject(
        new RelayStartError('internal', `The relay of this computer could not start (${why}).`, { cause: problem }),
      )
    })
  })
  const message = FromEmbeddedRelay.parse(await Promise.race([first, early]))
  if (message.type === 'ready') return { url: message.url, port: message.port }
  if (message.type === 'failed') throw new RelayStartError(message.code, message.message)
  throw new RelayStartError('internal', `The relay of this computer began with "${message.type}".`)
}
