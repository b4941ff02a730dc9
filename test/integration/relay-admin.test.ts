import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exchangeRaw } from '../helpers/raw-http.ts'
import { startTestRelay } from '../helpers/running-relay.ts'

const ADMIN = 'an-admin-token-for-tests'

async function startAdministrated() {
  const relay = await startTestRelay({ adminToken: ADMIN })
  async function fetchJson(method: string, path: string, options: { body?: unknown; headers?: object } = {}) {
    const answer = await fetch(`${relay.relay.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN}`,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    const text = await answer.text()
    const json: unknown = text === '' ? null : JSON.parse(text)
    return { status: answer.status, type: answer.headers.get('content-type'), headers: answer.headers, json }
  }
  return { ...relay, fetchJson }
}

describe('administration over HTTP', () => {
  test('a bucket, an input and a token are made, and a request posted to the input can be listed, shown and read', async () => {
    const { fetchJson, relay } = await startAdministrated()
    const bucket = await fetchJson('POST', '/v1/buckets', { body: { name: 'orders' } })
    expect(bucket).toMatchObject({ status: 201, json: { name: 'orders', settings: {} } })
    const { id } = bucket.json as { id: string }
    const input = await fetchJson('POST', `/v1/buckets/${id}/inputs`)
    expect(input).toMatchObject({
      status: 201,
      json: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), bucket: id, url: expect.stringContaining(relay.url) },
    })
    const token = await fetchJson('POST', '/v1/tokens', { body: { name: 'laptop', buckets: [id] } })
    expect(token).toMatchObject({
      status: 201,
      json: { key: expect.stringMatching(/^crk_/), secret: expect.stringMatching(/^crs_[\w-]{43}$/), buckets: [id] },
    })
    const { url } = input.json as { url: string }
    await fetch(`${url}/x`, { method: 'POST', body: 'hello' })
    const list = await fetchJson('GET', `/v1/buckets/${id}/requests`)
    expect(list).toMatchObject({
      status: 200,
      json: { requests: [{ kind: 'request', method: 'POST', bodyBytes: 5 }], next: null },
    })
    const [request] = (list.json as { requests: { id: string }[] }).requests
    const one = `/v1/buckets/${id}/requests/${request?.id}`
    expect(await fetchJson('GET', one)).toMatchObject({ status: 200, json: { id: request?.id } })
    const body = await fetch(`${relay.url}${one}/body`, { headers: { authorization: `Bearer ${ADMIN}` } })
    expect(body.headers.get('content-type')).toBe('application/octet-stream')
    expect(body.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await body.text()).toBe('hello')
    expect(await fetchJson('POST', `${one}/redeliver`)).toMatchObject({ status: 202 })
  })

  test('a list is paged by seq', async () => {
    const { fetchJson, newBucket, newInput } = await startAdministrated()
    const bucket = await newBucket()
    const { url } = await newInput(bucket)
    for (let n = 0; n < 3; n += 1) await fetch(`${url}?${n}`)
    type Page = { requests: { seq: number }[]; next: number | null }
    const first = (await fetchJson('GET', `/v1/buckets/${bucket}/requests?limit=2`)).json as Page
    expect(first.requests.map(({ seq }) => seq)).toEqual([3, 2])
    const second = (await fetchJson('GET', `/v1/buckets/${bucket}/requests?limit=2&before=${first.next}`)).json as Page
    expect(second).toMatchObject({ requests: [{ seq: 1 }], next: null })
  })

  test('buckets and inputs are changed and deleted', async () => {
    const { fetchJson, newBucket, newInput } = await startAdministrated()
    const bucket = await newBucket()
    const input = await newInput(bucket)
    const settings = { response: { kind: 'static', status: 202, headers: [['X-A', 'b']], body: 'ok' } }
    expect(await fetchJson('PATCH', `/v1/buckets/${bucket}`, { body: { name: 'new', settings } })).toMatchObject({
      status: 200,
      json: { name: 'new', settings },
    })
    expect(await fetchJson('PATCH', `/v1/buckets/${bucket}/inputs/${input.id}`, { body: { name: 'n' } })).toMatchObject(
      {
        status: 200,
        json: { name: 'n' },
      },
    )
    expect((await fetch(input.url)).status).toBe(202)
    expect(await fetchJson('DELETE', `/v1/buckets/${bucket}/inputs/${input.id}`)).toMatchObject({ status: 204 })
    expect(await fetchJson('GET', `/v1/buckets/${bucket}/inputs`)).toMatchObject({ json: { inputs: [] } })
    expect(await fetchJson('DELETE', `/v1/buckets/${bucket}`)).toMatchObject({ status: 204 })
    expect(await fetchJson('GET', `/v1/buckets/${bucket}`)).toMatchObject({ status: 404, json: { code: 'not-found' } })
  })

  test('a secret is told once and never listed; revoking says when', async () => {
    const { fetchJson, newBucket, dataDir } = await startAdministrated()
    const made = await fetchJson('POST', '/v1/tokens', { body: { name: 't', buckets: [await newBucket()] } })
    const { key, secret } = made.json as { key: string; secret: string }
    expect(JSON.stringify((await fetchJson('GET', '/v1/tokens')).json)).not.toContain(secret)
    const files = await Promise.all((await readdir(dataDir)).map((name) => readFile(join(dataDir, name))))
    const isOnDisk = (text: string) => files.some((bytes) => bytes.includes(text))
    expect({ key: isOnDisk(key), secret: isOnDisk(secret) }).toEqual({ key: true, secret: false })
    expect(await fetchJson('DELETE', `/v1/tokens/${key}`)).toMatchObject({
      status: 200,
      json: { key, revokedAt: expect.any(Number) },
    })
  })

  test.each([
    ['no name', '/v1/buckets', {}, 'name'],
    ['control characters', '/v1/buckets', { name: 'a\u0001' }, 'name'],
    ['an unknown field', '/v1/buckets', { name: 'a', setings: {} }, 'setings'],
    ['an unknown setting', '/v1/buckets', { name: 'a', settings: { ttl: 1 } }, 'settings.ttl'],
    [
      'a framing header',
      '/v1/buckets',
      staticWith({ headers: [['Content-Length', '1']] }),
      'settings.response.headers.0.0',
    ],
    [
      'a line break in a header',
      '/v1/buckets',
      staticWith({ headers: [['X', 'a\r\nb: c']] }),
      'settings.response.headers.0.1',
    ],
    ['an interim status', '/v1/buckets', staticWith({ status: 101 }), 'settings.response.status'],
    ['a bucket that is not there', '/v1/tokens', { name: 'a', buckets: ['nope'] }, 'buckets.0'],
  ])('bad input (%s) is 400 and names the field', async (_name, path, body, field) => {
    const { fetchJson } = await startAdministrated()
    const answer = await fetchJson('POST', path, { body })
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json', json: { code: 'bad-input', field } })
    expect(answer.json).toMatchObject({ detail: expect.stringMatching(/^.{10,}\.$/) })
  })

  test('a body that is no JSON, a wrong type and an over-long one are refused as problems', async () => {
    const { relay } = await startAdministrated()
    const post = async (body: string, type: string) => {
      const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': type }
      const answer = await fetch(`${relay.url}/v1/buckets`, { method: 'POST', headers, body })
      const { code } = (await answer.json()) as { code: string }
      return [answer.status, answer.headers.get('content-type'), code]
    }
    const type = 'application/problem+json'
    expect(await post('{', 'application/json')).toEqual([400, type, 'bad-json'])
    expect(await post('a=b', 'application/x-www-form-urlencoded')).toEqual([415, type, 'not-json'])
    expect(await post(`"${'x'.repeat(300_000)}"`, 'application/json')).toEqual([413, type, 'body-too-large'])
  })

  test('without the token, or with a wrong one, nothing is told', async () => {
    const { relay } = await startAdministrated()
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${btoa(`a:${ADMIN}`)}` }]) {
      for (const path of ['/v1/buckets', '/v1/status', '/v1/openapi.json', '/v1/tokens']) {
        const answer = await fetch(`${relay.url}${path}`, { headers })
        expect(answer.status).toBe(401)
        expect(await answer.json()).toMatchObject({ code: 'not-admin' })
      }
    }
  })

  test('a relay without an admin token is administrated through its second door alone', async () => {
    const relay = await startTestRelay()
    for (const token of ['', 'null', 'undefined']) {
      const answer = await fetch(`${relay.relay.url}/v1/buckets`, { headers: { authorization: `Bearer ${token}` } })
      expect(answer.status).toBe(401)
    }
    expect(await relay.relay.inject({ method: 'GET', path: '/v1/buckets' })).toMatchObject({ status: 200 })
  })

  test('no answer has a CORS header', async () => {
    const { fetchJson } = await startAdministrated()
    const answer = await fetchJson('GET', '/v1/buckets', { headers: { origin: 'https://page.example' } })
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('the description names the routes', async () => {
    const { fetchJson } = await startAdministrated()
    const { json } = await fetchJson('GET', '/v1/openapi.json')
    const { openapi, paths } = json as { openapi: string; paths: Record<string, object> }
    expect(openapi).toBe('3.1.0')
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/agent',
        '/v1/buckets',
        '/v1/buckets/{bucket}',
        '/v1/buckets/{bucket}/inputs',
        '/v1/buckets/{bucket}/inputs/{input}',
        '/v1/buckets/{bucket}/requests',
        '/v1/buckets/{bucket}/requests/{id}',
        '/v1/buckets/{bucket}/requests/{id}/body',
        '/v1/buckets/{bucket}/requests/{id}/redeliver',
        '/v1/tokens',
        '/v1/tokens/{key}',
        '/v1/status',
      ]),
    )
    expect(paths['/v1/buckets']).toMatchObject({
      post: { requestBody: { content: { 'application/json': { schema: { required: ['name'] } } } } },
    })
  })

  test('what is not there yet says so', async () => {
    const { fetchJson, newBucket } = await startAdministrated()
    const bucket = await newBucket()
    expect(await fetchJson('GET', `/v1/buckets/${bucket}/dead-letters`)).toMatchObject({ status: 501 })
    expect(await fetchJson('GET', '/v1/poll')).toMatchObject({ status: 501 })
    expect(await fetchJson('POST', '/v1/ack')).toMatchObject({ status: 501 })
    const sse = { accept: 'text/event-stream' }
    expect(await fetchJson('GET', '/v1/stream', { headers: sse })).toMatchObject({ status: 501 })
    expect(await fetchJson('GET', '/v1/stream')).toMatchObject({ status: 426 })
    expect(await fetchJson('GET', '/nowhere')).toMatchObject({ status: 404, type: 'application/problem+json' })
  })
})

describe('agents', () => {
  test('a token is told its buckets, by Basic and by Bearer', async () => {
    const { relay, newBucket, newToken } = await startTestRelay()
    const bucket = await newBucket()
    await newBucket()
    const { key, secret } = await newToken([bucket])
    for (const authorization of [`Basic ${btoa(`${key}:${secret}`)}`, `Bearer ${key}:${secret}`]) {
      const answer = await fetch(`${relay.url}/v1/agent`, { headers: { authorization } })
      expect(await answer.json()).toEqual({
        relay: { name: 'creel', version: expect.any(String) },
        buckets: [{ id: bucket, name: 'a bucket' }],
      })
    }
  })

  test('a refusal says why, and names the relay; that a token was revoked is told to its owner alone', async () => {
    const { relay, ask, newBucket, newToken } = await startTestRelay()
    const { key, secret } = await newToken([await newBucket()])
    const refusal = async (authorization?: string) => {
      const answer = await fetch(`${relay.url}/v1/agent`, { headers: authorization ? { authorization } : {} })
      expect(answer.status).toBe(401)
      return (await answer.json()) as { code: string; detail: string }
    }
    expect(await refusal()).toMatchObject({ code: 'no-token', relay: { name: 'creel' } })
    expect(await refusal(`Bearer crk_unknown:${secret}`)).toMatchObject({ code: 'unknown-key' })
    expect(await refusal(`Bearer ${key}:wrong`)).toMatchObject({ code: 'wrong-secret' })
    await ask('DELETE', `/v1/tokens/${key}`)
    expect(await refusal(`Bearer ${key}:wrong`)).toMatchObject({ code: 'wrong-secret' })
    const revoked = await refusal(`Bearer ${key}:${secret}`)
    expect(revoked).toMatchObject({
      code: 'revoked',
      detail: expect.stringContaining(new Date().toISOString().slice(0, 10)),
    })
  })
})

describe('the Host header', () => {
  const get = (port: number, path: string, host: string | null, more = '') =>
    exchangeRaw(port, `GET ${path} HTTP/1.1\r\n${host === null ? '' : `Host: ${host}\r\n`}${more}\r\n`)

  test("a name that is not the relay's is refused everywhere but on inputs", async () => {
    const { port, newBucket, newInput, items } = await startTestRelay()
    const bucket = await newBucket()
    const input = await newInput(bucket)
    for (const path of ['/', '/v1/agent', '/v1/buckets', '/v1/stream', '/nowhere']) {
      const answer = await get(port, path, 'rebound.example')
      expect(answer.status).toBe(403)
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'host-not-allowed' })
    }
    expect((await get(port, '/v1/agent', null)).status).toBe(403)
    expect((await get(port, input.path, 'rebound.example')).status).toBe(200)
    expect((await get(port, input.path, null)).status).toBe(200)
    expect(await items(bucket)).toHaveLength(2)
  })

  test('a WebSocket under a strange name is refused before its token is looked at', async () => {
    const { port } = await startTestRelay()
    const upgrade =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
    const answer = await get(port, '/v1/stream', 'rebound.example', upgrade)
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'host-not-allowed' })
    expect((await get(port, '/elsewhere', 'localhost', upgrade)).status).toBe(404)
  })

  test('addresses, localhost, the public name and allowed names pass', async () => {
    const wishes = { publicUrl: 'https://hooks.example', allowedHosts: ['inner.example'] }
    const { port } = await startTestRelay(wishes)
    const hosts = [
      '127.0.0.1',
      '[::1]:80',
      'localhost:1',
      'creel.localhost',
      'HOOKS.example',
      'inner.example:8080',
      '10.0.0.1',
    ]
    for (const host of hosts) expect((await get(port, '/', host)).status).toBe(200)
  })
})

describe('files', () => {
  test.skipIf(process.platform === 'win32')("the key is its owner's alone, and survives a restart", async () => {
    const first = await startTestRelay()
    const file = join(first.dataDir, 'relay.key')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const bucket = await first.newBucket()
    const input = await first.newInput(bucket)
    await fetch(input.url, { method: 'POST', body: 'kept' })
    await first.relay.stop()
    const second = await startTestRelay({ dataDir: first.dataDir })
    const [item] = await second.items(bucket)
    expect(Buffer.from(await second.body(bucket, item?.id ?? '')).toString()).toBe('kept')
  })

  test('a port that is taken is said so, and nothing stays open', async () => {
    const first = await startTestRelay()
    await expect(startTestRelay({ port: first.port })).rejects.toMatchObject({ code: 'port-taken', port: first.port })
  })
})

function staticWith(part: object) {
  return { name: 'a', settings: { response: { kind: 'static', status: 200, headers: [], body: '', ...part } } }
}
