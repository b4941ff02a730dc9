import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { straightNetwork } from '../../core/network/network.ts'
import { checkChannel } from '../../core/sources/smee/check-channel.ts'
import { createSmeeClient, type SmeeTimes } from '../../core/sources/smee/client.ts'
import { createChannel } from '../../core/sources/smee/create-channel.ts'
import type { SourceConnection, SourceInput } from '../../protocol/source.ts'
import { eventually } from '../helpers/eventually.ts'
import { createRecordingSink } from '../helpers/recording-sink.ts'
import { startSmeeServer, type SmeeServer } from '../helpers/smee-server.ts'

async function serve(): Promise<SmeeServer> {
  const server = await startSmeeServer()
  onTestFinished(() => server.close())
  return server
}

function listen(relayUrl: string, times: Partial<SmeeTimes> = {}) {
  const sink = createRecordingSink()
  const states: SourceConnection[] = []
  const skipped: string[] = []
  let inputs: readonly SourceInput[] = []
  const client = createSmeeClient(
    {
      relayUrl,
      token: { key: '', secret: '' },
      buckets: [],
      subscription: 'test',
      agent: { name: 'test', version: '1' },
      sink,
      now: Date.now,
      monotonic: () => performance.now(),
      random: () => 0.5,
      onConnection: (connection) => states.push(connection),
      onWelcome: () => undefined,
      onInputs: (told) => {
        inputs = told
      },
      onSkipped: (problem) => skipped.push(problem),
    },
    { backoffFirstMs: 20, backoffMaxMs: 40, ...times },
  )
  onTestFinished(() => client.stop())
  client.start()
  const isConnected = () => eventually(() => expect(client.connection().state).toBe('connected'))
  return { client, sink, states, skipped, inputs: () => inputs, isConnected }
}

async function send(url: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
  expect(answer.status).toBe(200)
}

test('a channel is connected once its server says that it is ready, and what is posted there arrives', async () => {
  const server = await serve()
  const { sink, isConnected, inputs } = listen(`${server.url}/abc/`)
  await isConnected()
  expect(inputs()).toEqual([{ id: 'abc', bucket: 'abc', name: 'abc', url: `${server.url}/abc` }])

  await send(`${server.url}/abc?x=1&x=2&y=/%20a`, '{"b": 1.00, "a":"é"}', { 'X-Odd-Case': 'ä' })
  await eventually(() => expect(sink.stored).toHaveLength(1))
  const { head, body } = sink.stored[0] ?? {}
  // As its own client would send it on: what the server wrote, not what the sender did.
  expect(Buffer.from(body ?? []).toString()).toBe('{"b":1,"a":"é"}')
  expect(head).toMatchObject({
    kind: 'request',
    method: 'POST',
    target: '/abc?x=1&x=2&y=%2F+a',
    mountBytes: 4,
    bodyBytes: body?.length,
    sha256: createHash('sha256')
      .update(body ?? '')
      .digest('hex'),
  })
  expect(head).toHaveProperty('headers', expect.arrayContaining([['x-odd-case', 'ä']]))
})

test('a stream that ends, or is answered by a proxy in a bad moment, is taken up again', async () => {
  const server = await serve()
  const { sink, states, isConnected } = listen(`${server.url}/abc`)
  await isConnected()
  server.answerWith(502)
  server.cut()
  await eventually(() =>
    expect(states.at(-1)).toMatchObject({ state: 'waiting', reason: expect.stringContaining('502') }),
  )
  server.answerWith(null)
  await isConnected()
  await send(`${server.url}/abc`, '{"again":true}')
  await eventually(() => expect(sink.stored).toHaveLength(1))
})

test('a server that never says it is ready, and one that falls silent, are not called connected', async () => {
  const server = await serve()
  server.staySilent()
  const { states, sink } = listen(`${server.url}/abc`, { readyMs: 40 })
  await eventually(() =>
    expect(states).toContainEqual(
      expect.objectContaining({ state: 'waiting', reason: expect.stringContaining('ready') }),
    ),
  )
  expect(states.map(({ state }) => state)).not.toContain('connected')
  expect(sink.stored).toEqual([])

  const other = await serve()
  const quiet = listen(`${other.url}/abc`, { silenceMs: 60 })
  await eventually(() =>
    expect(quiet.states).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining('not been heard of') }),
    ),
  )
})

test('what is no request is skipped and told, and the channel goes on', async () => {
  const server = await serve()
  const { sink, skipped, isConnected } = listen(`${server.url}/abc`)
  await isConnected()
  server.write('data: not json\n\n')
  server.write('data: {"no":"body"}\n\n')
  server.write('data: {"body":1,"x-bad":"a\\r\\nInjected: yes"}\n\n')
  server.write('event: strange\ndata: {"body":1}\n\n')
  await send(`${server.url}/abc`, '{"good":1}')
  await eventually(() => expect(sink.stored).toHaveLength(1))
  expect(skipped).toHaveLength(3)
})

test('what comes while the history cannot be written waits, and is stored once and in order', async () => {
  const server = await serve()
  const { sink, isConnected } = listen(`${server.url}/abc`)
  await isConnected()
  let failures = 0
  sink.gate = () => {
    failures += 1
    return failures < 2 ? Promise.reject(new Error('disk full')) : Promise.resolve()
  }
  for (const n of [1, 2, 3]) await send(`${server.url}/abc`, JSON.stringify({ n }))
  await eventually(() => expect(sink.stored).toHaveLength(3))
  expect(sink.stored.map(({ body }) => Buffer.from(body).toString())).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
  expect(new Set(sink.stored.map(({ head }) => head.id)).size).toBe(3)
})

test('a channel whose requests wait for a broken history is not read on, and not called silent for it', async () => {
  const server = await serve()
  const { client, sink, states, isConnected } = listen(`${server.url}/abc`, { silenceMs: 400 })
  await isConnected()
  let isBroken = true
  let tries = 0
  sink.gate = () => {
    tries += 1
    return isBroken ? Promise.reject(new Error('disk full')) : Promise.resolve()
  }
  const body = 'x'.repeat(22 * 1024 * 1024)
  for (let n = 0; n < 3; n += 1) server.write(`data: ${JSON.stringify({ body })}\n\n`)
  await eventually(() => expect(tries).toBeGreaterThan(2))
  server.write('data: {"body":"behind"}\n\n')
  // A second between two tries, more than may be silent.
  const before = tries
  await eventually(() => expect(tries).toBeGreaterThan(before + 1))
  expect(client.connection().state).toBe('connected')
  expect(states.map(({ state }) => state)).not.toContain('waiting')
  isBroken = false
  await eventually(() => expect(sink.stored).toHaveLength(4))
}, 60_000)

test('a channel is tested before it is kept, and each way to fail has its sentence', async () => {
  const server = await serve()
  const check = (url: string) => checkChannel({ url, network: straightNetwork, monotonic: () => performance.now() })
  expect(await check(`${server.url}/abc`)).toBeGreaterThan(0)
  await eventually(() => expect(server.listeners()).toBe(0))
  server.answerWith(403)
  await expect(check(`${server.url}/abc`)).rejects.toThrow('does not let anybody read the channel abc (403)')
  server.answerWith(404)
  await expect(check(`${server.url}/abc`)).rejects.toThrow('it has no channel abc')
  await expect(check('http://127.0.0.1:9/abc')).rejects.toThrow('Nothing listens at 127.0.0.1:9')
  await expect(check(`${server.url}/a b`)).rejects.toThrow('not the URL of a channel')
})

test('a server gives a new channel', async () => {
  const server = await serve()
  expect(await createChannel(server.url, straightNetwork)).toBe(`${server.url}/abcDEF123_-new`)
  await expect(createChannel('http://127.0.0.1:9', straightNetwork)).rejects.toThrow('Nothing listens')
})
