import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { TargetOptions } from '../../protocol/target.ts'
import { eventually } from './eventually.ts'
import { type RawTarget, startRawTarget } from './raw-target.ts'
import { ADMIN, administer, type RelayAdministration } from './relay-administration.ts'
import { startRelayProcess } from './relay-process.ts'
import { temporaryFolder } from './running-relay.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from './services.ts'

/** A relay in a process of its own, the whole app fetching from it, and bare sockets for targets. */
export type ExactRig = {
  readonly port: number
  readonly sourceId: SourceId
  readonly services: RunningServices
  readonly ask: RelayAdministration['ask']
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

const Status = z.looseObject({ refused: z.record(z.string(), z.number()) })

/** Everything is stopped and removed with the test. */
export async function startExactRig(): Promise<ExactRig> {
  const settings = { CREEL_PORT: '0', CREEL_OPS_PORT: '0', CREEL_ADMIN_TOKEN: ADMIN }
  const relay = startRelayProcess(['cli/main.ts', 'relay'], { ...settings, CREEL_DATA_DIR: await temporaryFolder() })
  const { url, port, ops } = await relay.up()

  const { ask, newBucket, newInput, newToken } = administer(url)
  const bucket = await newBucket('ledger')
  const token = await newToken([bucket])

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
    newInput: (wanted) => newInput(bucket, wanted),
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
