import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { exchangeRaw, openRaw } from '../helpers/raw-http.ts'
import { startTestRelay, type TestRelay } from '../helpers/running-relay.ts'

async function relayWithInput(wishes?: Parameters<typeof startTestRelay>[0], settings?: object) {
  const relay = await startTestRelay(wishes)
  const bucket = await relay.newBucket()
  const input = await relay.newInput(bucket, settings)
  return { relay, bucket, input, port: relay.port }
}

async function onlyItem(relay: TestRelay, bucket: string) {
  const items = await relay.items(bucket)
  expect(items).toHaveLength(1)
  const [item] = items
  if (!item) throw new Error('There is no item.')
  return item
}

describe('what is taken', () => {
  test('a request is kept as it stood on the wire: target, header lines, order, case, duplicates, body', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const answer = await exchangeRaw(
      port,
      `PUT ${input.path}//a/../b%2fc;d?x=1&x=2&? HTTP/1.1\r\nhOST: any.example\r\nX-Two: b\r\nx-two: a\r\nX-Empty:\r\nX-Latin: caf\xe9\r\nContent-Length: 5\r\n\r\n`,
      new Uint8Array([0, 255, 10, 13, 1]),
    )
    expect(answer).toMatchObject({ status: 200, body: '' })
    const item = await onlyItem(relay, bucket)
    expect(item).toMatchObject({
      kind: 'request',
      input: input.id,
      method: 'PUT',
      target: `${input.path}//a/../b%2fc;d?x=1&x=2&?`,
      mountBytes: input.path.length,
      bodyBytes: 5,
      headers: [
        ['hOST', 'any.example'],
        ['X-Two', 'b'],
        ['x-two', 'a'],
        ['X-Empty', ''],
        ['X-Latin', 'caf\xe9'],
        ['Content-Length', '5'],
      ],
    })
    expect([...(await relay.body(bucket, item.id))]).toEqual([0, 255, 10, 13, 1])
  })

  test('an absolute-form target is kept whole, and the rest begins behind the input', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const target = `http://some.example:99${input.path}/x?`
    expect(await exchangeRaw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatchObject({ status: 200 })
    const item = await onlyItem(relay, bucket)
    expect(item.target).toBe(target)
    expect(item.target.slice(item.mountBytes)).toBe('/x?')
  })

  test('a chunked body and its trailers are kept', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const answer = await exchangeRaw(
      port,
      `POST ${input.path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n`,
      `4;ext=1\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n`,
    )
    expect(answer.status).toBe(200)
    const item = await onlyItem(relay, bucket)
    expect(item.trailers).toEqual([['X-Sum', '7']])
    expect(Buffer.from(await relay.body(bucket, item.id)).toString()).toBe('abcdefg')
  })

  test('a POST with Upgrade: h2c, its body split over packets, is a request, and so is the next on the connection', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const connection = await openRaw(port)
    connection.write(
      `POST ${input.path}/1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nContent-Length: 6\r\n\r\nabc`,
    )
    connection.write('def')
    expect(await connection.answer()).toMatchObject({ status: 200 })
    connection.write(`POST ${input.path}/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi`)
    expect(await connection.answer()).toMatchObject({ status: 200 })
    connection.close()
    const items = await relay.items(bucket)
    expect(items.map((item) => [item.target.slice(item.mountBytes), item.bodyBytes])).toEqual([
      ['/1', 6],
      ['/2', 2],
    ])
  })

  test('a WebSocket handshake posted to an input is a request like any other', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const answer = await exchangeRaw(
      port,
      `GET ${input.path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    )
    expect(answer.status).toBe(200)
    expect((await onlyItem(relay, bucket)).method).toBe('GET')
  })

  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'])('%s is taken', async (method) => {
    const { relay, bucket, input, port } = await relayWithInput()
    expect((await exchangeRaw(port, `${method} ${input.path} HTTP/1.1\r\nHost: x\r\n\r\n`)).status).toBe(200)
    expect((await onlyItem(relay, bucket)).method).toBe(method)
  })

  test('pipelined requests are answered in order and kept in order', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const connection = await openRaw(port)
    const one = (n: number) => `POST ${input.path}/${n} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n${n}`
    connection.write(one(1) + one(2) + one(3))
    for (let n = 0; n < 3; n += 1) expect((await connection.answer()).status).toBe(200)
    connection.close()
    expect((await relay.items(bucket)).map((item) => item.target.at(-1))).toEqual(['1', '2', '3'])
  })

  test('short requests pipelined behind a long one, which takes several commits, are kept behind it', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const long = 4 * 1024 * 1024
    const connection = await openRaw(port)
    connection.write(`POST ${input.path}/long HTTP/1.1\r\nHost: x\r\nContent-Length: ${long}\r\n\r\n`)
    connection.write(Buffer.alloc(long))
    connection.write(
      `POST ${input.path}/refused HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(1_001)}\r\n` +
        `GET ${input.path}/second HTTP/1.1\r\nHost: x\r\n\r\nGET ${input.path}/third HTTP/1.1\r\nHost: x\r\n\r\n`,
    )
    const statuses: number[] = []
    while (statuses.length < 4) statuses.push((await connection.answer()).status)
    connection.close()
    expect(statuses).toEqual([200, 431, 200, 200])
    const requests = (await relay.items(bucket)).filter(({ kind }) => kind === 'request')
    expect(requests.map(({ target, mountBytes }) => target.slice(mountBytes))).toEqual(['/long', '/second', '/third'])
  })

  test('a body of 25 MiB arrives whole', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const body = Buffer.alloc(25 * 1024 * 1024, 'creel')
    const answer = await exchangeRaw(
      port,
      `POST ${input.path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`,
      body,
    )
    expect(answer.status).toBe(200)
    const item = await onlyItem(relay, bucket)
    expect(item).toMatchObject({ bodyBytes: body.length, sha256: createHash('sha256').update(body).digest('hex') })
  })

  test('after Expect: 100-continue the body is asked for and taken', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const connection = await openRaw(port)
    connection.write(`POST ${input.path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`)
    expect((await connection.answer()).status).toBe(100)
    connection.write('abc')
    expect((await connection.answer()).status).toBe(200)
    connection.close()
    expect((await onlyItem(relay, bucket)).bodyBytes).toBe(3)
  })
})

describe('what is answered', () => {
  test('a static answer has its status, its header lines and its body', async () => {
    const response = {
      kind: 'static',
      status: 202,
      headers: [
        ['X-One', 'a'],
        ['X-One', 'b'],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ],
      body: 'danke schön',
    }
    const { input, port } = await relayWithInput({}, { response })
    const connection = await openRaw(port)
    const raw = new Promise<string>((resolve) => connection.socket.once('data', (piece: string) => resolve(piece)))
    connection.write(`POST ${input.path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect(await raw).toContain('X-One: a\r\nX-One: b\r\n')
    const answer = await connection.answer()
    connection.close()
    expect(answer.status).toBe(202)
    expect(Buffer.from(answer.body, 'latin1').toString()).toBe('danke schön')
  })

  test('an input inherits the answer of its bucket and may have one of its own', async () => {
    const relay = await startTestRelay()
    const bucket = await relay.newBucket({ response: { kind: 'static', status: 201, headers: [], body: '' } })
    const heir = await relay.newInput(bucket)
    const other = await relay.newInput(bucket, { response: { kind: 'accept' } })
    const status = async (path: string) =>
      (await exchangeRaw(relay.port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)).status
    expect(await status(heir.path)).toBe(201)
    expect(await status(other.path)).toBe(200)
  })

  test('an unknown input answers like a default one, is counted, and nothing of it is kept', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    const post = (path: string) => exchangeRaw(port, `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc`)
    const known = await post(input.path)
    for (const path of ['/in/00000000-0000-4000-8000-000000000000/x', '/in/nonsense', '/in/']) {
      const unknown = await post(path)
      expect({ ...unknown, headers: { ...unknown.headers, date: '' } }).toEqual({
        ...known,
        headers: { ...known.headers, date: '' },
      })
    }
    expect(await relay.items(bucket)).toHaveLength(1)
    expect(await relay.ask('GET', '/v1/status')).toMatchObject({ unknownInputs: 3, accepted: 1 })
  })

  test('an unknown input is held to the same limit', async () => {
    const { port } = await relayWithInput({ limits: { maxBodyBytes: 10 } })
    const answer = await exchangeRaw(
      port,
      'POST /in/nonsense HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901',
    )
    expect(answer.status).toBe(413)
  })

  test('set so, an unknown input is 404', async () => {
    const { port } = await relayWithInput({ unknownInputs: '404' })
    expect((await exchangeRaw(port, 'POST /in/nonsense HTTP/1.1\r\nHost: x\r\n\r\n')).status).toBe(404)
  })

  test("on a person's own relay requests for unknown inputs show as rejected, without their bodies", async () => {
    const { relay, bucket, port } = await relayWithInput({ embedded: true })
    for (let n = 0; n < 3; n += 1) {
      await exchangeRaw(port, `POST /in/typo?n=${n} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nsecret`)
    }
    await eventually(async () => expect(await relay.items(bucket)).toHaveLength(1))
    const item = await onlyItem(relay, bucket)
    expect(item).toMatchObject({ kind: 'rejected', input: null, target: '/in/typo?n=0', bodyBytes: 0 })
    expect(item.rejected).toMatchObject({ bodyBytes: 6, count: 1 })
  })

  test('a deleted input is an unknown one from then on', async () => {
    const { relay, bucket, input, port } = await relayWithInput()
    await relay.ask('DELETE', `/v1/buckets/${bucket}/inputs/${input.id}`)
    expect((await exchangeRaw(port, `POST ${input.path} HTTP/1.1\r\nHost: x\r\n\r\n`)).status).toBe(200)
    expect(await relay.items(bucket)).toEqual([])
  })

  test('the path of the public URL may be left in the target or taken off by a proxy', async () => {
    const { relay, bucket, input, port } = await relayWithInput({ publicUrl: 'https://hooks.example/creel' })
    expect(input.url).toBe(`https://hooks.example/creel/in/${input.id}`)
    for (const path of [`/creel${input.path}/a`, `${input.path}/b`]) {
      await exchangeRaw(port, `POST ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    }
    expect((await relay.items(bucket)).map((item) => item.target.slice(item.mountBytes))).toEqual(['/a', '/b'])
    const answer = await exchangeRaw(port, 'GET /creel/v1/agent HTTP/1.1\r\nHost: hooks.example\r\n\r\n')
    expect(answer.status).toBe(401)
  })
})
