import type { Calls } from './calls.ts'
import type { Context } from './context.ts'
import { startProcess, type BenchProcess } from './process.ts'

const PROGRAM = new URL('../cli/main.ts', import.meta.url)
const REPORTER = new URL('./processes/usage-reporter.ts', import.meta.url)
const ADMIN_TOKEN = 'cra_of-the-bench-alone'

/** A relay in a process of its own, as `creel relay` runs it, with one bucket and one input. */
export type BenchRelay = {
  readonly process: BenchProcess<Calls>
  readonly url: string
  readonly port: number
  readonly bucket: string
  readonly inputPath: string
  readonly token: { readonly key: string; readonly secret: string }
  /** How many items wait for an acknowledgement. */
  waiting(): Promise<number>
  stop(): Promise<void>
}

export async function startRelay(context: Context, env: Readonly<Record<string, string>> = {}): Promise<BenchRelay> {
  const folder = context.newFolder('relay')
  const { relayProcess, url, port } = await runRelay(folder, 0, env)
  const ask = (method: string, path: string, body?: object) => askRelay(url, method, path, body)
  const bucket = text(await ask('POST', '/v1/buckets', { name: 'bench' }), 'id')
  const input = text(await ask('POST', `/v1/buckets/${bucket}/inputs`, { name: 'github' }), 'id')
  const token = await ask('POST', '/v1/tokens', { name: 'bench', buckets: [bucket] })
  return {
    process: relayProcess,
    url,
    port,
    bucket,
    inputPath: `/in/${input}`,
    token: { key: text(token, 'key'), secret: text(token, 'secret') },
    async waiting() {
      const { items } = (await ask('GET', '/v1/status')) as { items: number }
      return items
    },
    async stop() {
      await relayProcess.stop()
      context.removeFolder(folder)
    },
  }
}

async function runRelay(folder: string, port: number, env: Readonly<Record<string, string>>) {
  let output = ''
  let onUp: (told: { url: string; port: number }) => void = () => undefined
  const up = new Promise<{ url: string; port: number }>((resolve) => {
    onUp = resolve
  })
  const relayProcess = startProcess<Calls>(PROGRAM, {
    args: ['relay', '--port', String(port), '--ops-port', 'off', '--data-dir', folder],
    preload: [REPORTER],
    env: { CREEL_ADMIN_TOKEN: ADMIN_TOKEN, ...env },
    onOutput(piece) {
      output += piece
      const line = output.split('\n').find((one) => one.includes('the relay is up'))
      if (line !== undefined) onUp(JSON.parse(line) as { url: string; port: number })
    },
  })
  // A relay that ends instead rejects `ready`, which it never says.
  const told = await Promise.race([up, relayProcess.ready.then(() => up)])
  return { relayProcess, ...told }
}

async function askRelay(url: string, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const told: unknown = await answer.json()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(told)}`)
  return told
}

function text(told: unknown, name: string): string {
  const value = typeof told === 'object' && told !== null ? Reflect.get(told, name) : undefined
  if (typeof value !== 'string') throw new Error(`The relay did not tell ${name}: ${JSON.stringify(told)}`)
  return value
}
