import { isMainThread, parentPort, workerData, type MessagePort, type TransferListItem } from 'node:worker_threads'
import { toHistoryError } from '../database-error.ts'
import type { HistoryError } from '../history.ts'
import type { HistoryThreadData } from '../threads.ts'
import type { Call, CallEnd, Calls, ErrorFields, FromThread, ToThread } from './messages.ts'
import { Unpacker, type Packed } from './packer.ts'
import type { Packing } from './packing.ts'

/** What a thread does with the messages of main. */
export type ThreadService<C extends Calls> = {
  receive(calls: readonly Call<C>[], now: number): void
  /** Main has heard of the failures of one message. */
  heard(): void
  /** Finishes what was begun and closes the database. */
  close(): void
}

/** A function for each call of a thread. */
export type Handlers<C extends Calls> = {
  readonly [N in keyof C & string]: (input: C[N]['input'], now: number) => C[N]['output']
}

/** Runs in the thread: opens its service, tells main, and serves until main says close. */
export function serveThread<C extends Calls>(
  packing: Packing<C>,
  open: (data: HistoryThreadData, send: (ends: readonly CallEnd[]) => void) => ThreadService<C>,
): void {
  if (isMainThread || parentPort === null) throw new Error('This file is the entry of a worker thread.')
  const port: MessagePort = parentPort
  // Started only by this folder, with the type that it declares.
  const data = workerData as HistoryThreadData
  const post = (message: FromThread, transfer: TransferListItem[] = []): void => port.postMessage(message, transfer)

  let service: ThreadService<C>
  try {
    service = open(data, (ends) => post({ type: 'ends', ends: flatten(ends) }, buffersOf(ends)))
  } catch (error) {
    post({ type: 'failed', error: toFields(toHistoryError(error, data.file)) })
    port.close()
    return
  }
  port.on('message', (message: ToThread) => {
    if (message.type === 'calls') {
      service.receive(unpackCalls(packing, message.packed), message.now)
      return
    }
    if (message.type === 'heard') {
      service.heard()
      return
    }
    service.close()
    port.close()
  })
  post({ type: 'ready' })
}

/** Runs the handler that a call names. */
export function handle<C extends Calls>(handlers: Handlers<C>, call: Call<C>, now: number): unknown {
  // The call's name and input belong together by the type of `Call`, which TypeScript cannot follow through the look-up.
  const handler: (input: never, now: number) => unknown = handlers[call.name]
  return handler(call.input as never, now)
}

/** An error as plain fields, which cross a thread whole. */
export function toFields(error: HistoryError): ErrorFields {
  return { code: error.code, message: error.message, fix: error.fix }
}

function unpackCalls<C extends Calls>(packing: Packing<C>, packed: Packed): Call<C>[] {
  const from = new Unpacker(packed)
  const calls: Call<C>[] = []
  while (!from.isAtEnd) {
    const id = from.value<number>()
    const name = from.value<keyof C & string>()
    const input = packing[name]?.unpack(from) ?? from.value()
    calls.push({ id, name, input } as Call<C>)
  }
  return calls
}

function flatten(ends: readonly CallEnd[]): unknown[] {
  const flat: unknown[] = []
  for (const end of ends) flat.push(end.id, end.ok, end.ok ? end.value : end.error)
  return flat
}

function buffersOf(ends: readonly CallEnd[]): TransferListItem[] {
  const buffers: TransferListItem[] = []
  for (const end of ends) {
    const bytes = end.ok ? bytesOf(end.value) : null
    if (bytes !== null && bytes.buffer instanceof ArrayBuffer) buffers.push(bytes.buffer)
  }
  return buffers
}

/** The piece of memory that a value is, or that is packed in it. */
function bytesOf(value: unknown): Uint8Array | null {
  if (typeof value !== 'object' || value === null) return null
  if (value instanceof Uint8Array) return value
  return 'values' in value && 'bytes' in value && value.bytes instanceof Uint8Array ? value.bytes : null
}
