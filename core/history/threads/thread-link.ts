import type { TransferListItem, Worker } from 'node:worker_threads'
import { toHistoryError } from '../database-error.ts'
import { HistoryError } from '../history.ts'
import type { Calls, ErrorFields, FromThread, ToThread } from './messages.ts'
import { Packer } from './packer.ts'
import type { Packing } from './packing.ts'
import { WaitingCalls } from './waiting-calls.ts'

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

/**
 * Wires a started worker to calls that return promises. All calls of one turn of main's event loop travel in one message.
 * @param onEnd called once when the thread is gone without having been asked to go, after its calls were rejected.
 */
export function linkThread<C extends Calls>(
  worker: Worker,
  options: {
    readonly now: () => number
    readonly packing: Packing<C>
    readonly onEnd: (error: HistoryError) => void
  },
): ThreadLink<C> {
  const waiting = new WaitingCalls()
  const ready = startOf(worker)
  const outbox = new Packer()
  let unsent: number[] = []
  let transfers: TransferListItem[] = []
  let end: HistoryError | null = null
  let isClosing = false
  let isExpected = false
  let crash: unknown = null

  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      end = isClosing ? closedError() : diedError(crash, code)
      for (const { reject } of waiting.takeAll()) reject(end)
      resolve()
      if (!isExpected) options.onEnd(end)
    })
  })
  worker.on('error', (error) => (crash = error))
  worker.on('message', (message: FromThread) => {
    if (message.type !== 'ends') return
    // After all who waited for these calls have reacted: what they call until then is sent before.
    if (!settle(waiting, message.ends)) setImmediate(tellHeard)
  })

  function tellHeard(): void {
    if (end !== null) return
    // Calls of this turn wait for an immediate of their own, which may come behind this one.
    send()
    worker.postMessage({ type: 'heard' } satisfies ToThread)
  }

  function send(): void {
    if (unsent.length === 0) return
    const packed = outbox.take()
    const ids = unsent
    const buffers = transfers
    unsent = []
    transfers = []
    if (packed.bytes !== null) buffers.push(packed.bytes.buffer)
    try {
      worker.postMessage({ type: 'calls', now: options.now(), packed } satisfies ToThread, buffers)
    } catch (error) {
      const problem = toHistoryError(error, 'the message to the thread')
      for (const id of ids) waiting.take(id)?.reject(problem)
    }
  }

  function pack<N extends keyof C & string>(id: number, name: N, input: C[N]['input']): void {
    outbox.whole(() => {
      outbox.value(id)
      outbox.value(name)
      const packing = options.packing[name]
      if (packing === undefined) outbox.value(input)
      else packing.pack(input, outbox)
    })
  }

  return {
    ready,
    call: (name, input, transfer) =>
      new Promise((resolve, reject) => {
        if (end !== null) {
          reject(end)
          return
        }
        // Both ends are compiled from one map of calls, so what comes back for a name is what the map says.
        const id = waiting.add({ resolve: resolve as (value: unknown) => void, reject })
        try {
          pack(id, name, input)
        } catch (error) {
          waiting.take(id)?.reject(toHistoryError(error, 'the message to the thread'))
          return
        }
        // Behind all that this turn reads from sockets: what arrives together shares one message, and wakes the thread once.
        if (unsent.length === 0) setImmediate(send)
        unsent.push(id)
        if (transfer !== undefined) transfers.push(...transfer)
        // In a long turn the thread may as well begin.
        if (unsent.length >= CALLS_PER_MESSAGE) send()
      }),
    async close() {
      isClosing = true
      isExpected = true
      const message: ToThread = { type: 'close' }
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

/** Tells those who wait; gives whether all of these calls were done. */
function settle(waiting: WaitingCalls, ends: readonly unknown[]): boolean {
  let isGood = true
  for (let at = 0; at < ends.length; at += 3) {
    const call = waiting.take(ends[at] as number)
    const isDone = ends[at + 1] === true
    if (isDone) call?.resolve(ends[at + 2])
    else call?.reject(toError(ends[at + 2] as ErrorFields))
    isGood &&= isDone
  }
  return isGood
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
