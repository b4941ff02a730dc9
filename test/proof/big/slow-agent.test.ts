import { expect, onTestFinished, test } from 'vitest'
import { extent } from '../../helpers/extent.ts'
import { countLedger, report } from '../../helpers/ledger.ts'
import { connectLeanAgent, type LeanAgent, type LeanAgentOptions, type Taken } from '../../helpers/many-agents.ts'
import { startBigRelay, type BigRelay } from './big-relay.ts'
import { eventuallyLong } from './eventually-long.ts'
import { pour, type Poured } from './posts.ts'

const COUNT = extent(2_000, 9_000)
/** Together far more than what waits for one agent in the relay's memory and in the buffers of the sockets. */
const LARGE_BYTES = 100_000
const SMALL_BYTES = 10_000
/** Whoever kept in memory what the slow agent does not read would have 200 more than the rest of the relay takes. */
const MOST_MIB = 400

const seqs = (taken: readonly Taken[]): number[] => taken.map(({ seq }) => seq)
const expected = Array.from({ length: COUNT }, (_, i) => i + 1)

async function connect(
  relay: BigRelay,
  token: LeanAgentOptions['token'],
  more: Partial<LeanAgentOptions>,
): Promise<LeanAgent> {
  const agent = await connectLeanAgent({ url: relay.url, token, subscription: 'shared', ...more })
  onTestFinished(() => agent.drop())
  return agent
}

async function openRelay(): Promise<{ relay: BigRelay; path: string; token: LeanAgentOptions['token'] }> {
  const relay = await startBigRelay()
  const bucket = await relay.newBucket()
  return { relay, path: await relay.newInput(bucket), token: await relay.newToken([bucket]) }
}

/** Fills the bucket; all must be taken. */
async function fill(port: number, path: string, bodyBytes: number): Promise<Poured> {
  const poured = await pour(port, { paths: [path], each: COUNT, connections: 4, bodyBytes })
  expect(poured.accepted.flat()).toHaveLength(COUNT)
  return poured
}

/** By the places in the log, of which each accepted one has its own, without holes. */
function count(taken: readonly Taken[]): ReturnType<typeof countLedger> {
  return countLedger({
    sent: COUNT,
    accepted: expected.map(String),
    arrived: seqs(taken).map(String),
    altered: taken.filter(({ isExact }) => !isExact).length,
  })
}

test('an agent that does not read holds up no other subscription, costs little memory, and gets everything once it reads', async () => {
  const { relay, path, token } = await openRelay()
  const slow = await connect(relay, token, { subscription: 'slow', window: { items: 10_000, bytes: 2 ** 30 } })
  const fast = await connect(relay, token, { subscription: 'fast' })
  slow.stopReading()
  const startedAt = performance.now()
  const poured = await fill(relay.port, path, LARGE_BYTES)
  await eventuallyLong(() => expect(fast.taken).toHaveLength(COUNT))
  const fastMs = performance.now() - startedAt
  const before = slow.taken.length
  const { peakMiB } = await relay.memory.usage()
  slow.readOn()
  await eventuallyLong(() => expect(slow.taken).toHaveLength(COUNT))
  await eventuallyLong(async () => expect((await relay.status()).items).toBe(0))

  report('beside an agent that does not read, the fast one', count(fast.taken))
  report('  the slow one, once it reads', count(slow.taken))
  report('  at', {
    'ms until the fast one had everything': Math.round(fastMs),
    'of these the senders took': Math.round(poured.seconds * 1000),
    'items at the slow one until then': before,
    'peak memory of the relay in MiB': peakMiB,
  })
  expect(before).toBeLessThan(COUNT / 2)
  expect(seqs(fast.taken)).toEqual(expected)
  expect(seqs(slow.taken)).toEqual(expected)
  expect([fast, slow].map(({ taken }) => taken.every(({ isExact }) => isExact))).toEqual([true, true])
  expect(peakMiB).toBeLessThan(MOST_MIB)
})

test('an agent that acknowledges slowly leaves the rest of its subscription to the fast one, and what it has to nobody', async () => {
  const { relay, path, token } = await openRelay()
  const slow = await connect(relay, token, { window: { items: 16, bytes: 2 ** 30 }, acknowledges: false })
  const fast = await connect(relay, token, {})
  await fill(relay.port, path, SMALL_BYTES)
  await eventuallyLong(() => expect(fast.taken.length + slow.taken.length).toBe(COUNT))
  expect(slow.taken).toHaveLength(16)
  // Only what the slow one holds is still there.
  await eventuallyLong(async () => expect((await relay.status()).items).toBe(16))
  slow.ack(slow.taken.map(({ id }) => id))
  await eventuallyLong(async () => expect((await relay.status()).items).toBe(0))
  const bySeq = [...fast.taken, ...slow.taken].toSorted((a, b) => a.seq - b.seq)
  report('one subscription, a fast and a slow agent', count(bySeq))
  expect(seqs(bySeq)).toEqual(expected)
  for (const { taken } of [fast, slow]) expect(taken).toEqual(taken.toSorted((a, b) => a.seq - b.seq))
})

test('an agent that reads nothing and goes leaves what it had to the others of its subscription', async () => {
  const { relay, path, token } = await openRelay()
  const slow = await connect(relay, token, { acknowledges: false, window: { items: 300, bytes: 2 ** 30 } })
  const fast = await connect(relay, token, {})
  slow.stopReading()
  await fill(relay.port, path, SMALL_BYTES)
  await eventuallyLong(() => expect(fast.taken.length).toBeGreaterThan(COUNT / 2))
  slow.drop()
  await eventuallyLong(() => expect(fast.taken).toHaveLength(COUNT))
  await eventuallyLong(async () => expect((await relay.status()).items).toBe(0))
  const again = fast.taken.filter(({ handout }) => handout > 1).length
  report('an agent that reads nothing and goes', { ...count(fast.taken), 'handed out again': again })
  expect(again).toBeGreaterThan(0)
  expect(seqs(fast.taken.toSorted((a, b) => a.seq - b.seq))).toEqual(expected)
})
