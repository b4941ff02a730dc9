import { afterEach, expect, it } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { checkRelay } from '../../core/sources/creel/check-relay.ts'
import { exchangeRaw } from '../helpers/raw-http.ts'
import { isHashRight } from '../helpers/recording-sink.ts'
import { startTestRelay } from '../helpers/running-relay.ts'
import { startClient, type TestClient } from '../helpers/start-client.ts'

const clients: TestClient[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map(({ client }) => client.stop()))
})

async function startWhole() {
  const relay = await startTestRelay()
  const bucket = await relay.newBucket()
  const input = await relay.newInput(bucket)
  const token = await relay.newToken([bucket])
  const agent = startClient({ relayUrl: relay.relay.url, token })
  clients.push(agent)
  return { ...relay, bucket, input, token, agent }
}

it('what is posted to an input is at the agent a moment later, small and large, and acknowledged', async () => {
  const { agent, input, ask } = await startWhole()
  await eventually(() => expect(agent.client.connection().state).toBe('connected'))
  expect(agent.inputs().map(({ url }) => url)).toEqual([input.url])
  const small = await fetch(`${input.url}/stripe?x=1`, { method: 'POST', body: '{"amount":1.00}' })
  const large = await fetch(input.url, { method: 'PUT', body: new Uint8Array(3_000_000).fill(7) })
  expect([small.status, large.status]).toEqual([200, 200])
  await eventually(() => expect(agent.sink.stored).toHaveLength(2))
  expect(agent.sink.stored.every(isHashRight)).toBe(true)
  expect(agent.sink.stored[0]?.head).toMatchObject({ method: 'POST', target: `${input.path}/stripe?x=1` })
  expect(await ask('GET', '/v1/status')).toMatchObject({ agents: 1 })
})

it('a relay is checked before its token is saved', async () => {
  const { relay, bucket, token } = await startWhole()
  expect(await checkRelay({ relayUrl: relay.url, token })).toMatchObject({
    ok: true,
    relay: { name: 'creel' },
    buckets: [{ id: bucket, name: 'a bucket' }],
  })
  const wrong = { ...token, secret: `crs_${'x'.repeat(43)}` }
  expect(await checkRelay({ relayUrl: relay.url, token: wrong })).toMatchObject({ ok: false, code: 'wrong-secret' })
  const unknown = { ...token, key: 'crk_unknown' }
  expect(await checkRelay({ relayUrl: relay.url, token: unknown })).toMatchObject({ ok: false, code: 'unknown-key' })
  await relay.inject({ method: 'DELETE', path: `/v1/tokens/${token.key}` })
  expect(await checkRelay({ relayUrl: relay.url, token })).toMatchObject({ ok: false, code: 'revoked' })
})

it('a relay that stops tells its agents when to come back', async () => {
  const { relay, agent } = await startWhole()
  await eventually(() => expect(agent.client.connection().state).toBe('connected'))
  await relay.stop()
  const waiting = agent.states.find(({ state }) => state === 'waiting')
  expect(waiting).toHaveProperty('reason', expect.stringContaining('The relay is shutting down.'))
})

it('a token that is revoked ends the connection at once', async () => {
  const { relay, agent, token } = await startWhole()
  await eventually(() => expect(agent.client.connection().state).toBe('connected'))
  await relay.inject({ method: 'DELETE', path: `/v1/tokens/${token.key}` })
  await eventually(() => expect(agent.client.connection()).toMatchObject({ state: 'refused', code: 'revoked' }))
})

it('the largest and strangest heads that an input takes or refuses are taken by the agent', async () => {
  const { agent, input, port } = await startWhole()
  const quotes = '"'.repeat(60_000)
  const trailers = Array.from({ length: 900 }, (_, n) => `t${n}: ${'\xff"\\'.repeat(20)}\r\n`).join('')
  const chunked = 'Transfer-Encoding: chunked\r\n'
  const requests: readonly (readonly [number, string])[] = [
    [200, `POST ${input.path}/${quotes} HTTP/1.1\r\nHost: x\r\n\r\n`],
    [200, `POST ${input.path} HTTP/1.1\r\nA: ${quotes}\r\n${chunked}\r\n1\r\nx\r\n0\r\n${trailers}\r\n`],
    [200, `POST ${input.path} HTTP/1.1\r\nA: ${'\xff'.repeat(60_000)}\r\n\r\n`],
    [400, `POST ${input.path} HTTP/1.1\r\nA: ${'\x01'.repeat(60_000)}\r\n\r\n`],
    [400, `FETCHME ${input.path}/${'\x02'.repeat(60_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ]
  for (const [status, request] of requests) expect((await exchangeRaw(port, request)).status).toBe(status)
  await eventually(() => expect(agent.sink.stored).toHaveLength(requests.length))
  expect(agent.sink.stored.map(({ head }) => head.kind)).toEqual([
    'request',
    'request',
    'request',
    'rejected',
    'rejected',
  ])
  expect(agent.states.filter(({ state }) => state === 'connecting')).toHaveLength(1)
})

it('an agent of more inputs than a message holds is told of as many as fit', async () => {
  const { agent, relay, bucket, port, token } = await startWhole()
  const make = (n: number) => {
    const body = { name: `${n} ${'€'.repeat(190)}` }
    return relay.inject({ method: 'POST', path: `/v1/buckets/${bucket}/inputs`, body })
  }
  await agent.client.stop()
  // Each takes about 800 bytes of the message, which may have 1 MiB.
  await Promise.all(Array.from({ length: 1600 }, (_, n) => make(n)))
  const next = startClient({ relayUrl: `http://127.0.0.1:${port}`, token })
  clients.push(next)
  await eventually(() => expect(next.client.connection().state).toBe('connected'))
  expect(next.inputs().length).toBeGreaterThan(1000)
  const told = next.inputs()
  await make(1600)
  await eventually(() => expect(next.inputs()).not.toBe(told))
  expect(next.client.connection().state).toBe('connected')
})
