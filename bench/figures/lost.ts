import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { startLink, type Link } from '../link.ts'
import { MARKS } from '../marks.ts'
import { startProcess, type BenchProcess } from '../process.ts'
import type { AgentCalls } from '../processes/agent.ts'
import type { LoadCalls } from '../processes/load.ts'
import type { TargetCalls } from '../processes/target.ts'
import { startRelay, type BenchRelay } from '../relay.ts'
import type { Row } from '../row.ts'
import { waitForCount } from '../waiting.ts'
import { allSettled, isConnected, ROOM, startAgent } from '../way.ts'

const REQUESTS = 1_000
const PER_SECOND = 200
const FAULT_AFTER_MS = 1_500
const CUT_MS = 5_000

type Stage = {
  readonly load: BenchProcess<LoadCalls>
  readonly target: BenchProcess<TargetCalls>
  readonly relay: BenchRelay
  readonly link: Link
  agent: BenchProcess<AgentCalls>
  restartAgent(): Promise<void>
  stop(): Promise<void>
}

type Fault = { readonly name: string; readonly happen: (stage: Stage) => Promise<void> }

const FAULTS: readonly Fault[] = [
  {
    name: 'link cut for 5 s',
    async happen({ link }) {
      link.cut()
      await sleep(CUT_MS)
      link.mend()
    },
  },
  { name: 'app killed -9', happen: (stage) => stage.restartAgent() },
  { name: 'relay killed -9', happen: ({ relay }) => relay.killAndRestart() },
]

/** What becomes of a thousand accepted requests when something breaks amid them. Senders try again what was not accepted. */
export async function measureLost(context: Context): Promise<readonly Row[]> {
  context.say(`lost of ${REQUESTS.toLocaleString('en-US')}`)
  // At the same time: what is counted here does not depend on how fast it goes.
  return Promise.all(FAULTS.map((fault) => measureFault(context, fault)))
}

async function measureFault(context: Context, { name, happen }: Fault): Promise<Row> {
  const stage = await setStage(context)
  const sending = stage.load.ask('pace', {
    port: stage.relay.port,
    path: stage.relay.inputPath,
    perSecond: PER_SECOND,
    requests: REQUESTS,
    firstNumber: 0,
    retry: true,
  })
  await sleep(FAULT_AFTER_MS)
  await happen(stage)
  const { notAccepted, refusals } = await sending
  const row = await countLost(stage, name, new Set(notAccepted), refusals)
  await stage.stop()
  return row
}

async function countLost(stage: Stage, name: string, notAccepted: ReadonlySet<number>, refusals: number): Promise<Row> {
  const accepted = Array.from({ length: REQUESTS }, (_, n) => n).filter((n) => !notAccepted.has(n))
  // A delivery whose outcome is unknown may not come any more, so that the history is waited for first.
  await waitForCount(accepted.length, async () => (await stage.agent.ask('state', null)).stored)
  await allSettled(stage)
  const arrived = new Set(await stage.target.ask('numbers', null))
  const stored = await stage.agent.ask('rows', null)
  const unknown = new Set(stored.filter(([, state]) => state === 'outcome-unknown').map(([number]) => number))
  const { count } = await stage.target.ask('arrivals', null)
  const lost = accepted.filter((number) => !arrived.has(number) && !unknown.has(number))
  return {
    figure: `lost of ${REQUESTS.toLocaleString('en-US')}: ${name}`,
    unit: 'requests',
    baseline: null,
    ours: lost.length,
    ratio: null,
    mark: MARKS.lost,
    notes: [
      `${accepted.length} accepted, ${arrived.size} arrived, ${count - arrived.size} twice, ` +
        `${unknown.size} told as "outcome unknown", ${refusals} tries not accepted`,
    ],
  }
}

async function setStage(context: Context): Promise<Stage> {
  const load = startProcess<LoadCalls>(new URL('../processes/load.ts', import.meta.url))
  const target = startProcess<TargetCalls>(new URL('../processes/target.ts', import.meta.url))
  await Promise.all([load.ready, target.ready])
  const relay = await startRelay(context, { env: ROOM })
  const link = await startLink(relay.port)
  const options = {
    dataDir: context.newFolder('agent'),
    relay: { url: link.url, token: relay.token },
    targetUrl: `http://localhost:${await target.ask('port', null)}`,
  }
  const stage: Stage = {
    load,
    target,
    relay,
    link,
    agent: await startAgent(options),
    async restartAgent() {
      await stage.agent.kill()
      stage.agent = await startAgent(options)
    },
    async stop() {
      await Promise.all([load.stop(), target.stop(), stage.agent.stop()])
      await link.close()
      await relay.stop()
      context.removeFolder(options.dataDir)
    },
  }
  await isConnected(stage.agent)
  return stage
}
