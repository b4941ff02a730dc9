import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { WebSocket } from 'ws'
import { startClient, type TestClient } from '../helpers/start-client.ts'
import { removeRelayFiles, startStreamRelay, type StreamRelay } from '../helpers/stream-relay.ts'

let relay: StreamRelay
const clients: TestClient[] = []
const closers: (() => void)[] = []

beforeEach(async () => {
  relay = await startStreamRelay({ settings: { maxAgents: 2 } })
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map(({ client }) => client.stop()))
  for (const close of closers.splice(0)) close()
  await relay.stop()
  await removeRelayFiles(relay)
})

function connect(wanted: Partial<Parameters<typeof startClient>[0]> = {}): TestClient {
  const client = startClient({ relayUrl: relay.url, token: relay.token, ...wanted })
  clients.push(client)
  return client
}

async function waitForRefusal(agent: TestClient, code: string): Promise<void> {
  await eventually(() => expect(agent.client.connection()).toMatchObject({ state: 'refused', code }))
  const shown = agent.client.connection()
  expect(shown.state === 'refused' && shown.reason.length).toBeGreaterThan(20)
  expect(shown.state === 'refused' && shown.fix.length).toBeGreaterThan(20)
}

/** An upgrade request by hand; gives the answer that is no upgrade. */
async function upgrade(headers: Record<string, string>, query = ''): Promise<{ status: number; problem: unknown }> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(`${relay.url}/v1/stream${query}`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': 'creel.v1',
        ...headers,
      },
    })
    asked.on('response', resolve)
    asked.on('upgrade', () => reject(new Error('It was let in.')))
    asked.on('error', reject)
    asked.end()
  })
  let text = ''
  for await (const part of answer) text += String(part)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  return { status: answer.statusCode ?? 0, problem: JSON.parse(text) }
}

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`
const good = (): string => basic(`${relay.token.key}:${relay.token.secret}`)

/** A WebSocket of a stranger, by hand; gives how it ended. */
function dial(said: readonly (string | Uint8Array)[]) {
  const ws = new WebSocket(`${relay.url.replace('http', 'ws')}/v1/stream`, 'creel.v1', {
    headers: { authorization: good() },
  })
  const heard: { type: string; code?: string }[] = []
  ws.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) heard.push(JSON.parse(data.toString()) as { type: string })
  })
  ws.on('open', () => {
    for (const one of said) ws.send(one)
  })
  const ended = new Promise<number>((resolve) => ws.once('close', resolve))
  closers.push(() => ws.terminate())
  return { ws, heard, ended }
}

const HELLO = JSON.stringify({
  type: 'hello',
  agent: { name: 'by-hand', version: '1' },
  subscription: 'hand',
  window: { items: 10, bytes: 100_000 },
  now: 0,
  later: 'ignored',
})

describe('an upgrade is refused', () => {
  const cases: readonly [string, () => Record<string, string>, number, string][] = [
    ['without a token', () => ({}), 401, 'no-token'],
    ['with an unknown key', () => ({ authorization: basic('crk_nobody:x') }), 401, 'unknown-key'],
    ['with a wrong secret', () => ({ authorization: basic(`${relay.token.key}:x`) }), 401, 'wrong-secret'],
    ['when a page asks', () => ({ authorization: good(), origin: 'http://127.0.0.1' }), 403, 'origin-not-allowed'],
    ['with an old version', () => ({ authorization: good(), 'sec-websocket-version': '7' }), 400, 'bad-request'],
    ['with a broken key', () => ({ authorization: good(), 'sec-websocket-key': 'x' }), 400, 'bad-request'],
    ['without our subprotocol', () => ({ authorization: good(), 'sec-websocket-protocol': 'x' }), 400, 'bad-request'],
  ]
  for (const [title, headers, status, code] of cases) {
    it(`${title}: ${status} ${code}`, async () => {
      expect(await upgrade(headers())).toMatchObject({ status, problem: { status, code } })
    })
  }

  it('for a bucket that the token may not read: 403 bucket-not-allowed', async () => {
    const other = await relay.store.admin.createBucket({ name: 'Other', settings: {} })
    const answer = await upgrade({ authorization: good() }, `?bucket=${other.id}`)
    expect(answer).toMatchObject({ status: 403, problem: { code: 'bucket-not-allowed' } })
  })

  it('when the bucket has as many agents as it may: 429 too-many-agents', async () => {
    const agents = [connect(), connect()]
    await eventually(() => expect(agents.every(({ client }) => client.connection().state === 'connected')).toBe(true))
    expect(await upgrade({ authorization: good() })).toMatchObject({
      status: 429,
      problem: { code: 'too-many-agents' },
    })
    const third = connect()
    await eventually(() => expect(third.client.connection()).toMatchObject({ state: 'waiting' }))
    expect(third.client.connection()).toHaveProperty('reason', expect.stringContaining('2 agents already'))
  })

  it('while the relay shuts down: 503 closing', async () => {
    await relay.stream.closeAll('bye', 0)
    expect(await upgrade({ authorization: good() })).toMatchObject({ status: 503, problem: { code: 'closing' } })
  })
})

describe('an agent that breaks the protocol', () => {
  it('by not beginning with a hello is closed with 4400', async () => {
    expect(await dial(['{"type":"ack","ids":["a"]}']).ended).toBe(4400)
    expect(await dial([new Uint8Array([3, 0, 0, 0, 0])]).ended).toBe(4400)
    expect(await dial(['nonsense']).ended).toBe(4400)
  })

  it('by saying nothing is closed with 4400', async () => {
    await relay.stop()
    relay = await startStreamRelay({ dir: relay.dir, times: { helloMs: 100 } })
    expect(await dial([]).ended).toBe(4400)
  })

  it('by a second hello is closed with 4400', async () => {
    expect(await dial([HELLO, HELLO]).ended).toBe(4400)
  })

  it('by a broken message is told so and closed with 1002', async () => {
    const { heard, ended } = dial([HELLO, '{"type":"ack"}'])
    expect(await ended).toBe(1002)
    expect(heard.find(({ type }) => type === 'error')).toMatchObject({ code: 'bad-message' })
  })

  it('by a frame larger than any is closed with 1009', async () => {
    expect(await dial([HELLO, 'x'.repeat(2_000_000)]).ended).toBe(1009)
  })

  it('by a type of a later version is answered by one error and goes on', async () => {
    const { ws, heard } = dial([
      HELLO,
      '{"type":"seal"}',
      '{"type":"seal"}',
      '{"type":"error","code":"x","message":"y"}',
    ])
    ws.once('open', () => ws.send('{"type":"ping","nonce":"last"}'))
    await eventually(() => expect(heard.at(-1)).toMatchObject({ type: 'pong', nonce: 'last' }))
    expect(heard.filter(({ type }) => type === 'error')).toHaveLength(1)
    expect(ws.readyState).toBe(WebSocket.OPEN)
  })
})

describe('a client stops trying, and says why and what to do', () => {
  it('when the key is unknown', async () => {
    await waitForRefusal(connect({ token: { ...relay.token, key: 'crk_unknown' } }), 'unknown-key')
  })

  it('when the secret is wrong', async () => {
    await waitForRefusal(connect({ token: { ...relay.token, secret: `crs_${'y'.repeat(43)}` } }), 'wrong-secret')
  })

  it('when the bucket is not the token’s', async () => {
    await waitForRefusal(connect({ buckets: ['nowhere'] }), 'bucket-not-allowed')
  })

  it('when the token is revoked while it is connected, and on every later try', async () => {
    const agent = connect()
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    await relay.store.admin.revokeToken(relay.token.key)
    await waitForRefusal(agent, 'revoked')
    agent.client.retryNow()
    await waitForRefusal(agent, 'revoked')
    expect(agent.client.connection()).toHaveProperty('reason', expect.stringContaining('was revoked at'))
  })

  it('when its only bucket is deleted', async () => {
    const agent = connect({ buckets: [relay.bucketId] })
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    await relay.store.admin.deleteBucket(relay.bucketId)
    await waitForRefusal(agent, 'bucket-not-allowed')
  })

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it('when what answers is no relay, but only when it keeps saying so', async () => {
    let asked = 0
    const relayUrl = await serve((_, res) => {
      asked += 1
      res.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>')
    })
    await waitForRefusal(connect({ relayUrl }), 'not-a-relay')
    expect(asked).toBe(3)
  })

  it('but not when a proxy says that the relay is away for now', async () => {
    const relayUrl = await serve((_, res) => res.writeHead(502).end('Bad gateway'))
    const agent = connect({ relayUrl })
    await eventually(() => expect(agent.states.filter(({ state }) => state === 'waiting').length).toBeGreaterThan(3))
    expect(agent.states.some(({ state }) => state === 'refused')).toBe(false)
  })

  it('but not when nothing listens, and it says so', async () => {
    const relayUrl = 'http://127.0.0.1:9'
    const agent = connect({ relayUrl })
    await eventually(() => expect(agent.client.connection()).toMatchObject({ state: 'waiting' }))
    expect(agent.states.find(({ state }) => state === 'waiting')).toHaveProperty(
      'reason',
      'Nothing listens at 127.0.0.1:9: the relay is not running, or the port is another one.',
    )
  })

  it('when its address is none', async () => {
    await waitForRefusal(connect({ relayUrl: 'nonsense' }), 'not-a-relay')
  })
})
