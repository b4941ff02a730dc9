import type { TransferListItem, Worker } from 'node:worker_threads'
import { toHistoryError } from '../database-error.ts'
import { HistoryError } from '../history.ts'
import type { Call, CallEnd, Calls, ErrorFields, FromThread, ToThread } from './messages.ts'

const CALLS_PER_MESSAGE = 64

/** Main's end of one life of one thread. */
export type ThreadLink<C extends Calls> = {
  /** Resolves when the thread has opened the database. Rejects with `HistoryError`. */
  readonly ready: Promise<void>
  /** Buffers in `transfer` belong to the thread afterwards. */
  call<N extends keyof C & string>(
    name: N,
    input: C[N]['input'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<C[N]['output']>
  /** Lets the thread finish what it has, then waits for its end. */
  close(): Promise<void>
  /** Ends the thread at once. */
  kill(): Promise<void>
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: HistoryError) => void }

/**
 * Wires a started worker to calls that return promises. All calls of one turn of main's event loop travel in one message.
 * @param onEnd called once when the thread is gone without having been asked to go, after its calls were rejected.
 */
export function linkThread<C extends Calls>(
  worker: Worker,
  options: { readonly now: () => number; readonly onEnd: (error: HistoryError) => void },
): ThreadLink<C> {
  const waiting = new Map<number, Waiting>()
  const ready = startOf(worker)
  let outbox: Call<C>[] = []
  let transfers: TransferListItem[] = []
  let lastId = 0
  let end: HistoryError | null = null
  let isClosing = false
  let isExpected = false
  let crash: unknown = null

  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      end = isClosing ? closedError() : diedError(crash, code)
      for (const { reject } of waiting.values()) reject(end)
      waiting.clear()
      resolve()
      if (!isExpected) options.onEnd(end)
    })
  })
  worker.on('error', (error) => (crash = error))
  worker.on('message', (message: FromThread) => {
    if (message.type !== 'ends') return
    for (const ended of message.ends) settle(waiting, ended)
    // After all who waited for these calls have reacted: what they call until then is sent before.
    if (message.ends.some(({ ok }) => !ok)) setImmediate(tellHeard)
  })

  function tellHeard(): void {
    if (end === null) worker.postMessage({ type: 'heard' } satisfies ToThread<C>)
  }

  function send(): void {
    if (outbox.length === 0) return
    const calls = outbox
    const buffers = transfers
    outbox = []
    transfers = []
    try {
      worker.postMessage({ type: 'calls', now: options.now(), calls } satisfies ToThread<C>, buffers)
    } catch (error) {
      const unsent = toHistoryError(error, 'the message to the thread')
      for (const { id } of calls) settle(waiting, { id, ok: false, error: unsent })
    }
  }

  return {
    ready,
    call: (name, input, transfer = []) =>
      new Promise((resolve, reject) => {
        if (end !== null) {
          reject(end)
          return
        }
        const id = ++lastId
        // Both ends are compiled from one map of calls, so what comes back for a name is what the map says.
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
        // Behind all that this turn reads from sockets: what arrives together shares one message, and wakes the thread once.
        if (outbox.length === 0) setImmediate(send)
        outbox.push({ id, name, input } as Call<C>)
        transfers.push(...transfer)
        // In a long turn the thread may as well begin.
        if (outbox.length >= CALLS_PER_MESSAGE) send()
      }),
    async close() {
      isClosing = true
      isExpected = true
      const message: ToThread<C> = { type: 'close' }
      // Behind the calls of this turn, which are sent at its end.
      setImmediate(() => worker.postMessage(message))
      await exited
    },
    async kill() {
      isExpected = true
      await worker.terminate()
      await exited
    },
  }
}

function startOf(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    let crash: unknown = null
    const onMessage = (message: FromThread): void => {
      if (message.type === 'ready') resolve()
      if (message.type === 'failed') reject(toError(message.error))
    }
    worker.on('message', onMessage)
    worker.once('error', (error) => (crash = error))
    worker.once('exit', (code) => reject(diedError(crash, code)))
  })
}

function settle(waiting: Map<number, Waiting>, ended: CallEnd): void {
  const call = waiting.get(ended.id)
  if (call === undefined) return
  waiting.delete(ended.id)
  if (ended.ok) call.resolve(ended.value)
  else call.reject(toError(ended.error))
}

function toError(fields: ErrorFields): HistoryError {
  return new HistoryError(fields.code, fields.message, { fix: fields.fix })
}

function diedError(cause: unknown, exitCode: number): HistoryError {
  const reason = cause instanceof Error ? cause.message : `exit code ${exitCode}`
  return new HistoryError('thread-died', `The part of Creel that keeps the history stopped: ${reason}.`, {
    cause,
    fix: 'Creel starts it again by itself. What came meanwhile waits at the relay.',
  })
}

/** What every call gets once the history was closed. */
export function closedError(): HistoryError {
  return new HistoryError('closed', 'The history is closed.', { fix: 'Start Creel again.' })
}
