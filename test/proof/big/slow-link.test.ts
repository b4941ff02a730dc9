import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { PING_EVERY_MS, SILENCE_MS } from '../../../protocol/limits.ts'
import { extent } from '../../helpers/extent.ts'
import { countLedger, report } from '../../helpers/ledger.ts'
import { startSlowLink } from '../../helpers/slow-link.ts'
import { isHashRight } from '../../helpers/recording-sink.ts'
import { startClient } from '../../helpers/start-client.ts'
import { removeRelayFiles, startStreamRelay } from '../../helpers/stream-relay.ts'
import { eventuallyLong } from './eventually-long.ts'

const MIB = 1024 * 1024
const BODY_BYTES = 25 * MIB
/** 10 Mbit/s in soak; here faster, with the times of liveness shorter in the same proportion, and less than the transfer takes. */
const MBIT_PER_SECOND = extent(60, 10)
const PROPORTION = 10 / MBIT_PER_SECOND
const times = { pingEveryMs: PING_EVERY_MS * PROPORTION * 0.5, silenceMs: SILENCE_MS * PROPORTION * 0.5 }

test('a body of 25 MB over a slow link ends no connection, keeps pings answered and lets other buckets by', async () => {
  const relay = await startStreamRelay({ times })
  onTestFinished(async () => {
    await relay.stop()
    await removeRelayFiles(relay)
  })
  const other = await relay.store.admin.createBucket({ name: 'Other', settings: {} })
  const link = await startSlowLink(relay.port, (MBIT_PER_SECOND * 1e6) / 8)
  onTestFinished(() => link.close())
  const agent = startClient(
    { relayUrl: link.url, token: await relay.createToken([relay.bucketId, other.id]) },
    { times: { ...times, lookEveryMs: times.pingEveryMs } },
  )
  onTestFinished(() => agent.client.stop())
  await eventuallyLong(() => expect(agent.client.connection().state).toBe('connected'))

  const { sha256 } = await relay
    .add(randomBytes(BODY_BYTES))
    .then(({ id }) => relay.store.log.find(relay.bucketId, id).then((item) => item ?? { sha256: '' }))
  const startedAt = performance.now()
  await eventuallyLong(() => expect(agent.sink.events).toEqual(['begin 1']))
  const waits: number[] = []
  for (let n = 1; !agent.sink.events.includes('finish 1'); n += 1) {
    const postedAt = performance.now()
    await relay.add(new TextEncoder().encode(`small ${n}`), { bucketId: other.id, inputId: null })
    await eventuallyLong(() => expect(agent.sink.stored.filter(({ head }) => head.bucket === other.id)).toHaveLength(n))
    waits.push(performance.now() - postedAt)
  }
  await eventuallyLong(() =>
    expect(agent.sink.stored.some(({ head }) => head.seq === 1 && head.bucket === relay.bucketId)).toBe(true),
  )
  const seconds = (performance.now() - startedAt) / 1000

  const large = agent.sink.stored.filter(({ head }) => head.bucket === relay.bucketId)
  const counted = countLedger({
    sent: 1,
    accepted: [sha256],
    arrived: large.map(({ head }) => head.sha256),
    altered: agent.sink.stored.filter((item) => !isHashRight(item)).length,
  })
  report(`25 MB over ${MBIT_PER_SECOND} Mbit/s`, counted)
  report('  meanwhile', {
    seconds: seconds.toFixed(1),
    'silence that ends a connection, s': (times.silenceMs / 1000).toFixed(1),
    'small ones of another bucket': waits.length,
    'longest wait of these, ms': Math.round(Math.max(...waits)),
  })
  expect(seconds * 1000).toBeGreaterThan(times.silenceMs * 1.2)
  expect(counted).toMatchObject({ arrived: 1, twice: 0, lost: 0, altered: 0 })
  expect(agent.states.filter(({ state }) => state === 'waiting')).toEqual([])
  expect(relay.stream.agents()).toHaveLength(1)
  expect(waits.length).toBeGreaterThan(1)
})
