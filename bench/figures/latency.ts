import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import type { Row } from '../row.ts'
import { median, percentile } from '../statistics.ts'
import { writeValue } from '../table.ts'
import { allArrived, allSettled, startProxy, startWay, type Door, type Way } from '../way.ts'

const PER_SECOND = 200

type Turn = { readonly p50: number; readonly p99: number }

/** From a sender's first byte to the whole request at the target, at 200 a second. */
export async function measureLatency(context: Context): Promise<readonly Row[]> {
  const way = await startWay(context)
  const proxy = await startProxy(way.targetUrl)
  const turns = { D: [] as Turn[], P: [] as Turn[], ours: [] as Turn[] }
  const doors = { D: way.direct, P: proxy.door, ours: way.ours } as const
  const names = ['D', 'P', 'ours'] as const
  for (const name of names) await paceThrough(way, doors[name], PER_SECOND)
  for (let round = 0; round < context.rounds; round += 1) {
    context.say(`latency at ${PER_SECOND}/s, round ${round + 1} of ${context.rounds}`)
    const requests = PER_SECOND * (context.isQuick ? 2 : 10)
    for (const name of names) turns[name].push(await paceThrough(way, doors[name], requests))
  }
  await proxy.process.stop()
  await way.stop()
  const row = (figure: string, of: (turn: Turn) => number, mark: Row['mark']): Row => ({
    figure,
    unit: 'ms',
    baseline: { name: 'D', value: median(turns.D.map(of)) },
    ours: median(turns.ours.map(of)),
    ratio: null,
    mark,
    notes: [`P ${writeValue(median(turns.P.map(of)))} ms`],
  })
  return [
    row(`end to end at ${PER_SECOND}/s, p50`, (turn) => turn.p50, MARKS.latencyMedian),
    row(`end to end at ${PER_SECOND}/s, p99`, (turn) => turn.p99, MARKS.latencyTail),
  ]
}

async function paceThrough(way: Way, door: Door, requests: number): Promise<Turn> {
  await way.target.ask('forget', null)
  await way.load.ask('pace', { ...door, perSecond: PER_SECOND, requests, firstNumber: 0, retry: false })
  await allArrived(way.target, requests)
  if (door === way.ours) await allSettled(way)
  const latencies = await way.target.ask('latencies', null)
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
}
