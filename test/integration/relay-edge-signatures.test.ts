import { createHmac } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import type { RejectedDetail } from '../../protocol/request.ts'
import { sign } from '../../signatures/index.ts'
import type { Scheme } from '../../signatures/scheme.ts'
import { schemes } from '../../signatures/schemes.ts'
import { BOTH, CURRENT, GITHUB, githubLine, post, PREVIOUS, relayThatDemands } from '../helpers/demanding-relay.ts'
import { eventually } from '../helpers/eventually.ts'
import { exchangeRaw, openRaw } from '../helpers/raw-http.ts'
import { startTestRelay, temporaryFolder, type TestRelay } from '../helpers/running-relay.ts'
import { startClient } from '../helpers/start-client.ts'

/** A dozen chunks. */
const LARGE_BYTES = 3_000_000

async function agentOf(relay: TestRelay, bucket: string) {
  const agent = startClient({ relayUrl: relay.relay.url, token: await relay.newToken([bucket]) })
  onTestFinished(() => agent.client.stop())
  return agent
}

const Status = z.object({ refused: z.record(z.string(), z.number()), uncommittedBytes: z.number(), items: z.number() })
const statusOf = async (relay: TestRelay) => Status.parse(await relay.ask('GET', '/v1/status'))

describe('an input that demands a signature', () => {
  it('accepts what either of two secrets has signed, and refuses any other with 401', async () => {
    const { relay, bucket, input, port } = await relayThatDemands()
    const body = '{"action":"opened"}'
    for (const secret of [CURRENT, PREVIOUS]) {
      expect(await post(port, input.path, githubLine(secret, body), body)).toMatchObject({ status: 200, body: '' })
    }
    const wrong = await post(port, input.path, githubLine('wrong', body), body)
    expect(wrong).toMatchObject({ status: 401, headers: { 'content-type': 'application/problem+json' } })
    expect(wrong.headers['www-authenticate']).toBe('Signature realm="creel"')
    expect(JSON.parse(wrong.body)).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'signature',
      detail: 'GitHub signature does not match any of the 2 secrets.',
    })
    await eventually(async () => {
      const kinds = (await relay.items(bucket)).map(({ kind }) => kind)
      expect(kinds).toEqual(['request', 'request', 'rejected'])
    })
  })

  it('tells a real agent of what it refused, without a byte of the body', async () => {
    const { relay, bucket, input, port } = await relayThatDemands()
    const agent = await agentOf(relay, bucket)
    expect((await post(port, `${input.path}/hook`, '', 'a body')).status).toBe(401)
    await eventually(() => expect(agent.sink.stored).toHaveLength(1))
    const [row] = agent.sink.stored
    expect(row?.head).toMatchObject({
      kind: 'rejected',
      input: input.id,
      target: `${input.path}/hook`,
      rejected: { status: 401, reason: 'no GitHub signature', bodyBytes: 6, count: 1 } satisfies RejectedDetail,
    })
    expect(row?.body).toHaveLength(0)
  })

  it('sums up what comes again and again, so that strangers do not fill the bucket', async () => {
    const dataDir = await temporaryFolder()
    const first = await relayThatDemands(GITHUB, { dataDir })
    for (let n = 0; n < 5; n += 1) expect((await post(first.port, first.input.path, '', 'x')).status).toBe(401)
    expect((await statusOf(first.relay)).refused['signature']).toBe(5)
    expect(await first.relay.items(first.bucket)).toHaveLength(1)
    await first.relay.relay.stop()
    // What was counted is written down at the stop.
    const second = await startTestRelay({ dataDir })
    const counts = (await second.items(first.bucket)).map(({ rejected }) => rejected?.count)
    expect(counts).toEqual([1, 4])
  })

  it('judges a large body after its last byte: the good one is stored whole, of a tampered one nothing stays', async () => {
    const { relay, bucket, input, port } = await relayThatDemands()
    const body = Buffer.alloc(LARGE_BYTES, 'abcdefg')
    const signed = githubLine(CURRENT, body)
    expect((await post(port, input.path, signed, body)).status).toBe(200)
    const tampered = Buffer.from(body)
    tampered[LARGE_BYTES - 1] = 1
    const answers = await Promise.all([1, 2, 3].map(() => post(port, input.path, signed, tampered)))
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
    const items = await eventually(async () => {
      const all = await relay.items(bucket)
      expect(all).toHaveLength(2)
      return all
    })
    expect(items.map(({ kind, bodyBytes }) => [kind, bodyBytes])).toEqual([
      ['request', LARGE_BYTES],
      ['rejected', 0],
    ])
    expect(Buffer.from(await relay.body(bucket, items[0]?.id ?? '')).equals(body)).toBe(true)
    await eventually(async () => expect((await statusOf(relay)).uncommittedBytes).toBe(0))
  })

  it('judges a body that comes in chunks by its bytes, and the lines as they stand, repeated ones too', async () => {
    const { input, port } = await relayThatDemands({
      authentication: { signature: { scheme: 'mollie', secrets: BOTH } },
    })
    const body = 'hello world'
    const digest = (secret: string) => createHmac('sha256', secret).update(body).digest('hex')
    const chunked = (lines: string) =>
      exchangeRaw(
        port,
        `POST ${input.path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${lines}\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`,
      )
    const line = (secret: string) => `X-Mollie-Signature: sha256=${digest(secret)}\r\n`
    expect((await chunked(line('stranger') + line(PREVIOUS))).status).toBe(200)
    expect((await chunked(line('stranger') + line('another'))).status).toBe(401)
  })

  it('takes what was pipelined behind a refused one for what it is', async () => {
    const { relay, bucket, input, port } = await relayThatDemands()
    const message = (lines: string, body: string) =>
      `POST ${input.path} HTTP/1.1\r\nHost: x\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`
    const connection = await openRaw(port)
    onTestFinished(() => connection.close())
    connection.write(message('', 'one') + message(githubLine(CURRENT, 'two'), 'two'))
    expect((await connection.answer()).status).toBe(401)
    expect((await connection.answer()).status).toBe(200)
    await eventually(async () => {
      const kinds = (await relay.items(bucket)).map(({ kind }) => kind)
      expect(kinds.toSorted()).toEqual(['rejected', 'request'])
    })
  })

  it('refuses an old timestamp, unless it is allowed', async () => {
    const signature = { scheme: 'stripe', secrets: [{ name: 'a', secret: 'whsec_test' }] }
    const { relay, bucket, port, input } = await relayThatDemands({ authentication: { signature } })
    const lenient = await relay.newInput(bucket, {
      authentication: { signature: { ...signature, toleranceSeconds: 1000 } },
    })
    const body = '{"id":"evt_1"}'
    const timestampNow = Math.floor(Date.now() / 1000) - 600
    const { headers } = sign({ scheme: 'stripe', secret: 'whsec_test', headers: [], body, timestampNow })
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const refused = await post(port, input.path, lines, body)
    expect(refused.status).toBe(401)
    expect(JSON.parse(refused.body)).toMatchObject({
      detail: expect.stringMatching(/^Stripe signature not accepted: .*300 s/),
    })
    expect((await post(port, lenient.path, lines, body)).status).toBe(200)
  })

  it('takes over what the bucket demands, and may demand nothing instead', async () => {
    const relay = await startTestRelay()
    const bucket = await relay.newBucket(GITHUB)
    const inherited = await relay.newInput(bucket)
    const open = await relay.newInput(bucket, { authentication: {} })
    expect((await post(relay.port, inherited.path, '', 'x')).status).toBe(401)
    expect((await post(relay.port, inherited.path, githubLine(CURRENT, 'x'), 'x')).status).toBe(200)
    expect((await post(relay.port, open.path, '', 'x')).status).toBe(200)
  })

  it('judges by a scheme that a person made', async () => {
    const row = {
      id: 'our-own',
      name: 'Our own',
      alg: 'sha512',
      key: 'hex',
      sigHeader: 'X-Sum',
      format: { kind: 'raw' },
      enc: 'base64',
      parts: ['{header:x-id}.{body}'],
    }
    const secrets = [{ name: 'a', secret: 'c0ffee' }]
    const { input, port } = await relayThatDemands({ authentication: { signature: { row, secrets } } })
    const sum = createHmac('sha512', Buffer.from('c0ffee', 'hex')).update('7.x').digest('base64')
    expect((await post(port, input.path, `X-Id: 7\r\nX-Sum: ${sum}\r\n`, 'x')).status).toBe(200)
    expect((await post(port, input.path, `X-Id: 8\r\nX-Sum: ${sum}\r\n`, 'x')).status).toBe(401)
  })
})

describe('methods, addresses, tokens and passwords', () => {
  it('refuses other methods with 405 before the body, and other addresses with 403', async () => {
    const { relay, bucket, port, input } = await relayThatDemands({ authentication: { methods: ['POST', 'PUT'] } })
    const elsewhere = await relay.newInput(bucket, { authentication: { addresses: ['192.0.2.0/24', '2001:db8::1'] } })
    const here = await relay.newInput(bucket, { authentication: { addresses: ['127.0.0.0/8', '::1'] } })
    const got = await exchangeRaw(port, `GET ${input.path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect(got).toMatchObject({ status: 405, headers: { allow: 'POST, PUT' } })
    expect((await post(port, input.path, '', 'x')).status).toBe(200)
    const expecting = `POST ${elsewhere.path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n`
    expect((await exchangeRaw(port, expecting)).status).toBe(403)
    expect((await post(port, here.path, '', 'x')).status).toBe(200)
    await eventually(async () => {
      const reasons = (await relay.items(bucket)).flatMap(({ rejected }) => rejected?.reason ?? [])
      expect(reasons).toEqual(['GET is not taken here, only POST, PUT', 'requests from 127.0.0.1 are not taken here'])
    })
  })

  it.each([
    ['bearer', 'a-token-of-ours', 'Bearer a-token-of-ours', 'Bearer another', 'Bearer'],
    ['basic', 'anna:pass word', `Basic ${btoa('anna:pass word')}`, `Basic ${btoa('anna:pass')}`, 'Basic'],
  ])('demands %s', async (scheme, secret, right, wrong, challenge) => {
    const secrets = [{ name: 'a', secret }]
    const { port, input } = await relayThatDemands({ authentication: { signature: { scheme, secrets } } })
    expect((await post(port, input.path, `Authorization: ${right}\r\n`, 'x')).status).toBe(200)
    const refused = await post(port, input.path, `Authorization: ${wrong}\r\n`, 'x')
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': `${challenge} realm="creel"` } })
  })
})

describe('every scheme that can be signed', () => {
  const SECRETS: Readonly<Record<string, string>> = {
    'adyen-standard': 'DEADBEEF0011',
    'adyen-platform': 'deadbeef0011',
    digest: 'anna:password',
    basic: 'anna:password',
  }
  const FORMS: ReadonlySet<string> = new Set(['twilio', 'oauth1', 'paddle-classic'])
  const items = { notificationItems: [{ NotificationRequestItem: { pspReference: 'a', eventCode: 'AUTHORISATION' } }] }
  const bodyOf = ({ id }: Scheme): string =>
    FORMS.has(id) ? 'a=1&b=2' : JSON.stringify(id === 'adyen-standard' ? items : { id: 'evt_1', type: 'a.b' })

  it('is accepted over HTTP, and refused without its signature', async () => {
    const { relay, input, port, bucket } = await relayThatDemands({})
    const answers: Record<string, readonly number[]> = {}
    const signing = schemes.filter(({ resign }) => resign !== 'no')
    for (const scheme of signing) {
      const { id } = scheme
      const secret = SECRETS[id] ?? 'the-secret-of-the-sender'
      const headers = FORMS.has(id) ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}
      const url = `${input.url}/a?b=c`
      const timestampNow = Math.floor(Date.now() / 1000)
      const signed = sign({ scheme: id, secret, url, headers, body: bodyOf(scheme), timestampNow })
      const key = signed.publicKey ?? (signed.jwk === undefined ? secret : JSON.stringify(signed.jwk))
      const keys = [key, ...(scheme.signsSecret === true ? [secret] : [])]
      const signature = { scheme: id, secrets: keys.map((each, n) => ({ name: `key ${n}`, secret: each })) }
      const settings = { authentication: { signature } }
      await relay.ask('PATCH', `/v1/buckets/${bucket}/inputs/${input.id}`, { settings })
      const lines = signed.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      const right = await post(port, `${input.path}/a?b=c`, lines, signed.body)
      const without = await post(port, `${input.path}/a?b=c`, '', '{}')
      answers[id] = [right.status, without.status]
    }
    expect(answers).toEqual(Object.fromEntries(signing.map(({ id }) => [id, [200, 401]])))
    expect(signing.length).toBeGreaterThan(60)
  })

  it('is judged by the name under which the sender knows this relay, behind a tunnel too', async () => {
    const secrets = [{ name: 'a', secret: 'the-secret' }]
    const signature = { scheme: 'square', secrets }
    const { relay, bucket, input, port } = await relayThatDemands({ authentication: { signature } })
    const url = 'https://hooks.example.com/sub'
    const named = await relay.newInput(bucket, { authentication: { signature: { ...signature, url } } })
    const linesFor = (signedUrl: string) =>
      sign({ scheme: 'square', secret: 'the-secret', url: signedUrl, headers: [], body: '{}' })
        .headers.map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')
    // `post` sends hooks.example as Host.
    const accepted = [
      await post(port, `${input.path}/a`, linesFor(`https://hooks.example${input.path}/a`), '{}'),
      await post(port, `${named.path}/a`, linesFor(`${url}/a`), '{}'),
    ]
    expect(accepted.map(({ status }) => status)).toEqual([200, 200])
    expect((await post(port, `${input.path}/a`, linesFor(`${url}/a`), '{}')).status).toBe(401)
  })
})
