import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { exchangeRaw, type RawAnswer } from '../helpers/raw-http.ts'
import { startTestRelay, type TestRelay } from '../helpers/running-relay.ts'

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

  it.each(given)('$provider, $name: without opt-in it is a request like any other', async (one) => {
    const { relay, bucket, input, port } = await relayThatAnswers([])
    expect(await send(port, input.path, one.request)).toMatchObject({ status: 200, body: '' })
    expect(await lastItem(relay, bucket)).toMatchObject({ kind: 'request', method: one.request.method })
  })
})
