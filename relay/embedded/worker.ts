import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { type FromEmbeddedRelay, ToEmbeddedRelay } from '../../protocol/embedded-relay.ts'
import { relayConfig } from '../config.ts'
import { PortTaken } from '../port-taken.ts'
import { type RunningRelay, startRelay } from '../server.ts'
import { StoreError } from '../store/store-error.ts'

/** The thread of the app's own relay. Its parent administrates it over the message port; senders and agents come by HTTP. */
const Data = z.object({
  port: z.int(),
  dataDir: z.string(),
  publicUrl: z.string().nullable(),
  nativeBinding: z.string().nullable(),
})

type Tell = (message: FromEmbeddedRelay) => void

async function serve(parent: MessagePort, tell: Tell): Promise<void> {
  const relay = await startRelay(relayConfig({ ...Data.parse(workerData), embedded: true, logLevel: 'warn' }))
  parent.on('message', (raw: unknown) => {
    handle(relay, raw, tell)
      .then((isOver) => {
        if (isOver) parent.close()
      })
      .catch(fail)
  })
  // Where the app itself reaches it, whatever its inputs' URLs begin with.
  tell({ type: 'ready', url: `http://127.0.0.1:${relay.port}`, port: relay.port })
}

/** True when the relay has stopped. */
async function handle(relay: RunningRelay, raw: unknown, tell: Tell): Promise<boolean> {
  const message = ToEmbeddedRelay.parse(raw)
  switch (message.type) {
    case 'stop':
      await relay.stop()
      tell({ type: 'stopped' })
      return true
    case 'ask': {
      const { id, method, path, body } = message
      const answer = await relay.inject(method === 'GET' ? { method, path } : { method, path, body: body ?? {} })
      tell({ type: 'answer', id, status: answer.status, body: answer.body })
      return false
    }
  }
}

/** A message that cannot be read, or a stop that failed, is a bug: the thread ends loudly and its parent starts it anew. */
function fail(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

function codeOf(error: unknown): 'port-taken' | 'store' | 'internal' {
  if (error instanceof PortTaken) return 'port-taken'
  return error instanceof StoreError ? 'store' : 'internal'
}

if (!parentPort) throw new Error('This file is the entry of a worker thread.')
const port = parentPort
const tell: Tell = (message) => port.postMessage(message)
serve(port, tell).catch((error: unknown) => {
  tell({ type: 'failed', code: codeOf(error), message: error instanceof Error ? error.message : String(error) })
  port.close()
})
