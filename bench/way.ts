import type { Context } from './context.ts'
import { startProcess, type BenchProcess } from './process.ts'
import type { AgentCalls, AgentOptions } from './processes/agent.ts'
import type { ServerCalls } from './processes/bare-server.ts'
import type { LoadCalls } from './processes/load.ts'
import type { Arrivals, TargetCalls } from './processes/target.ts'
import { startRelay, type BenchRelay, type RelayOptions } from './relay.ts'
import { waitForCount, waitUntil } from './waiting.ts'

/** Where a sender can post to so that it arrives at the target in the end. */
export type Door = { readonly port: number; readonly path: string }

/** Everything between a sender and a target, each in a process of its own. */
export type Way = {
  readonly load: BenchProcess<LoadCalls>
  readonly target: BenchProcess<TargetCalls>
  readonly targetUrl: string
  readonly relay: BenchRelay
  readonly agent: BenchProcess<AgentCalls>
  /** D: straight to the target. */
  readonly direct: Door
  readonly ours: Door
  stop(): Promise<void>
}

/** Each look costs those processor time of whom it is measured; and a late one what the app does once it is quiet, where the index of words takes half of a thread after 150 ms. */
const SETTLE_LOOK_MS = 50

/** So that a bucket never is full in the time. */
export const ROOM = { CREEL_BUCKET_MAX_ITEMS: '1000000', CREEL_BUCKET_MAX_BYTES: '8GiB' }

export async function startWay(context: Context, options: Pick<RelayOptions, 'program'> = {}): Promise<Way> {
  const load = startProcess<LoadCalls>(new URL('./processes/load.ts', import.meta.url))
  const target = startProcess<TargetCalls>(new URL('./processes/target.ts', import.meta.url))
  const relay = await startRelay(context, { env: ROOM, ...options })
  await Promise.all([load.ready, target.ready])
  const targetPort = await target.ask('port', null)
  const targetUrl = `http://localhost:${targetPort}`
  const dataDir = context.newFolder('agent')
  const agent = await startAgent({ dataDir, relay, targetUrl })
  await isConnected(agent)
  return {
    load,
    target,
    targetUrl,
    relay,
    agent,
    direct: { port: targetPort, path: '/direct' },
    ours: { port: relay.port, path: relay.inputPath },
    async stop() {
      await Promise.all([load.stop(), target.stop(), agent.stop()])
      await relay.stop()
      context.removeFolder(dataDir)
    },
  }
}

/** Starts the app's engine; resolves when it answers. */
export async function startAgent(options: AgentOptions): Promise<BenchProcess<AgentCalls>> {
  const { dataDir, relay, targetUrl } = options
  const told: AgentOptions = {
    dataDir,
    relay: relay && { url: relay.url, token: { key: relay.token.key, secret: relay.token.secret } },
    targetUrl,
  }
  const agent = startProcess<AgentCalls>(new URL('./processes/agent.ts', import.meta.url), {
    args: [JSON.stringify(told)],
  })
  await agent.ready
  return agent
}

export async function isConnected(agent: BenchProcess<AgentCalls>): Promise<void> {
  await waitUntil('the agent connects', async () => (await agent.ask('state', null)).connected)
}

/** Starts P before a target, and gives its door. */
export async function startProxy(targetUrl: string): Promise<{ process: BenchProcess<ServerCalls>; door: Door }> {
  const proxy = startProcess<ServerCalls>(new URL('./processes/bare-proxy.ts', import.meta.url), { args: [targetUrl] })
  await proxy.ready
  return { process: proxy, door: { port: await proxy.ask('port', null), path: '/proxy' } }
}

/** Waits until so many different requests have arrived, or no more come. */
export async function allArrived(target: BenchProcess<TargetCalls>, wanted: number): Promise<Arrivals> {
  await waitForCount(wanted, async () => (await target.ask('arrivals', null)).distinct)
  return target.ask('arrivals', null)
}

/** Waits until the relay has handed everything out for good and the agent has written down what became of it. */
export async function allSettled({ relay, agent }: Pick<Way, 'relay' | 'agent'>): Promise<void> {
  await waitUntil('every item is acknowledged', async () => (await relay.waiting()) === 0, SETTLE_LOOK_MS)
  await waitUntil('every delivery is written down', () => agent.ask('settled', null), SETTLE_LOOK_MS)
}
