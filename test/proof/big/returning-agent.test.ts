import { expect, onTestFinished, test } from 'vitest'
import { SILENCE_MS } from '../../../protocol/limits.ts'
import { countLedger, report } from '../../helpers/ledger.ts'
import { connectLeanAgent, Refused, type LeanAgentOptions } from '../../helpers/many-agents.ts'
import { startClient } from '../../helpers/start-client.ts'
import { startTcpProxy } from '../../helpers/tcp-proxy.ts'
import { startBigRelay } from './big-relay.ts'
import { eventuallyLong } from './eventually-long.ts'
import { pour } from './posts.ts'

/** The limit of a bucket, unless somebody sets another. */
const MOST_AGENTS = 10
const ITEMS = 100

test('an agent whose link died unnoticed is let in again at once, though its bucket has all the agents it may have', async () => {
  const relay = await startBigRelay()
  const bucket = await relay.newBucket()
  const path = await relay.newInput(bucket)
  const token = await relay.newToken([bucket])
  const proxy = await startTcpProxy(relay.port)
  onTestFinished(() => proxy.close())
  const connect = async (more: Partial<LeanAgentOptions>) => {
    const agent = await connectLeanAgent({ url: relay.url, token, subscription: 'others', ...more })
    onTestFinished(() => agent.drop())
    return agent
  }

  // Told of silence soon on its own side; the relay goes by its usual times, and so believes in the dead connection meanwhile.
  // A try that began while nothing got through is given up soon.
  const times = { silenceMs: 300, pingEveryMs: 100, proofMs: 100, stepMs: 1000 }
  const returning = startClient({ relayUrl: proxy.url, token, subscription: 'returning' }, { times })
  onTestFinished(() => returning.client.stop())
  await eventuallyLong(() => expect(returning.client.connection().state).toBe('connected'))
  const others = await Promise.all(
    Array.from({ length: MOST_AGENTS - 1 }, (_, n) => connect({ subscription: `other ${n}`, instance: `i${n}` })),
  )

  proxy.blackHole()
  const poured = await pour(relay.port, { paths: [path], each: ITEMS, connections: 1, bodyBytes: 100 })
  await eventuallyLong(() => expect(returning.states.map(({ state }) => state)).toContain('waiting'))
  proxy.heal()
  const healedAt = performance.now()
  await eventuallyLong(() => expect(returning.sink.stored).toHaveLength(ITEMS))
  const backMs = performance.now() - healedAt

  for (const [who, more] of [
    ['an agent without a name of its own', {}],
    ['another agent', { instance: 'new' }],
    ['an agent of that name under another subscription', { instance: 'i0', subscription: 'other 1' }],
    [
      'an agent of that name with another token',
      { instance: 'i0', subscription: 'other 0', token: await relay.newToken([bucket]) },
    ],
  ] as const) {
    const refused = await connect(more).catch((error: unknown) => error)
    expect(refused, who).toBeInstanceOf(Refused)
    expect(refused, who).toMatchObject({ status: 429, code: 'too-many-agents' })
  }

  const [first] = others
  const again = await connect({ subscription: 'other 0', instance: 'i0' })
  expect(await first?.closed).toBe(4409)
  await eventuallyLong(async () => expect((await relay.status()).items).toBe(0))
  const counted = countLedger({
    sent: ITEMS,
    accepted: poured.accepted.flat(),
    arrived: returning.sink.stored.map(({ body }) => Buffer.from(body).toString().trimEnd()),
  })
  report('an agent returns to a bucket that is full of agents', counted)
  report('  at', { 'ms until it had everything': Math.round(backMs), 'refused meanwhile': 4 })
  expect(counted).toMatchObject({ arrived: ITEMS, twice: 0, lost: 0 })
  expect(returning.states.some((state) => state.state === 'waiting' && /429|agents already/.test(state.reason))).toBe(
    false,
  )
  expect(backMs).toBeLessThan(SILENCE_MS / 2)
  expect(again.taken).toEqual([])
})
