import { expect, onTestFinished, test } from 'vitest'
import { extent } from '../../helpers/extent.ts'
import { countLedger, report } from '../../helpers/ledger.ts'
import { connectLeanAgent, Refused, type LeanAgent } from '../../helpers/many-agents.ts'
import { startBigRelay, type BigRelay } from './big-relay.ts'
import { eventuallyLong } from './eventually-long.ts'
import { pour } from './posts.ts'

const BUCKETS = extent(20, 100)
/** The limit of a bucket, unless somebody sets another. */
const AGENTS_EACH = 10
const ITEMS_EACH = extent(50, 200)
/** What the engine takes for short-lived objects under a steady load, some 200 MiB on a large machine, stands in it; what is queued must not. */
const MOST_MIB = 512

test('many agents over many buckets each get everything of their bucket once and in order, and one more than a bucket takes is told so', async () => {
  const relay = await startBigRelay()
  const idle = await relay.memory.usage()
  const buckets = await Promise.all(Array.from({ length: BUCKETS }, () => openBucket(relay)))
  const agents = new Map<string, LeanAgent[]>()
  for (const { id, token } of buckets) agents.set(id, await connectAll(relay.url, token))
  const connected = await relay.memory.usage()

  const [first] = buckets
  if (!first) throw new Error('There is no bucket.')
  const eleventh = await connectLeanAgent({ url: relay.url, token: first.token, subscription: 'one more' }).catch(
    (error: unknown) => error,
  )
  expect(eleventh).toBeInstanceOf(Refused)
  expect(eleventh).toMatchObject({ status: 429, code: 'too-many-agents', retryAfter: expect.stringMatching(/^\d+$/) })

  const startedAt = performance.now()
  const paths = buckets.map(({ path }) => path)
  const poured = await pour(relay.port, { paths, each: ITEMS_EACH, connections: 10, bodyBytes: 500 })
  const all = [...agents.values()].flat()
  await eventuallyLong(() => expect(all.filter(({ taken }) => taken.length < ITEMS_EACH)).toHaveLength(0))
  const seconds = (performance.now() - startedAt) / 1000
  await eventuallyLong(async () => expect((await relay.status()).items).toBe(0))
  const after = await relay.memory.usage()

  const accepted = poured.accepted.flat()
  expect(accepted).toHaveLength(BUCKETS * ITEMS_EACH)
  const counted = buckets.map(({ id, path }) => judgeBucket(agents.get(id) ?? [], namesFor(path, accepted)))
  const sum = (read: (one: ReturnType<typeof countLedger>) => number): number =>
    counted.reduce((total, one) => total + read(one), 0)
  report(`${all.length} agents over ${BUCKETS} buckets`, {
    sent: accepted.length,
    accepted: accepted.length,
    'arrived (at each of ten)': sum(({ arrived }) => arrived),
    twice: sum(({ twice }) => twice),
    lost: sum(({ lost }) => lost),
    altered: sum(({ altered }) => altered),
  })
  report('  at', {
    'handed out/s': Math.round((accepted.length * AGENTS_EACH) / seconds),
    'CPU of the relay, s': (after.cpuSeconds - connected.cpuSeconds).toFixed(2),
    'memory of the relay in MiB, idle': idle.rssMiB,
    'with all connected': connected.rssMiB,
    'at its peak': after.peakMiB,
  })
  expect(sum(({ arrived }) => arrived)).toBe(accepted.length * AGENTS_EACH)
  for (const one of counted) expect(one).toMatchObject({ twice: 0, lost: 0, altered: 0 })
  expect(after.peakMiB).toBeLessThan(MOST_MIB)
})

type OpenBucket = { readonly id: string; readonly path: string; readonly token: { key: string; secret: string } }

async function openBucket(relay: BigRelay): Promise<OpenBucket> {
  const id = await relay.newBucket()
  return { id, path: await relay.newInput(id), token: await relay.newToken([id]) }
}

async function connectAll(url: string, token: OpenBucket['token']): Promise<LeanAgent[]> {
  const agents = await Promise.all(
    Array.from({ length: AGENTS_EACH }, (_, n) => connectLeanAgent({ url, token, subscription: `agent ${n}` })),
  )
  onTestFinished(() => {
    for (const agent of agents) agent.drop()
  })
  return agents
}

function namesFor(path: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith(`${path.slice(-6)}-`))
}

/** Adds up what the agents of one bucket got: each should have everything, in the order in which it was sent. */
function judgeBucket(agents: readonly LeanAgent[], accepted: readonly string[]): ReturnType<typeof countLedger> {
  const each = agents.map(({ taken }) => {
    const names = taken.map(({ text }) => text.trimEnd())
    expect(names).toEqual(accepted)
    expect(taken.map(({ seq }) => seq)).toEqual(taken.map((_, i) => i + 1))
    return countLedger({
      sent: accepted.length,
      accepted,
      arrived: names,
      altered: taken.filter(({ isExact }) => !isExact).length,
    })
  })
  return each.reduce((one, other) => ({
    sent: one.sent,
    accepted: one.accepted,
    arrived: one.arrived + other.arrived,
    twice: one.twice + other.twice,
    lost: one.lost + other.lost,
    altered: one.altered + other.altered,
  }))
}
