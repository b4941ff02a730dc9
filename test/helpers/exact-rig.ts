import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import { Token } from '../../protocol/source.ts'
import type { TargetOptions } from '../../protocol/target.ts'
import { eventually } from './eventually.ts'
import { type RawTarget, startRawTarget } from './raw-target.ts'
import { startRelayProcess } from './relay-process.ts'
import { temporaryFolder } from './running-relay.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from './services.ts'

/** A relay in a process of its own, the whole app fetching from it, and bare sockets for targets. */
export type ExactRig = {
  readonly port: number
  readonly sourceId: SourceId
  readonly services: RunningServices
  /** Asks the relay's administration and insists on success. */
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>
  newInput(settings?: object): Promise<string>
  /** Refusals by their reason, as the administration counts them. */
  refused(): Promise<Record<string, number>>
  /** The same, as Prometheus is told. */
  refusedMetrics(): Promise<Record<string, number>>
  /** A target of the source's own, or one that is only resent to. */
  addTarget(path: string, options: Partial<TargetOptions>): Promise<{ id: TargetId; target: RawTarget }>
  /** Every row of the history, oldest first. */
  rows(): Promise<readonly { readonly id: RequestId; readonly kind: string }[]>
}

const ADMIN = 'an-admin-token-for-proofs'
const Made = z.looseObject({ id: z.string() })
const Status = z.looseObject({ refused: z.record(z.string(), z.number()) })

/** Everything is stopped and removed with the test. */
export async function startExactRig(): Promise<ExactRig> {
  const settings = { CREEL_PORT: '0', CREEL_OPS_PORT: '0', CREEL_LOG_LEVEL: 'info', CREEL_ADMIN_TOKEN: ADMIN }
  const relay = startRelayProcess(['cli/main.ts', 'relay'], { ...settings, CREEL_DATA_DIR: await temporaryFolder() })
  const { url, port, ops } = await relay.up()

  const ask: ExactRig['ask'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(url + path, { method, headers, ...content })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const bucket = Made.parse(await ask('POST', '/v1/buckets', { name: 'ledger' })).id
  const token = Token.parse(await ask('POST', '/v1/tokens', { name: 'laptop', buckets: [bucket] }))

  const dataDir = await makeDataDir()
  const services = await runServices(dataDir)
  onTestFinished(async () => {
    await services.stop()
    await removeDataDir(dataDir)
  })
  const { engine } = services
  const source = await engine.sources.add({
    kind: 'creel',
    name: 'Relay',
    relayUrl: url,
    token,
    buckets: [],
    targets: [],
  })
  await eventually(() =>
    expectConnected(engine.sourceStatuses().find(({ id }) => id === source.id)?.connection.state ?? 'unknown'),
  )
  return {
    port,
    sourceId: source.id,
    services,
    ask,
    newInput: async (wanted = {}) =>
      Made.parse(await ask('POST', `/v1/buckets/${bucket}/inputs`, { name: 'hooks', settings: wanted })).id,
    refused: async () => Status.parse(await ask('GET', '/v1/status')).refused,
    refusedMetrics: async () => readRefusals(await (await fetch(`${ops}/metrics`)).text()),
    async addTarget(path, options) {
      const target = await startRawTarget()
      onTestFinished(() => target.close())
      const made = await engine.targets.add({ url: target.url + path, options })
      return { id: made.id, target }
    },
    async rows() {
      const rows: { id: RequestId; kind: string }[] = []
      for (;;) {
        const before = rows.at(-1)?.id ?? null
        const filter = { view: 'all', sourceId: source.id, text: '' } as const
        const page = await engine.history.requests.list(filter, { before, limit: 500 })
        if (page.length === 0) return rows.toReversed()
        rows.push(...page)
      }
    },
  }
}

function expectConnected(state: string): void {
  if (state !== 'connected') throw new Error(`The source is ${state}.`)
}

function readRefusals(metrics: string): Record<string, number> {
  const counts = metrics.matchAll(/^creel_requests_refused_total\{reason="([^"]+)"\} (\d+)$/gm)
  return Object.fromEntries([...counts].map(([, reason = '', count]) => [reason, Number(count)]))
}
