import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { sign } from '../../signatures/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { exchangeRaw, type RawAnswer } from '../helpers/raw-http.ts'
import { startTestRelay, type TestRelay } from '../helpers/running-relay.ts'
import { makeDataDir, removeDataDir, runServices } from '../helpers/services.ts'
import { startClient } from '../helpers/start-client.ts'

const Headers = z.record(z.string(), z.string())
const Given = z.array(
  z.object({
    provider: z.string(),
    name: z.string(),
    secret: z.string().optional(),
    request: z.object({
      method: z.string(),
      url: z.string().optional(),
      headers: Headers.optional(),
      body: z.string().optional(),
    }),
    response: z.object({ status: z.number(), headers: Headers, body: z.string() }),
  }),
)
const file = new URL('../fixtures/signatures/handshakes.json', import.meta.url)
const given = Given.parse(JSON.parse(readFileSync(file, 'utf8')))

/** Ids of the settings, by the names that the file uses. */
const SENDERS: Readonly<Record<string, string>> = {
  'Azure Event Grid / CloudEvents': 'cloudevents',
  'Meta (Facebook, Instagram, Messenger, WhatsApp)': 'meta',
  'Microsoft Graph': 'microsoft-graph',
  'Twitch EventSub': 'twitch',
  'WebSub (YouTube, podcasts)': 'websub',
  'X (Twitter) Account Activity': 'twitter',
  'monday.com': 'monday',
}

function senderOf(provider: string): string {
  return SENDERS[provider] ?? provider.toLowerCase()
}

type Sent = {
  method: string
  url?: string | undefined
  headers?: Record<string, string> | undefined
  body?: string | undefined
}

function send(port: number, path: string, { method, url = '', headers = {}, body = '' }: Sent): Promise<RawAnswer> {
  const rest = url.replace(/^\/hook/, '')
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = body === '' && method === 'GET' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
  return exchangeRaw(
    port,
    `${method} ${path}${rest} HTTP/1.1\r\nHost: x\r\n${lines.join('')}${length}\r\n`,
    Buffer.from(body),
  )
}

async function relayThatAnswers(handshakes: readonly object[], more: object = {}) {
  const relay = await startTestRelay()
  const bucket = await relay.newBucket()
  const input = await relay.newInput(bucket, { handshakes, ...more })
  return { relay, bucket, input, port: relay.port }
}

async function lastItem(relay: TestRelay, bucket: string) {
  return (await relay.items(bucket)).at(-1)
}

describe('checks of an address', () => {
  it.each(given)('$provider, $name: the sender gets the answer that it expects, and it is recorded', async (one) => {
    const sender = senderOf(one.provider)
    const secrets = one.secret === undefined ? {} : { secrets: [{ name: 'current', secret: one.secret }] }
    const { relay, bucket, input, port } = await relayThatAnswers([{ sender, ...secrets }])
    const answer = await send(port, input.path, one.request)
    const { status, headers, body } = one.response
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body })
    for (const [name, value] of Object.entries(headers)) expect(answer.headers[name.toLowerCase()]).toBe(value)
    if (body !== '') expect(answer.headers['x-content-type-options']).toBe('nosniff')
    const item = await lastItem(relay, bucket)
    expect(item).toMatchObject({
      kind: 'handshake',
      method: one.request.method,
      input: input.id,
      handshake: { sender, status, body },
    })
    expect(Buffer.from(await relay.body(bucket, item?.id ?? '')).toString()).toBe(one.request.body ?? '')
  })

  it('are requests like any other where the input does not answer them', async () => {
    const { relay, bucket, input, port } = await relayThatAnswers([])
    for (const one of given) {
      expect(await send(port, input.path, one.request), one.provider).toMatchObject({ status: 200, body: '' })
    }
    const items = await relay.items(bucket)
    expect(items.map(({ kind, method }) => [kind, method])).toEqual(
      given.map(({ request }) => ['request', request.method]),
    )
  })

  it('are answered for the senders that are named, and for no other', async () => {
    const { relay, bucket, input, port } = await relayThatAnswers([{ sender: 'dropbox' }])
    const slack = { method: 'POST', body: '{"type":"url_verification","challenge":"c"}' }
    expect(await send(port, input.path, slack)).toMatchObject({ status: 200, body: '' })
    expect(await send(port, input.path, { method: 'GET', url: '?challenge=c' })).toMatchObject({ body: 'c' })
    expect((await relay.items(bucket)).map(({ kind }) => kind)).toEqual(['request', 'handshake'])
  })

  it('are inherited from the bucket', async () => {
    const relay = await startTestRelay()
    const bucket = await relay.newBucket({
      handshakes: [{ sender: 'strava', secrets: [{ name: 'a', secret: 'tok' }] }],
    })
    const input = await relay.newInput(bucket)
    const url = '?hub.mode=subscribe&hub.verify_token=tok&hub.challenge=c'
    expect((await send(relay.port, input.path, { method: 'GET', url })).body).toBe('{"hub.challenge":"c"}')
  })

  it('reach the agent with head, body and the answer that was given', async () => {
    const { relay, bucket, input, port } = await relayThatAnswers([{ sender: 'slack' }])
    const agent = startClient({ relayUrl: relay.relay.url, token: await relay.newToken([bucket]) })
    onTestFinished(() => agent.client.stop())
    const body = '{"type":"url_verification","challenge":"abc"}'
    await send(port, input.path, { method: 'POST', url: '?a=b', body, headers: { 'X-One': 'two' } })
    await eventually(() => expect(agent.sink.stored).toHaveLength(1))
    const [item] = agent.sink.stored
    expect(item?.head).toMatchObject({
      kind: 'handshake',
      method: 'POST',
      target: `${input.path}?a=b`,
      headers: expect.arrayContaining([['X-One', 'two']]),
      handshake: {
        sender: 'slack',
        status: 200,
        headers: [
          ['Content-Type', 'text/plain'],
          ['X-Content-Type-Options', 'nosniff'],
        ],
        body: 'abc',
      },
    })
    expect(Buffer.from(item?.body ?? []).toString()).toBe(body)
  })

  it('stand in the history of the app with their answer, and are never forwarded', async () => {
    const { relay, bucket, input, port } = await relayThatAnswers([{ sender: 'slack' }], {
      authentication: { methods: ['POST'] },
    })
    const dataDir = await makeDataDir()
    const target = await startLocalTarget()
    const services = await runServices(dataDir)
    onTestFinished(async () => {
      await services.stop()
      await target.close()
      await removeDataDir(dataDir)
    })
    const made = await services.engine.targets.add({ url: target.url })
    const source = await services.engine.sources.add({
      kind: 'creel',
      name: 'ours',
      relayUrl: relay.relay.url,
      token: await relay.newToken([bucket]),
      buckets: [bucket],
      targets: [made.id],
    })
    await send(port, input.path, { method: 'POST', body: '{"type":"url_verification","challenge":"abc"}' })
    await send(port, input.path, { method: 'GET' })
    await send(port, input.path, { method: 'POST', body: 'an event' })
    const rows = await eventually(async () => {
      const scope = { view: 'all', sourceId: source.id, text: '' } as const
      const requests = await services.engine.history.requests.list(scope, { before: null, limit: 10 })
      expect(requests).toHaveLength(3)
      return requests.toReversed()
    })
    expect(rows.map(({ kind, detail }) => [kind, detail])).toMatchObject([
      ['handshake', { kind: 'handshake', handshake: { sender: 'slack', status: 200, body: 'abc' } }],
      ['rejected', { kind: 'rejected', rejected: { status: 405, reason: 'GET is not taken here, only POST' } }],
      ['captured', null],
    ])
    await eventually(() => expect(target.received.map(({ body }) => body.toString())).toEqual(['an event']))
    expect(rows[0]).toMatchObject({ provider: 'slack', event: 'url_verification', result: null })
    expect(services.errors).toEqual([])
  })
})

describe('what is given back', () => {
  const challenge = (text: string) => JSON.stringify({ type: 'url_verification', challenge: text })

  it('is no page, whatever a stranger writes into it', async () => {
    const { input, port } = await relayThatAnswers([{ sender: 'slack' }, { sender: 'dropbox' }])
    const html = '<script>alert(1)</script>'
    const answers = [
      await send(port, input.path, { method: 'POST', body: challenge(html) }),
      await send(port, input.path, { method: 'GET', url: `?challenge=${encodeURIComponent(html)}` }),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 200,
        body: html,
        headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
      })
    }
  })

  it.each([
    ['over 4 KiB', 'x'.repeat(5 * 1024)],
    ['with line ends', 'a\r\nSet-Cookie: b=c'],
    ['with control characters', 'a\u0000\u001b[31m'],
    ['beyond ASCII', 'é'],
    ['empty', ''],
  ])('is nothing where it is %s: then it is a request like any other', async (_, text) => {
    const { relay, bucket, input, port } = await relayThatAnswers([
      { sender: 'slack' },
      { sender: 'dropbox' },
      { sender: 'smartsheet' },
      { sender: 'microsoft-graph' },
      { sender: 'monday' },
    ])
    const sent = [
      { method: 'POST', body: challenge(text) },
      { method: 'POST', body: JSON.stringify({ challenge: text }) },
      { method: 'GET', url: `?challenge=${encodeURIComponent(text)}` },
      { method: 'POST', url: `?validationToken=${encodeURIComponent(text)}` },
    ]
    for (const one of sent) {
      const answer = await send(port, input.path, one)
      expect(answer).toMatchObject({ status: 200, body: '' })
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect((await relay.items(bucket)).map(({ kind }) => kind)).toEqual(sent.map(() => 'request'))
  })

  it('reaches the agent at its largest, escaped as it may be', async () => {
    const { relay, bucket, input, port } = await relayThatAnswers([{ sender: 'smartsheet' }, { sender: 'monday' }])
    const agent = startClient({ relayUrl: relay.relay.url, token: await relay.newToken([bucket]) })
    onTestFinished(() => agent.client.stop())
    const text = '"'.repeat(4096)
    const headers = { 'Smartsheet-Hook-Challenge': text }
    const body = JSON.stringify({ challenge: text })
    expect(JSON.parse((await send(port, input.path, { method: 'POST', headers })).body)).toEqual({
      smartsheetHookResponse: text,
    })
    expect((await send(port, input.path, { method: 'POST', body })).body).toBe(body)
    await eventually(() => expect(agent.sink.stored.map(({ head }) => head.kind)).toEqual(['handshake', 'handshake']))
    expect(agent.states.filter(({ state }) => state === 'connecting')).toHaveLength(1)
  })

  it('is nothing to a request that is larger than any check', async () => {
    const { relay, bucket, input, port } = await relayThatAnswers([{ sender: 'slack' }])
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c', more: 'x'.repeat(100_000) })
    expect(await send(port, input.path, { method: 'POST', body })).toMatchObject({ status: 200, body: '' })
    expect(await lastItem(relay, bucket)).toMatchObject({ kind: 'request', bodyBytes: body.length })
  })
})

describe('a check where a signature is demanded', () => {
  const secrets = [{ name: 'a', secret: 'the-signing-secret' }]

  it('of a sender that signs its check has to bear it', async () => {
    const { relay, bucket, input, port } = await relayThatAnswers([{ sender: 'slack' }], {
      authentication: { signature: { scheme: 'slack', secrets } },
    })
    const body = '{"type":"url_verification","challenge":"abc"}'
    const signed = sign({ scheme: 'slack', secret: 'the-signing-secret', headers: [], body })
    const headers = Object.fromEntries(signed.headers)
    expect(await send(port, input.path, { method: 'POST', body, headers })).toMatchObject({ status: 200, body: 'abc' })
    expect(await send(port, input.path, { method: 'POST', body })).toMatchObject({ status: 401 })
    expect((await send(port, input.path, { method: 'POST', body: '{}' })).status).toBe(401)
    await eventually(async () => {
      expect((await relay.items(bucket)).map(({ kind }) => kind)).toEqual(['handshake', 'rejected'])
    })
  })

  it('of a sender with a verify token is answered by that, and its events are held to the signature', async () => {
    const { input, port } = await relayThatAnswers([{ sender: 'meta', secrets: [{ name: 'v', secret: 'tok' }] }], {
      authentication: { methods: ['POST'], signature: { scheme: 'meta', secrets } },
    })
    const url = (token: string) => `?hub.mode=subscribe&hub.challenge=42&hub.verify_token=${token}`
    expect(await send(port, input.path, { method: 'GET', url: url('tok') })).toMatchObject({ status: 200, body: '42' })
    expect(await send(port, input.path, { method: 'GET', url: url('no') })).toMatchObject({ status: 403, body: '' })
    expect((await send(port, input.path, { method: 'GET' })).status).toBe(405)
    expect((await send(port, input.path, { method: 'POST', body: '{}' })).status).toBe(401)
  })
})
