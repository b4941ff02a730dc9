import { describe, expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { z } from 'zod'
import { exchangeRaw, openRaw } from '../helpers/raw-http.ts'
import { startTestRelay, type RelayWishes } from '../helpers/running-relay.ts'

async function relayWithInput(wishes?: RelayWishes, bucketSettings?: object) {
  const relay = await startTestRelay(wishes)
  const bucket = await relay.newBucket(bucketSettings)
  const input = await relay.newInput(bucket)
  return { relay, bucket, input, port: relay.port }
}

type Setup = Awaited<ReturnType<typeof relayWithInput>>

/** The one item of the bucket, once it is there. */
async function rejectedItem({ relay, bucket }: Setup) {
  return eventually(async () => {
    const [item, ...more] = await relay.items(bucket)
    expect(more).toEqual([])
    if (!item) throw new Error('nothing there yet')
    return item
  })
}

const Status = z.object({ refused: z.record(z.string(), z.number()), uncommittedBytes: z.number() })

async function refusedCount({ relay }: Setup, reason: string): Promise<number> {
  return Status.parse(await relay.ask('GET', '/v1/status')).refused[reason] ?? 0
}

describe('too large', () => {
  test('a Content-Length over the limit is refused before a byte of the body is read, and shown', async () => {
    const setup = await relayWithInput({ limits: { maxBodyBytes: 1000 } })
    const { input, port } = setup
    const connection = await openRaw(port)
    connection.write(`POST ${input.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 32925286\r\n\r\n`)
    const answer = await connection.answer()
    connection.close()
    expect(answer).toMatchObject({ status: 413, headers: { connection: 'close' } })
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 413,
      detail: 'Body of 31.4 MB is over the limit of 1000 bytes.',
    })
    expect(await rejectedItem(setup)).toMatchObject({
      kind: 'rejected',
      input: input.id,
      rejected: { status: 413, reason: 'body of 31.4 MB is over the limit of 1000 bytes', bodyBytes: 32_925_286 },
    })
    expect(await refusedCount(setup, 'body-too-large')).toBe(1)
  })

  test('Expect: 100-continue with too large a length is refused without 100', async () => {
    const { input, port } = await relayWithInput({ limits: { maxBodyBytes: 1000 } })
    const answer = await exchangeRaw(
      port,
      `POST ${input.path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n`,
    )
    expect(answer.status).toBe(413)
  })

  test('a sender that goes on writing still sees the 413', async () => {
    const { input, port } = await relayWithInput({ limits: { maxBodyBytes: 1000 } })
    const body = Buffer.alloc(8 * 1024 * 1024)
    const connection = await openRaw(port)
    connection.write(`POST ${input.path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`)
    connection.write(body)
    expect((await connection.answer()).status).toBe(413)
    await connection.closed
  })

  test('a chunked body that grows over the limit is refused midway, its bytes are gone, and it is shown', async () => {
    const setup = await relayWithInput({ limits: { maxBodyBytes: 600_000 } })
    const { input, port, relay } = setup
    const connection = await openRaw(port)
    connection.write(`POST ${input.path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)
    for (let n = 0; n < 10; n += 1) connection.write(`10000\r\n${'x'.repeat(65_536)}\r\n`)
    expect((await connection.answer()).status).toBe(413)
    connection.write('0\r\n\r\n')
    await connection.closed
    expect((await rejectedItem(setup)).rejected).toMatchObject({ status: 413, bodyBytes: null })
    expect(await relay.ask('GET', '/v1/status')).toMatchObject({ uncommittedBytes: 0 })
  })

  test('an input may have a limit of its own', async () => {
    const { relay, bucket, port } = await relayWithInput()
    const small = await relay.newInput(bucket, { maxBodyBytes: 2 })
    const answer = await exchangeRaw(port, `POST ${small.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc`)
    expect(answer.status).toBe(413)
  })
})

describe('heads', () => {
  test('1,000 header lines are taken whole, 1,001 are refused and shown', async () => {
    const setup = await relayWithInput()
    const { input, port, relay, bucket } = setup
    const lines = (count: number) => Array.from({ length: count - 1 }, (_, n) => `a${n}: ${n}\r\n`).join('')
    const post = (count: number) => exchangeRaw(port, `POST ${input.path} HTTP/1.1\r\nHost: x\r\n${lines(count)}\r\n`)
    expect((await post(1000)).status).toBe(200)
    expect((await post(1001)).status).toBe(431)
    await eventually(async () => expect(await relay.items(bucket)).toHaveLength(2))
    const [whole, rejected] = await relay.items(bucket)
    expect(whole?.headers).toHaveLength(1000)
    expect(rejected?.rejected).toMatchObject({ status: 431 })
  })

  test('1,000 trailer lines are taken whole, 1,001 are refused and shown: no agent could take them', async () => {
    const setup = await relayWithInput()
    const { input, port, relay, bucket } = setup
    const post = (count: number) => {
      const trailers = Array.from({ length: count }, (_, n) => `t${n}: ${n}\r\n`).join('')
      const head = `POST ${input.path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`
      return exchangeRaw(port, `${head}3\r\nabc\r\n0\r\n${trailers}\r\n`)
    }
    expect((await post(1000)).status).toBe(200)
    expect((await post(1001)).status).toBe(431)
    await eventually(async () => expect(await relay.items(bucket)).toHaveLength(2))
    const [whole, rejected] = await relay.items(bucket)
    expect(whole?.trailers).toHaveLength(1000)
    expect(rejected?.rejected).toMatchObject({ status: 431, reason: expect.stringContaining('1001 trailer lines') })
    expect(await refusedCount(setup, 'trailer-lines')).toBe(1)
    expect(await relay.ask('GET', '/v1/status')).toMatchObject({ uncommittedBytes: 0, accepted: 1 })
  })

  test('a head over 64 KiB is 431', async () => {
    const setup = await relayWithInput()
    const answer = await exchangeRaw(
      setup.port,
      `POST ${setup.input.path} HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`,
    )
    expect(answer.status).toBe(431)
    expect(await refusedCount(setup, 'parser:HPE_HEADER_OVERFLOW')).toBe(1)
  })

  test.each([
    ['gzip, chunked', 'Transfer-Encoding: gzip, chunked\r\n'],
    ['two lines', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'],
  ])('a Transfer-Encoding of %s is 501 and shown', async (_name, lines) => {
    const setup = await relayWithInput()
    const answer = await exchangeRaw(
      setup.port,
      `POST ${setup.input.path} HTTP/1.1\r\nHost: x\r\n${lines}\r\n3\r\nabc\r\n0\r\n\r\n`,
    )
    expect(answer.status).toBe(501)
    expect((await rejectedItem(setup)).rejected).toMatchObject({ status: 501 })
  })

  test('an unknown Expect is 417 and counted', async () => {
    const setup = await relayWithInput()
    const answer = await exchangeRaw(
      setup.port,
      `POST ${setup.input.path} HTTP/1.1\r\nHost: x\r\nExpect: miracle\r\n\r\n`,
    )
    expect(answer.status).toBe(417)
    expect(await refusedCount(setup, 'expectation')).toBe(1)
  })

  test('CONNECT is 405', async () => {
    const setup = await relayWithInput()
    expect((await exchangeRaw(setup.port, 'CONNECT x.example:443 HTTP/1.1\r\nHost: x\r\n\r\n')).status).toBe(405)
    expect(await refusedCount(setup, 'connect')).toBe(1)
  })

  test.each([
    ['a raw non-ASCII target', (path: string) => `POST ${path}/caf\xe9 HTTP/1.1\r\nHost: x\r\n\r\n`],
    [
      'two lengths',
      (path: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    ],
    [
      'a length and chunked',
      (path: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na`,
    ],
    ['a method nobody knows', (path: string) => `FETCHME ${path} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a folded line', (path: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Long: a\r\n b\r\n\r\n`],
  ])("what Node's parser refuses (%s) is 400, counted by its reason, and shown", async (_name, request) => {
    const setup = await relayWithInput()
    expect((await exchangeRaw(setup.port, request(setup.input.path))).status).toBe(400)
    const item = await rejectedItem(setup)
    expect(item).toMatchObject({ kind: 'rejected', input: setup.input.id, rejected: { status: 400 } })
    const status = Status.parse(await setup.relay.ask('GET', '/v1/status'))
    expect(Object.keys(status.refused)).toEqual([expect.stringMatching(/^parser:HPE_/)])
  })

  test('chunks that make no sense are 400, and what came of the body is gone', async () => {
    const setup = await relayWithInput()
    const answer = await exchangeRaw(
      setup.port,
      `POST ${setup.input.path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzzz\r\n`,
    )
    expect(answer.status).toBe(400)
    expect((await rejectedItem(setup)).rejected).toMatchObject({ status: 400 })
  })

  test('a good request before a bad one on the connection is still answered', async () => {
    const setup = await relayWithInput()
    const connection = await openRaw(setup.port)
    connection.write(`POST ${setup.input.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok\0\0garbage\r\n\r\n`)
    expect((await connection.answer()).status).toBe(200)
    await connection.closed
    // What its packet begins with is the good one, which must not be shown as refused.
    expect((await setup.relay.items(setup.bucket)).map(({ kind }) => kind)).toEqual(['request'])
  })

  test('a bad request after a good one, in a packet of its own, is shown for what it is', async () => {
    const setup = await relayWithInput()
    const connection = await openRaw(setup.port)
    connection.write(`POST ${setup.input.path}/good HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok`)
    expect((await connection.answer()).status).toBe(200)
    connection.write(`FETCHME ${setup.input.path}/bad HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect((await connection.answer()).status).toBe(400)
    await connection.closed
    await eventually(async () => {
      const items = await setup.relay.items(setup.bucket)
      expect(items.map(({ kind, method }) => [kind, method])).toEqual([
        ['request', 'POST'],
        ['rejected', 'FETCHME'],
      ])
    })
  })
})

describe('come back later', () => {
  test('a bucket full of what nobody has acknowledged is 503 with Retry-After, and keeps what it accepted', async () => {
    const setup = await relayWithInput({}, { maxItems: 2 })
    const { relay, bucket, input, port } = setup
    const post = () => exchangeRaw(port, `POST ${input.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na`)
    expect([(await post()).status, (await post()).status]).toEqual([200, 200])
    const answer = await post()
    expect(answer.status).toBe(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(await relay.items(bucket)).toHaveLength(2)
    expect(await refusedCount(setup, 'bucket-full')).toBe(1)
  })

  test('an upload that breaks off leaves nothing and is counted', async () => {
    const setup = await relayWithInput()
    const connection = await openRaw(setup.port)
    connection.write(
      `POST ${setup.input.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n${'x'.repeat(700_000)}`,
    )
    const uncommitted = async () => Status.parse(await setup.relay.ask('GET', '/v1/status')).uncommittedBytes
    await eventually(async () => expect(await uncommitted()).toBeGreaterThan(0))
    connection.close()
    await eventually(async () => expect(await refusedCount(setup, 'aborted')).toBe(1))
    expect(await setup.relay.items(setup.bucket)).toEqual([])
    expect(await setup.relay.ask('GET', '/v1/status')).toMatchObject({ uncommittedBytes: 0, accepted: 0 })
  })

  test('a body that stops coming is 408 and shown', async () => {
    const setup = await relayWithInput({ timeouts: { idleMs: 200 } })
    const answer = await exchangeRaw(
      setup.port,
      `POST ${setup.input.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nabc`,
    )
    expect(answer.status).toBe(408)
    expect((await rejectedItem(setup)).rejected).toMatchObject({ status: 408 })
  })
  test('a request that takes too long as a whole is 408, and its connection ends once the rest has come', async () => {
    const setup = await relayWithInput({ timeouts: { headMs: 200, requestMs: 200 } })
    const connection = await openRaw(setup.port)
    connection.write(`POST ${setup.input.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nabc`)
    expect((await connection.answer()).status).toBe(408)
    const restAt = performance.now()
    connection.write('x'.repeat(17))
    await connection.closed
    // Unheard, the rest would be waited for during 5 s.
    expect(performance.now() - restAt).toBeLessThan(3000)
    expect((await rejectedItem(setup)).rejected).toMatchObject({ status: 408 })
    expect(await setup.relay.ask('GET', '/v1/status')).toMatchObject({ uncommittedBytes: 0, accepted: 0 })
  })
})
