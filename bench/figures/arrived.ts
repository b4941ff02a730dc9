import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import type { BenchProcess } from '../process.ts'
import type { Row } from '../row.ts'
import { median, medianRatio } from '../statistics.ts'
import { allArrived, allSettled, startProxy, startWay, type Door, type Way } from '../way.ts'

const CONNECTIONS = 32
/** The first 20,000 cost half as much again, while V8 compiles what is on the way. */
const WARM_UP_REQUESTS = 20_000

type Turn = { readonly perSecond: number; readonly cpuMicros: number; readonly lost: number }
type Measured = readonly Pick<BenchProcess<never>, 'usage'>[]

/**
 * The whole way under load, with everything that is durable, beside a direct POST and a proxy that stores nothing; and what it costs, as the app is in the
 * tray and as it is while somebody looks at the list.
 */
export async function measureArrived(context: Context): Promise<readonly Row[]> {
  const way = await startWay(context)
  const proxy = await startProxy(way.targetUrl)
  const ours: Turn[] = []
  const direct: Turn[] = []
  const proxied: Turn[] = []
  const watched: Turn[] = []
  const doors: readonly (readonly [Turn[], Door, Measured])[] = [
    [direct, way.direct, []],
    [proxied, proxy.door, [proxy.process]],
    [ours, way.ours, [way.relay.process, way.agent]],
  ]
  for (const [, door] of doors) await pressThrough(way, door, [], { seconds: 10, requests: WARM_UP_REQUESTS })
  for (let round = 0; round < context.rounds; round += 1) {
    context.say(`arrived at the target, round ${round + 1} of ${context.rounds}`)
    const limit = { seconds: context.isQuick ? 1 : 5, requests: 500_000 }
    for (const [turns, door, measured] of doors) turns.push(await pressThrough(way, door, measured, limit))
    await way.agent.ask('watch', true)
    watched.push(await pressThrough(way, way.ours, [way.relay.process, way.agent], limit))
    await way.agent.ask('watch', false)
  }
  await proxy.process.stop()
  await way.stop()
  return toRows({ ours, watched, direct, proxied })
}

async function pressThrough(
  way: Way,
  door: Door,
  measured: Measured,
  limit: { readonly seconds: number; readonly requests: number },
): Promise<Turn> {
  await way.target.ask('forget', null)
  const before = await cpuOf(measured)
  const { accepted, beganAt } = await way.load.ask('press', {
    ...door,
    ...limit,
    connections: CONNECTIONS,
    firstNumber: 0,
    bodyBytes: null,
  })
  const arrivals = await allArrived(way.target, accepted)
  if (door === way.ours) await allSettled(way)
  const cpuMs = (await cpuOf(measured)) - before
  return {
    perSecond: (arrivals.distinct / (arrivals.lastAt - beganAt)) * 1000,
    cpuMicros: (cpuMs / accepted) * 1000,
    lost: accepted - arrivals.distinct,
  }
}

async function cpuOf(processes: Measured): Promise<number> {
  const usages = await Promise.all(processes.map((one) => one.usage()))
  return usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
}

type AllTurns = Readonly<Record<'ours' | 'watched' | 'direct' | 'proxied', readonly Turn[]>>

function toRows({ ours, watched, direct, proxied }: AllTurns): Row[] {
  const lost = [...ours, ...watched].reduce((sum, turn) => sum + turn.lost, 0)
  const notes = lost === 0 ? [] : [`${lost} accepted requests did not arrive`]
  const rate = (turn: Turn) => turn.perSecond
  const cost = (turn: Turn) => turn.cpuMicros
  const row = (
    figure: string,
    unit: Row['unit'],
    beside: { readonly name: string; readonly turns: readonly Turn[] },
    of: (turn: Turn) => number,
    mark: Row['mark'],
    turns = ours,
  ): Row => ({
    figure,
    unit,
    baseline: { name: beside.name, value: median(beside.turns.map(of)) },
    ours: median(turns.map(of)),
    ratio: medianRatio(turns.map(of), beside.turns.map(of)),
    mark,
    notes,
  })
  const d = { name: 'D', turns: direct }
  const p = { name: 'P', turns: proxied }
  return [
    row('arrived at the target, both commits and acks included', 'per s', d, rate, MARKS.arrivedBesideDirect),
    row('arrived at the target, beside a proxy that stores nothing', 'per s', p, rate, MARKS.arrivedBesideProxy),
    row('CPU per request, relay and agent', 'µs', p, cost, MARKS.cpu),
    row('CPU per request, rows told as to a window', 'µs', p, cost, MARKS.shown, watched),
  ]
}
