import { expect, onTestFinished, test } from 'vitest'
import { extent } from '../../helpers/extent.ts'
import { countLedger, report } from '../../helpers/ledger.ts'
import { connectLeanAgent, type LeanAgent } from '../../helpers/many-agents.ts'
import { exchangeRaw } from '../../helpers/raw-http.ts'
import { startBigRelay, type BigRelay } from './big-relay.ts'
import { eventuallyLong } from './eventually-long.ts'
import { pour, type Poured } from './posts.ts'

const CONNECTIONS = 8
const BODY_BYTES = 500
/** What the engine takes for short-lived objects under a steady load, some 200 MiB on a large machine, stands in it; what is queued must not. */
const MOST_MIB = 512

test('a queue far over the usual limit is drained by an agent that comes late: in order, each item once', async () => {
  const count = extent(12_000, 100_000)
  const relay = await startBigRelay({ CREEL_BUCKET_MAX_ITEMS: '200000' })
  const bucket = await relay.newBucket()
  const path = await relay.newInput(bucket)
  const idle = await relay.memory.usage()
  const poured = await pour(relay.port, { paths: [path], each: count, connections: CONNECTIONS, bodyBytes: BODY_BYTES })
  const filled = await relay.memory.usage()
  expect((await relay.status()).items).toBe(count)

  const { agent, seconds } = await drain(relay, bucket, count)
  const drained = await relay.memory.usage()
  const counted = judge(poured, agent, count)
  report(`${count} items queued, then an agent`, counted)
  report('  at', {
    'accepted/s': Math.round(count / poured.seconds),
    'drained/s (mark: 2000)': Math.round(count / seconds),
    'memory of the relay in MiB, idle': idle.rssMiB,
    'with all queued': filled.rssMiB,
    'at its peak': drained.peakMiB,
  })
  expect(counted).toMatchObject({ sent: count, accepted: count, arrived: count, twice: 0, lost: 0, altered: 0 })
  expect(drained.peakMiB).toBeLessThan(MOST_MIB)
})

test('a queue at the default limit refuses the next one with a time to come again, and has room after an acknowledgement', async () => {
  const relay = await startBigRelay()
  const bucket = await relay.newBucket()
  const path = await relay.newInput(bucket)
  const next = `POST ${path} HTTP/1.1\r\nHost: relay\r\nContent-Length: 2\r\n\r\n{}`
  const poured = await pour(relay.port, { paths: [path], each: 10_000, connections: CONNECTIONS, bodyBytes: 100 })
  expect(poured.refused).toEqual([])
  const refused = await exchangeRaw(relay.port, next)
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) } })
  expect((await relay.status()).items).toBe(10_000)

  const token = await relay.newToken([bucket])
  const one = { items: 1, bytes: 1024 }
  const agent = await connectLeanAgent({ url: relay.url, token, subscription: 'a', window: one, acknowledges: false })
  onTestFinished(() => agent.close())
  expect(agent.pending).toBe(10_000)
  await eventuallyLong(() => expect(agent.taken).toHaveLength(1))
  agent.ack(agent.taken.map(({ id }) => id))
  await eventuallyLong(async () => expect((await relay.status()).items).toBe(9_999))
  expect((await exchangeRaw(relay.port, next)).status).toBe(200)
  expect((await exchangeRaw(relay.port, next)).status).toBe(503)
  report('the default limit of a queue', {
    accepted: 10_001,
    refused: 2,
    'retry-after': refused.headers['retry-after'] ?? '',
  })
})

async function drain(relay: BigRelay, bucket: string, count: number): Promise<{ agent: LeanAgent; seconds: number }> {
  const token = await relay.newToken([bucket])
  const startedAt = performance.now()
  const agent = await connectLeanAgent({ url: relay.url, token, subscription: 'late' })
  onTestFinished(() => agent.close())
  expect(agent.pending).toBe(count)
  await eventuallyLong(() => expect(agent.taken.length).toBeGreaterThanOrEqual(count))
  const seconds = (performance.now() - startedAt) / 1000
  // Only what was acknowledged is gone at the relay.
  await eventuallyLong(async () => expect((await relay.status()).items).toBe(0))
  return { agent, seconds }
}

/** Order: by the bucket's log, and within it what one connection sent in the order in which it was sent. */
function judge(poured: Poured, agent: LeanAgent, count: number): ReturnType<typeof countLedger> {
  const names = agent.taken.map(({ text }) => text.trimEnd())
  expect(agent.taken.map(({ seq }) => seq)).toEqual(agent.taken.map((_, i) => i + 1))
  for (const [connection, sent] of poured.accepted.entries()) {
    expect(names.filter((name) => name.split('-')[1] === String(connection))).toEqual(sent)
  }
  return countLedger({
    sent: count,
    accepted: poured.accepted.flat(),
    arrived: names,
    altered: agent.taken.filter(({ isExact, text }) => !isExact || text.length !== BODY_BYTES).length,
  })
}
