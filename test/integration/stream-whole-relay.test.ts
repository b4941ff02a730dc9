import { afterEach, expect, it } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { checkRelay } from '../../core/sources/creel/check-relay.ts'
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
