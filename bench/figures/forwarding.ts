import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import { startProcess } from '../process.ts'
import type { DispatchCalls } from '../processes/bare-dispatch.ts'
import type { Row } from '../row.ts'
import { median, medianRatio } from '../statistics.ts'
import { waitUntil } from '../waiting.ts'
import { allArrived, allSettled, startWay, type Way } from '../way.ts'

const IN_FLIGHT = 8
/** As many as V8 takes to compile what is on the way; a quick run has no time for so many. */
const WARM_UP_REQUESTS = { full: 20_000, quick: 3_000 }

/** How fast stored requests go out when forwarding is switched on again, beside undici with everything in memory. */
export async function measureForwarding(context: Context): Promise<readonly Row[]> {
  const way = await startWay(context)
  const bare = startProcess<DispatchCalls>(new URL('../processes/bare-dispatch.ts', import.meta.url))
  await bare.ready
  const sendBare = async (requests: number): Promise<number> => {
    await way.target.ask('forget', null)
    const beganAt = await bare.ask('send', { url: way.targetUrl, requests, inFlight: IN_FLIGHT })
    return perSecond(way, requests, beganAt)
  }
  const ours: number[] = []
  const baseline: number[] = []
  const warmUp = context.isQuick ? WARM_UP_REQUESTS.quick : WARM_UP_REQUESTS.full
  await sendBare(warmUp)
  await release(way, await holdBack(way, warmUp))
  const requests = context.isQuick ? 8_000 : 20_000
  for (let round = 0; round < context.rounds; round += 1) {
    context.say(`forwarding from the history, round ${round + 1} of ${context.rounds}`)
    const held = await holdBack(way, requests)
    baseline.push(await sendBare(requests))
    ours.push(await release(way, held))
  }
  await bare.stop()
  await way.stop()
  return [
    {
      figure: `forwarding from the history, ${IN_FLIGHT} in flight`,
      unit: 'per s',
      baseline: { name: 'bare undici', value: median(baseline) },
      ours: median(ours),
      ratio: medianRatio(ours, baseline),
      mark: MARKS.forwarding,
      notes: [`${requests.toLocaleString('en-US')} held requests, from switching forwarding on to the last arrival`],
    },
  ]
}

/** Fills the history while forwarding is off; gives how many requests wait. */
async function holdBack(way: Way, requests: number): Promise<number> {
  await way.agent.ask('forward', false)
  const { accepted } = await way.load.ask('press', {
    ...way.ours,
    connections: 32,
    seconds: 60,
    requests,
    firstNumber: 0,
    bodyBytes: null,
  })
  await waitUntil('everything is stored and held', async () => {
    const [waiting, { pending }] = [await way.relay.waiting(), await way.agent.ask('state', null)]
    return waiting === 0 && pending === accepted
  })
  return accepted
}

async function release(way: Way, held: number): Promise<number> {
  await way.target.ask('forget', null)
  const beganAt = await way.agent.ask('forward', true)
  const rate = await perSecond(way, held, beganAt)
  await allSettled(way)
  return rate
}

async function perSecond(way: Way, requests: number, beganAt: number): Promise<number> {
  const { distinct, lastAt } = await allArrived(way.target, requests)
  return (distinct / (lastAt - beganAt)) * 1000
}
