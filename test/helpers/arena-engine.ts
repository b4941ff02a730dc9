import { join } from 'node:path'
import { z } from 'zod'
import { startEngine, type Engine } from '../../core/engine/engine.ts'
import { openHistory } from '../../core/history/open-history.ts'
import { openSecretsFile } from '../../main/secrets-file.ts'
import { Token, type SourceStatus } from '../../protocol/source.ts'
import type { TargetStatus } from '../../protocol/target.ts'
import { startHistoryThread } from './history.ts'

/** What an engine in a process of its own is told at its start. At the first start of a folder it makes the source and its target. */
export const EngineWishes = z.object({
  relayUrl: z.string(),
  token: Token,
  targetUrl: z.string(),
  /** Deliveries to the target at the same time. */
  inFlight: z.int().default(8),
})
export type EngineWishes = z.input<typeof EngineWishes>

/** What its parent may ask of it. */
export type EngineAsk =
  | { readonly kind: 'status' }
  | { readonly kind: 'forwarding'; readonly on: boolean }
  /** Connects now instead of when the backoff is over. */
  | { readonly kind: 'retry' }
export type EngineStatus = {
  readonly source: SourceStatus
  /** Why it waited for its next attempt to connect, in order, each wait once: one may be over before anybody asks. */
  readonly waitReasons: readonly string[]
  readonly target: TargetStatus
  /** Null while the history can be written, else the sentence that is shown. */
  readonly historyProblem: string | null
  readonly residentBytes: number
}

/** Runs the engine, with its threads, on a folder. Problems that the app would log go to stderr, a line each. Ends with its parent. */
export async function runArenaEngine(dataDir: string, given: unknown): Promise<void> {
  const wishes = EngineWishes.parse(given)
  const history = await openHistory({
    file: join(dataDir, 'history.sqlite'),
    nativeBinding: null,
    startWorker: startHistoryThread,
    now: Date.now,
  })
  const engine = await startEngine({
    history,
    secrets: openSecretsFile({
      file: join(dataDir, 'secrets.json'),
      sealer: { isAvailable: () => false, seal: (clear) => Buffer.from(clear), open: (sealed) => sealed.toString() },
      onUnreadable: complain,
    }),
    agent: { name: 'Creel', version: '0.0.0-test' },
    subscription: 'arena',
    now: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    listListening: async () => [],
    markResends: () => true,
    startsFile: join(dataDir, 'starts'),
    onProblem: complain,
  })
  const waitReasons: string[] = []
  let waitsFor: number | null = null
  engine.listen((name) => {
    if (name !== 'sources:changed') return
    const connection = engine.sourceStatuses()[0]?.connection
    const next = connection?.state === 'waiting' ? connection : null
    if (next !== null && next.nextAttemptAt !== waitsFor) waitReasons.push(next.reason)
    waitsFor = next?.nextAttemptAt ?? null
  })
  process.on('disconnect', () => process.exit(0))
  process.on('message', (message: { id: number; ask: EngineAsk }) => {
    answer(engine, waitReasons, message.ask).then(
      (value) => process.send?.({ id: message.id, value }),
      (error: unknown) => complain(error),
    )
  })
  if (engine.sources.all().length > 0) return
  const target = await engine.targets.add({ url: wishes.targetUrl, options: { inFlight: wishes.inFlight } })
  const { relayUrl, token } = wishes
  await engine.sources.add({ kind: 'creel', name: 'Arena', relayUrl, token, buckets: [], targets: [target.id] })
}

async function answer(engine: Engine, waitReasons: readonly string[], ask: EngineAsk): Promise<unknown> {
  if (ask.kind === 'forwarding') return engine.setForwarding(ask.on, { kind: 'all', perSecond: null })
  if (ask.kind === 'retry') return engine.sources.retryNow(null)
  const health = engine.history.health()
  return {
    source: engine.sourceStatuses()[0],
    waitReasons,
    target: engine.targets.statuses()[0],
    historyProblem: health.state === 'good' ? null : health.error.message,
    residentBytes: process.memoryUsage.rss(),
  }
}

function complain(problem: unknown): void {
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)
  process.stderr.write(`${JSON.stringify(text)}\n`)
}
