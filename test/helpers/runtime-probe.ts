import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import pino from 'pino'
import { startServices } from '../../main/services.ts'

// All of the app that is no desktop, bundled as main is and run by each runtime (test/integration/setup-runtimes.test.ts):
// a webhook is posted to the embedded relay and read back from the history. Prints what it saw as one JSON line.

const [dataDir = ''] = process.argv.slice(2)
const nativeBinding = process.env['CREEL_SQLITE_BINDING'] ?? null
const startThread = (name: string, workerData: unknown) => new Worker(join(__dirname, `${name}.cjs`), { workerData })

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    await pause(20)
  }
}

async function probe(): Promise<void> {
  const services = await startServices({
    dataDir,
    version: '0.0.0',
    nativeBinding,
    firstRelayPort: 25_000,
    sealer: { isAvailable: () => false, seal: (clear) => Buffer.from(clear), open: (sealed) => sealed.toString() },
    startHistoryThread: startThread,
    startRelayThread: (data) => startThread('relay', data),
    listListening: async () => [],
    log: pino({ level: 'error' }, pino.destination(2)),
    systemProxy: null,
    onRelay: () => undefined,
  })
  const received = new Promise<unknown>((resolve) => {
    services.engine.listen((name, event) => {
      if (name === 'requests:received') resolve(event)
    })
  })
  const url = await until(
    () => services.engine.sources.all().flatMap(({ id }) => services.engine.sources.inputs(id))[0]?.url,
  )
  const answer = await fetch(`${url}/hook?a=1`, { method: 'POST', headers: { 'X-Probe': 'yes' }, body: '{"n":1.0}' })
  await received
  process.stdout.write(
    `${JSON.stringify({ node: process.versions.node, status: answer.status, received: await received })}\n`,
  )
  await services.stop()
}

// No top-level await: this is bundled as CommonJS.
probe().catch((problem: unknown) => {
  process.stderr.write(`${problem instanceof Error ? problem.stack : String(problem)}\n`)
  process.exit(1)
})
