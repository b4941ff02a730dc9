import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { WebSocketServer, type WebSocket } from 'ws'
import { encodeFrame } from '../../protocol/request-frame.ts'
import { startClient, type TestClient } from '../helpers/start-client.ts'
import { removeRelayFiles, startStreamRelay, type StreamRelay } from '../helpers/stream-relay.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'

const TOKEN = { key: 'crk_abcdef', secret: `crs_${'x'.repeat(43)}` }
const WELCOME = {
  type: 'welcome',
  relay: { name: 'creel', version: '1' },
  now: 0,
  buckets: [],
  inputs: [],
  pending: 0,
}

const clients: TestClient[] = []
const closers: (() => Promise<void>)[] = []

function connect(...args: Parameters<typeof startClient>): TestClient {
  const client = startClient(...args)
  clients.push(client)
  return client
}

/** A relay that says what a test wants, and records what it hears. */
async function startScriptedRelay(onMessage: (ws: WebSocket, message: { type: string; nonce?: string }) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const heard: { type: string; at: number }[] = []
  const closes: { code: number; reason: string }[] = []
  server.on('connection', (ws) => {
    ws.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; nonce?: string }
      heard.push({ ...message, at: performance.now() })
      onMessage(ws, message)
    })
    ws.on('close', (code, reason) => closes.push({ code, reason: reason.toString() }))
  })
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(async () => {
    for (const ws of server.clients) ws.terminate()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, heard, closes }
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map(({ client }) => client.stop()))
  await Promise.all(closers.splice(0).map((close) => close()))
})

describe('a link to a relay', () => {
  let relay: StreamRelay
  beforeEach(async () => {
    relay = await startStreamRelay({ times: { pingEveryMs: 100, silenceMs: 600 } })
    closers.push(async () => {
      await relay.stop()
      await removeRelayFiles(relay)
    })
  })

  it('is connected after a proven round trip, and each pong proves it again', async () => {
    const agent = connect({ relayUrl: relay.url, token: relay.token }, { times: { pingEveryMs: 50 } })
    expect(agent.client.connection()).toEqual({ state: 'connecting', attempt: 1 })
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    const proofs = () => agent.states.flatMap((state) => (state.state === 'connected' ? [state] : []))
    await eventually(() => expect(proofs().length).toBeGreaterThan(3))
    const [first] = proofs()
    const last = proofs().at(-1)
    expect(last?.since).toBe(first?.since)
    // Two pongs may be heard within one millisecond, not four.
    expect(last?.verifiedAt).toBeGreaterThan(first?.verifiedAt ?? Infinity)
    expect(first?.roundTripMs).toBeLessThan(15_000)
    expect(agent.states.map(({ state }) => state).includes('waiting')).toBe(false)
  })

  it('that fell silent is noticed by both sides, and made anew when the network is back', async () => {
    const proxy = await startTcpProxy(relay.port)
    closers.push(() => proxy.close())
    const times = { pingEveryMs: 100, silenceMs: 600, stepMs: 600 }
    const agent = connect({ relayUrl: proxy.url, token: relay.token }, { times })
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    proxy.blackHole()
    await eventually(() => expect(agent.client.connection()).toMatchObject({ state: 'waiting' }))
    expect(agent.states.find(({ state }) => state === 'waiting')).toHaveProperty(
      'reason',
      expect.stringContaining('fell silent'),
    )
    await eventually(() => expect(relay.stream.agents()).toHaveLength(0))
    proxy.heal()
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
  })

  it('is proven at once when asked, long before silence would tell', async () => {
    const proxy = await startTcpProxy(relay.port)
    closers.push(() => proxy.close())
    const agent = connect({ relayUrl: proxy.url, token: relay.token }, { times: { proofMs: 100 } })
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    proxy.blackHole()
    agent.client.retryNow()
    await eventually(() => expect(agent.client.connection().state).toBe('waiting'))
  })

  it('tells how far the clocks are apart', async () => {
    const ahead = await startStreamRelay({ clockAheadMs: 60_000 })
    closers.push(async () => {
      await ahead.stop()
      await removeRelayFiles(ahead)
    })
    const agent = connect({ relayUrl: ahead.url, token: ahead.token })
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    const shown = agent.client.connection()
    expect(shown.state === 'connected' && Math.abs(shown.skewMs - 60_000)).toBeLessThan(15_000)
  })

  it('that the relay closes is taken up again when the relay wishes', async () => {
    const agent = connect({ relayUrl: relay.url, token: relay.token })
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    const startedAt = Date.now()
    await relay.stream.closeAll('An update.', 5_000)
    const shown = agent.client.connection()
    expect(shown).toMatchObject({ state: 'waiting', reason: `127.0.0.1:${relay.port} closes: An update.` })
    expect(shown.state === 'waiting' && shown.nextAttemptAt - startedAt).toBeGreaterThanOrEqual(5_000)
  })

  it('keeps a steady beat of pings from both sides', async () => {
    let beats = 0
    const scripted = await startScriptedRelay((ws, message) => {
      if (message.type === 'hello') ws.send(JSON.stringify(WELCOME))
      if (message.type !== 'ping') return
      beats += 1
      ws.send(JSON.stringify({ type: 'pong', nonce: message.nonce }))
    })
    const startedAt = performance.now()
    connect({ relayUrl: scripted.url, token: TOKEN }, { times: { pingEveryMs: 100 } })
    await eventually(() => expect(beats).toBeGreaterThan(5))
    // A busy machine lets beats come late, but nothing lets more of them come than there is time for (and one after the welcome).
    expect(beats).toBeLessThanOrEqual((performance.now() - startedAt) / 100 + 1)
  })
})

describe('a relay that breaks the protocol', () => {
  const head = {
    kind: 'request' as const,
    id: 'i1',
    seq: 1,
    bucket: 'b',
    input: null,
    receivedAt: 0,
    remote: null,
    bodyBytes: 1,
    sha256: '0'.repeat(64),
    handout: 1,
    redelivered: false,
    chunked: false,
    method: 'POST',
    target: '/',
    mountBytes: 0,
    headers: [],
    trailers: [],
  }
  const cases: readonly [string, string | Uint8Array, number, RegExp][] = [
    ['text that is no JSON', 'hello', 1002, /breaks the protocol: The text frame is not JSON/],
    ['a frame that is cut', new Uint8Array([1, 0, 0, 9, 9]), 1002, /breaks the protocol: The frame says/],
    [
      'a chunk of nothing',
      encodeFrame({ type: 'chunk', head: { id: 'x', n: 0, last: true }, bytes: new Uint8Array() }),
      1002,
      /which is not being sent/,
    ],
    [
      'a body that does not fit its hash',
      encodeFrame({ type: 'item', head, bytes: new Uint8Array([1]) }),
      1011,
      /altered on the way/,
    ],
  ]
  for (const [title, said, code, reason] of cases) {
    it(`by ${title} is told so, and nothing is acknowledged`, async () => {
      const relay = await startScriptedRelay((ws, message) => {
        if (message.type !== 'hello') return
        ws.send(JSON.stringify(WELCOME))
        ws.send(said)
      })
      const agent = connect({ relayUrl: relay.url, token: TOKEN, random: () => 0.99 })
      await eventually(() => expect(relay.closes.map((close) => close.code)).toContain(code))
      expect(agent.states.find((state) => state.state === 'waiting')).toHaveProperty(
        'reason',
        expect.stringMatching(reason),
      )
      expect(relay.heard.some(({ type }) => type === 'ack')).toBe(false)
      expect(agent.sink.stored).toEqual([])
    })
  }

  it('by a frame larger than any ends the connection without keeping it in memory', async () => {
    const relay = await startScriptedRelay((ws, message) => {
      if (message.type !== 'hello') return
      ws.send(JSON.stringify(WELCOME))
      ws.send(new Uint8Array(20_000_000))
    })
    const agent = connect({ relayUrl: relay.url, token: TOKEN })
    await eventually(() =>
      expect(agent.states).toContainEqual(
        expect.objectContaining({ reason: expect.stringContaining('larger than any may be') }),
      ),
    )
  })
})

it('types and kinds of a newer relay are answered by one error each, and the rest goes on', async () => {
  const strange = Buffer.from('{"kind":"sealed","id":"s1"}')
  const prefix = Buffer.from([1, 0, 0, 0, strange.length])
  const relay = await startScriptedRelay((ws, message) => {
    if (message.type === 'hello') {
      ws.send(JSON.stringify(WELCOME))
      for (let i = 0; i < 3; i += 1) ws.send('{"type":"later","x":1}')
      ws.send(new Uint8Array([9, 0, 0, 0, 0]))
      ws.send(Buffer.concat([prefix, strange]))
    }
    if (message.type === 'ping') ws.send(JSON.stringify({ type: 'pong', nonce: message.nonce, later: true }))
  })
  const agent = connect({ relayUrl: relay.url, token: TOKEN })
  await eventually(() => expect(agent.client.connection().state).toBe('connected'))
  await eventually(() => expect(relay.heard.some(({ type }) => type === 'nack')).toBe(true))
  expect(relay.heard.filter(({ type }) => type === 'error')).toHaveLength(3)
  expect(relay.heard.find(({ type }) => type === 'nack')).toMatchObject({ id: 's1', delayMs: 86_400_000 })
})
