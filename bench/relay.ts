import type { Calls } from './calls.ts'
import type { Context } from './context.ts'
import { startProcess, type BenchProcess } from './process.ts'

/** What is run as a relay, and what is loaded before it so that it can be asked what it uses. */
export type RelayProgram = { readonly main: URL; readonly reporter: URL }

export const RELAY_SOURCE: RelayProgram = {
  main: new URL('../cli/main.ts', import.meta.url),
  reporter: new URL('./processes/usage-reporter.ts', import.meta.url),
}
const ADMIN_TOKEN = 'cra_of-the-bench-alone'

/** A relay in a process of its own, as `creel relay` runs it, with one bucket and one input. */
export type BenchRelay = {
  readonly process: Pick<BenchProcess<Calls>, 'usage'>
  readonly url: string
  readonly port: number
  readonly inputPath: string
  readonly token: { readonly key: string; readonly secret: string }
  /** How many items wait for an acknowledgement. */
  waiting(): Promise<number>
  /** SIGKILL, then the same files and port again. */
  killAndRestart(): Promise<void>
  stop(): Promise<void>
}

export type RelayOptions = {
  readonly env?: Readonly<Record<string, string>>
  /** What is run; the sources where nothing is said. */
  readonly program?: RelayProgram
}

type Running = { readonly process: BenchProcess<Calls>; readonly url: string; readonly port: number }

export async function startRelay(context: Context, options: RelayOptions = {}): Promise<BenchRelay> {
  const folder = context.newFolder('relay')
  let running = await runRelay(folder, 0, options)
  const { url, port } = running
  const bucket = text(await ask(url, 'POST', '/v1/buckets', { name: 'bench' }), 'id')
  const input = text(await ask(url, 'POST', `/v1/buckets/${bucket}/inputs`, { name: 'github' }), 'id')
  const token = await ask(url, 'POST', '/v1/tokens', { name: 'bench', buckets: [bucket] })
  return {
    get process() {
      return running.process
    },
    url,
    port,
    inputPath: `/in/${input}`,
    token: { key: text(token, 'key'), secret: text(token, 'secret') },
    async waiting() {
      const { items } = (await ask(url, 'GET', '/v1/status')) as { items: number }
      return items
    },
    async killAndRestart() {
      await running.process.kill()
      running = await runRelay(folder, port, options)
    },
    async stop() {
      await running.process.stop()
      context.removeFolder(folder)
    },
  }
}

async function runRelay(folder: string, wantedPort: number, options: RelayOptions): Promise<Running> {
  let output = ''
  let onUp: (told: { url: string; port: number }) => void = () => undefined
  const up = new Promise<{ url: string; port: number }>((resolve) => {
    onUp = resolve
  })
  const program = options.program ?? RELAY_SOURCE
  const relay = startProcess<Calls>(program.main, {
    args: ['relay', '--port', String(wantedPort), '--ops-port', 'off', '--data-dir', folder],
    preload: [program.reporter],
    env: { CREEL_ADMIN_TOKEN: ADMIN_TOKEN, ...options.env },
    onOutput(piece) {
      output += piece
      const line = output.split('\n').find((one) => one.includes('the relay is up'))
      if (line !== undefined) onUp(JSON.parse(line) as { url: string; port: number })
    },
  })
  // A relay that ends instead rejects `ready`, which it never says.
  const { url, port } = await Promise.race([up, relay.ready.then(() => up)])
  return { process: relay, url, port }
}

async function ask(url: string, method: string, path: string, body?: object): Promise<unknown> {
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
  const value: unknown = typeof told === 'object' && told !== null ? Reflect.get(told, name) : undefined
  if (typeof value !== 'string') throw new Error(`The relay did not tell ${name}: ${JSON.stringify(told)}`)
  return value
}
