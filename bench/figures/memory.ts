import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_BODY_BYTES, MIB } from '../../protocol/limits.ts'
import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import { startProcess, type BenchProcess } from '../process.ts'
import type { ServerCalls } from '../processes/bare-server.ts'
import type { LoadCalls } from '../processes/load.ts'
import { bundleRelay } from '../relay-bundle.ts'
import type { Row } from '../row.ts'
import { median, percentile } from '../statistics.ts'
import { writeValue } from '../table.ts'
import { allSettled, startWay, type Door, type Way } from '../way.ts'

const IDLE_MS = 5_000
const BODIES_AT_ONCE = 32
const SMALL_PER_SECOND = 100

type Turn = { readonly smallP99: number; readonly notes: readonly string[] }

/** The relay's memory, idle and with many large bodies at once, and how long small requests take beside these. */
export async function measureMemory(context: Context): Promise<readonly Row[]> {
  const program = await bundleRelay()
  const idle: number[] = []
  const peaks: number[] = []
  const ours: Turn[] = []
  const bare: Turn[] = []
  let agentPeak = 0
  const rounds = context.isQuick ? 1 : 2
  for (let round = 0; round < rounds; round += 1) {
    context.say(`large bodies, round ${round + 1} of ${rounds}`)
    bare.push(await besideBare())
    const way = await startWay(context, { program })
    await sleep(IDLE_MS)
    idle.push((await way.relay.process.usage()).rssBytes / MIB)
    ours.push(await besideRelay(way))
    peaks.push((await way.relay.process.usage()).peakRssBytes / MIB)
    agentPeak = Math.max(agentPeak, (await way.agent.usage()).peakRssBytes / MIB)
    await way.stop()
  }
  const common = { unit: 'MB', baseline: null, ratio: null } as const
  const bundled = 'the relay as one bundle, one bucket, one agent connected'
  return [
    { ...common, figure: 'relay: RSS idle', ours: median(idle), mark: MARKS.idleMemory, notes: [bundled] },
    {
      ...common,
      figure: `relay: peak RSS, ${BODIES_AT_ONCE} bodies of 25 MB at once`,
      ours: median(peaks),
      mark: MARKS.peakMemory,
      notes: [...(ours[0]?.notes ?? []), `the engine of the app at most ${writeValue(agentPeak)} MB`],
    },
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

async function besideRelay(way: Way): Promise<Turn> {
  const turn = await pressBoth(way.ours)
  await allSettled(way)
  return turn
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
