import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { startEngine } from '../../core/engine/engine.ts'
import type { RequestFilter } from '../../core/history/history.ts'
import { openHistory } from '../../core/history/open-history.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { clockMs } from '../clock.ts'
import { sayReady, serve } from '../serve.ts'
import { readNumber } from '../webhook.ts'

export type AgentOptions = {
  readonly dataDir: string
  /** Null = only the history. */
  readonly relay: { readonly url: string; readonly token: { readonly key: string; readonly secret: string } } | null
  readonly targetUrl: string | null
}

export type AgentState = {
  readonly connected: boolean
  readonly stored: number
  /** Deliveries that wait or are under way. */
  readonly pending: number
}

export type AgentCalls = {
  readonly state: { input: null; output: AgentState }
  /** Resolves when no delivery has anything to come and all of that is on disk; true unless some has. */
  readonly settled: { input: null; output: boolean }
  /** Gives when it began. */
  readonly connect: { input: boolean; output: number }
  /** Gives when it began. */
  readonly forward: { input: boolean; output: number }
  /** Whether somebody looks at the list, as an open window does; nobody at first. */
  readonly watch: { input: boolean; output: null }
  /** The number of every stored request with the state of its worst delivery. */
  readonly rows: { input: null; output: readonly (readonly [number: number, state: string | null])[] }
  /** How long each of some readings of one page took, and how many rows it had. */
  readonly pages: {
    input: { filter: RequestFilter; before: number | null; limit: number; times: number }
    output: { readonly ms: readonly number[]; readonly rows: number }
  }
}

const [, , json] = process.argv
if (json === undefined) throw new Error('Options are needed.')
const options = JSON.parse(json) as AgentOptions

/** The app but for its desktop: core's engine with the threads of its history, subscribed to one relay, with one target. */
const history = await openHistory({
  file: join(options.dataDir, 'history.sqlite'),
  nativeBinding: null,
  now: Date.now,
  startWorker: (role, workerData) =>
    role === 'writer'
      ? new Worker(new URL('../../core/history/writer.ts', import.meta.url), { workerData })
      : new Worker(new URL('../../core/history/reader.ts', import.meta.url), { workerData }),
})
const engine = await startEngine({
  history,
  // It has one source, and what its token is was said at the start.
  secrets: {
    get: async () => options.relay?.token.secret ?? null,
    set: async () => undefined,
    delete: async () => undefined,
  },
  agent: { name: 'Creel', version: '0.0.0-bench' },
  subscription: 'bench',
  now: Date.now,
  monotonic: () => performance.now(),
  random: Math.random,
  listListening: async () => [],
  markResends: () => true,
  startsFile: join(options.dataDir, 'starts'),
  onProblem: (problem) => void process.stderr.write(`${String(problem)}\n`),
})
// The app always listens, and watches while it has a window.
engine.listen(() => undefined)
let stopWatching = (): void => undefined

if (options.relay !== null && engine.sources.all().length === 0) {
  const target = options.targetUrl === null ? null : await engine.targets.add({ url: options.targetUrl })
  await engine.sources.add({
    kind: 'creel',
    name: 'bench',
    relayUrl: options.relay.url,
    token: options.relay.token,
    buckets: [],
    targets: target === null ? [] : [target.id],
  })
}

async function state(): Promise<AgentState> {
  const counts = await history.requests.counts()
  const pending = engine.targets.statuses().reduce((sum, { queued, held, sending }) => sum + queued + held + sending, 0)
  return {
    connected: engine.sourceStatuses()[0]?.connection.state === 'connected',
    stored: counts.total,
    pending,
  }
}

async function rows(): Promise<AgentCalls['rows']['output']> {
  const all: (readonly [number, string | null])[] = []
  let before: RequestId | null = null
  for (;;) {
    const page = await history.requests.list({ view: 'all', sourceId: null, text: '' }, { before, limit: 500 })
    for (const row of page) all.push([readNumber(row.requestTarget), row.result?.state ?? null])
    const last = page.at(-1)
    if (last === undefined) return all
    before = last.id
  }
}

serve<AgentCalls>({
  state,
  rows,
  async settled() {
    if ((await state()).pending > 0) return false
    return (await history.deliveries.live()).length === 0
  },
  async connect(on) {
    const [source] = engine.sources.all()
    if (source === undefined) throw new Error('There is no source.')
    const beganAt = clockMs()
    await engine.sources.update(source.id, { disconnected: !on })
    return beganAt
  },
  async forward(on) {
    const beganAt = clockMs()
    await engine.setForwarding(on, { kind: 'all', perSecond: null })
    return beganAt
  },
  watch(on) {
    stopWatching()
    stopWatching = on ? engine.live.watch() : () => undefined
    return null
  },
  async pages({ filter, before, limit, times }) {
    const ms: number[] = []
    let found = 0
    for (let n = 0; n < times; n += 1) {
      const beganAt = performance.now()
      const page = await history.requests.list(filter, { before: before as RequestId | null, limit })
      ms.push(performance.now() - beganAt)
      found = page.length
    }
    return { ms, rows: found }
  },
})
process.once('SIGTERM', () => {
  void engine.stop().then(() => process.exit())
})
sayReady()
