import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_BODY_BYTES, MIB } from '../../protocol/limits.ts'
import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import { startProcess, type BenchProcess } from '../process.ts'
import type { ServerCalls } from '../processes/bare-server.ts'
import type { LoadCalls } from '../processes/load.ts'
import { startRelay, type RelayProgram } from '../relay.ts'
import { bundleRelay } from '../relay-bundle.ts'
import type { Row } from '../row.ts'
import { median, percentile } from '../statistics.ts'
import { writeValue } from '../table.ts'
import { allSettled, isConnected, ROOM, startWay, type Door } from '../way.ts'

const IDLE_MS = 5_000
const BODIES_AT_ONCE = 32
const SMALL_PER_SECOND = 100

type Turn = { readonly smallP99: number; readonly notes: readonly string[] }

/** The relay's memory, idle and with many large bodies at once, and how long small requests take beside these. */
export async function measureMemory(context: Context): Promise<readonly Row[]> {
  const program = await bundleRelay()
  const idle: number[] = []
  const taking: number[] = []
  const handing: number[] = []
  const ours: Turn[] = []
  const bare: Turn[] = []
  let agentPeak = 0
  const rounds = context.isQuick ? 1 : 2
  for (let round = 0; round < rounds; round += 1) {
    context.say(`large bodies, round ${round + 1} of ${rounds}`)
    bare.push(await besideBare())
    const alone = await besideRelay(context, program)
    ours.push(alone.turn)
    taking.push(alone.peak)
    const app = await besideApp(context, program)
    idle.push(app.idle)
    handing.push(app.peak)
    agentPeak = Math.max(agentPeak, app.agentPeak)
  }
  const common = { unit: 'MB', baseline: null, ratio: null } as const
  const bundled = 'the relay as one bundle, started anew with one bucket, one agent connected'
  const engine = `while the app fetches them as they come; its engine at most ${writeValue(agentPeak)} MB`
  const figure = `relay: peak RSS, ${BODIES_AT_ONCE} bodies of 25 MB at once`
  return [
    { ...common, figure: 'relay: RSS idle', ours: median(idle), mark: MARKS.idleMemory, notes: [bundled] },
    { ...common, figure, ours: median(taking), mark: MARKS.peakMemory, notes: ours[0]?.notes ?? [] },
    { ...common, figure: `${figure}, handed out`, ours: median(handing), mark: MARKS.shown, notes: [engine] },
    {
      figure: 'small posts while 25 MB bodies come in, p99',
      unit: 'ms',
      baseline: { name: 'H', value: median(bare.map(({ smallP99 }) => smallP99)) },
      ours: median(ours.map(({ smallP99 }) => smallP99)),
      ratio: null,
      mark: MARKS.smallBesideBig,
      notes: [`from a post's beginning to its answer, ${SMALL_PER_SECOND} a second`],
    },
  ]
}

async function besideBare(): Promise<Turn> {
  const server = startProcess<ServerCalls>(new URL('../processes/bare-server.ts', import.meta.url))
  await server.ready
  const turn = await pressBoth({ port: await server.ask('port', null), path: '/in/bare' })
  await server.stop()
  return turn
}

/** Takes them in. Started anew, as a relay is whose administrator has gone: what he asked through is not loaded. */
async function besideRelay(context: Context, program: RelayProgram): Promise<{ turn: Turn; peak: number }> {
  const relay = await startRelay(context, { env: ROOM, program })
  await relay.killAndRestart()
  const turn = await pressBoth({ port: relay.port, path: relay.inputPath })
  const { peakRssBytes } = await relay.process.usage()
  await relay.stop()
  return { turn, peak: peakRssBytes / MIB }
}

/** Idle first; then takes them in and hands them out at the same time. */
async function besideApp(
  context: Context,
  program: RelayProgram,
): Promise<{ idle: number; peak: number; agentPeak: number }> {
  const way = await startWay(context, { program })
  await way.relay.killAndRestart()
  await sleep(IDLE_MS)
  await isConnected(way.agent)
  const { rssBytes } = await way.relay.process.usage()
  await pressBoth(way.ours)
  await allSettled(way)
  const [relay, agent] = await Promise.all([way.relay.process.usage(), way.agent.usage()])
  await way.stop()
  return { idle: rssBytes / MIB, peak: relay.peakRssBytes / MIB, agentPeak: agent.peakRssBytes / MIB }
}

/** Large bodies over 32 connections and, beside them, small posts at a steady pace; only those begun while large ones came count. */
async function pressBoth(door: Door): Promise<Turn> {
  const [big, small] = [startLoad(), startLoad()]
  await Promise.all([big.ready, small.ready])
  const pacing = { ...door, perSecond: SMALL_PER_SECOND, retry: false }
  await small.ask('pace', { ...pacing, requests: 50, firstNumber: 0 })
  const pressing = big.ask('press', {
    ...door,
    connections: BODIES_AT_ONCE,
    seconds: 60,
    requests: BODIES_AT_ONCE,
    firstNumber: 1_000_000,
    bodyBytes: MAX_BODY_BYTES,
  })
  const turns = []
  let isOver = false
  void pressing.then(() => {
    isOver = true
  })
  while (!isOver) turns.push(await small.ask('pace', { ...pacing, requests: SMALL_PER_SECOND / 2, firstNumber: 100 }))
  const pressed = await pressing
  await Promise.all([big.stop(), small.stop()])
  const answers = turns.flatMap((turn) => turn.answers.filter(([begunAt]) => begunAt <= pressed.endedAt))
  const refused = turns.reduce((sum, { refusals }) => sum + refusals, 0)
  const seconds = (pressed.endedAt - pressed.beganAt) / 1000
  const notes = [`${pressed.accepted} of ${pressed.sent} bodies accepted in ${writeValue(seconds)} s`]
  if (refused > 0) notes.push(`${refused} small posts refused`)
  return {
    smallP99: percentile(
      answers.map(([, ms]) => ms),
      0.99,
    ),
    notes,
  }
}

function startLoad(): BenchProcess<LoadCalls> & { readonly ready: Promise<void> } {
  return startProcess<LoadCalls>(new URL('../processes/load.ts', import.meta.url))
}
