import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import type { Row } from '../row.ts'
import { median } from '../statistics.ts'
import { waitUntil } from '../waiting.ts'
import { writeValue } from '../table.ts'
import { allArrived, allSettled, startWay, type Way } from '../way.ts'

const BUFFERED = 10_000

type Turn = { readonly arrived: number; readonly stored: number }

/** How fast a relay's buffer empties once the agent is back: from connecting to the last arrival at the target. */
export async function measureDrain(context: Context): Promise<readonly Row[]> {
  const way = await startWay(context)
  const turns: Turn[] = []
  await drain(way, 2_000)
  for (let round = 0; round < context.rounds; round += 1) {
    context.say(`drain, round ${round + 1} of ${context.rounds}`)
    turns.push(await drain(way, BUFFERED))
  }
  await way.stop()
  return [
    {
      figure: `drain of ${BUFFERED.toLocaleString('en-US')} buffered, to the target`,
      unit: 'per s',
      baseline: null,
      ours: median(turns.map(({ arrived }) => arrived)),
      ratio: null,
      mark: MARKS.drain,
      notes: [`stored and acknowledged: ${writeValue(median(turns.map(({ stored }) => stored)))} per s`],
    },
  ]
}

async function drain(way: Way, requests: number): Promise<Turn> {
  await way.agent.ask('connect', false)
  const pressed = { ...way.ours, connections: 32, seconds: 60, requests, firstNumber: 0, bodyBytes: null }
  const { accepted } = await way.load.ask('press', pressed)
  await way.target.ask('forget', null)
  const beganAt = await way.agent.ask('connect', true)
  const storing = waitUntil('everything is acknowledged', async () => (await way.relay.waiting()) === 0).then(() =>
    performance.now(),
  )
  const startedAt = performance.now()
  const [acknowledgedAt, arrivals] = await Promise.all([storing, allArrived(way.target, accepted)])
  await allSettled(way)
  return {
    arrived: (arrivals.distinct / (arrivals.lastAt - beganAt)) * 1000,
    stored: (accepted / (acknowledgedAt - startedAt)) * 1000,
  }
}
