import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { until, type Sample } from '../helpers/forwarding-desk.ts'
import { useForwarding } from '../helpers/forwarding-setup.ts'

const { openForwarderTo, openTarget } = useForwarding()

async function setUp(path = '', options = {}) {
  const target = await openTarget()
  return { desk: openForwarderTo(target.url + path, options), target }
}

async function send(sample: Sample, path = '', options = {}) {
  const { desk, target } = await setUp(path, options)
  const [delivery] = await desk.capture(sample)
  await until(() => expect(delivery?.state).toBe('answered'))
  const [request] = target.requests
  if (!request || !delivery) throw new Error('nothing arrived')
  return { ...request, port: target.port, delivery, desk, target }
}

describe('a forwarded request on the wire', () => {
  it('is what was received but for the listed lines, in order, with names, cases and duplicates', async () => {
    const { head, body, port } = await send({
      rest: '/a/../b//c%2F?x=1&&y=%20',
      headers: [
        ['Host', 'relay.example'],
        ['x-Odd-CASE', 'Value'],
        ['Content-Type', 'application/json'],
        ['X-Twice', 'one'],
        ['Connection', 'keep-alive, X-Hop'],
        ['X-Hop', 'first hop only'],
        ['Keep-Alive', 'timeout=5'],
        ['TE', 'trailers'],
        ['Trailer', 'X-End'],
        ['Transfer-Encoding', 'chunked'],
        ['Upgrade', 'h2c'],
        ['Expect', '100-continue'],
        ['Proxy-Connection', 'close'],
        ['Content-Length', '14'],
        ['X-Twice', 'two'],
        ['X-Empty', ''],
        ['Cookie', 'a=b'],
        ['Cookie', 'c=d'],
      ],
      body: '{ "n": 1.00 }\n',
    })
    expect(head).toBe(
      [
        'POST /a/../b//c%2F?x=1&&y=%20 HTTP/1.1',
        `host: 127.0.0.1:${port}`,
        'connection: keep-alive',
        'x-Odd-CASE: Value',
        'Content-Type: application/json',
        'X-Twice: one',
        'X-Twice: two',
        'X-Empty: ',
        'Cookie: a=b',
        'Cookie: c=d',
        'X-Forwarded-Host: relay.example',
        'X-Forwarded-Proto: https',
        'X-Forwarded-For: 203.0.113.9',
        'content-length: 14',
        '',
        '',
      ].join('\r\n'),
    )
    expect(body.toString()).toBe('{ "n": 1.00 }\n')
  })

  it('is recorded line by line as it went', async () => {
    const { head, delivery } = await send({ headers: [['Host', 'relay.example']], body: 'x' })
    const sent = delivery.attempts[0]?.sent
    const lines = sent?.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    expect(`${sent?.method} ${sent?.path} HTTP/1.1\r\n${lines}\r\n`).toBe(head)
  })

  it('keeps forwarding lines of the sender and adds none beside them', async () => {
    const { head } = await send({
      headers: [
        ['Host', 'relay.example'],
        ['x-forwarded-for', '198.51.100.7'],
        ['X-FORWARDED-PROTO', 'http'],
        ['X-Forwarded-Host', 'first.example'],
      ],
    })
    expect(head.match(/x-forwarded/gi)).toHaveLength(3)
    expect(head).toContain(
      'x-forwarded-for: 198.51.100.7\r\nX-FORWARDED-PROTO: http\r\nX-Forwarded-Host: first.example\r\n',
    )
  })

  it('carries header values of any latin-1 bytes', async () => {
    const value = Array.from({ length: 0x5e + 0x80 }, (_, i) =>
      String.fromCharCode(i < 0x5e ? 0x21 + i : 0x80 + i - 0x5e),
    ).join('')
    const { head } = await send({ headers: [['X-All', value]] })
    expect(head).toContain(`X-All: ${value}\r\n`)
  })

  it('carries path bytes above ASCII as they came', async () => {
    const { head } = await send({ rest: '/caf\u00e9\u00ff?q=\u00a7' })
    expect(head).toMatch(/^POST \/caf\u00e9\u00ff\?q=\u00a7 HTTP/)
  })

  it.each([
    ['', '', '/'],
    ['', '?', '/?'],
    ['', '/?', '/?'],
    ['', '//x', '//x'],
    ['/hooks', '', '/hooks'],
    ['/hooks', '?a', '/hooks?a'],
    ['/hooks', '/a/../../b', '/hooks/a/../../b'],
    ['/hooks/', '/a', '/hooks/a'],
    ['/hooks/', '', '/hooks/'],
    ['/h?o'.slice(0, 2), '/%2e%2e/x#frag', '/h/%2e%2e/x#frag'],
  ])('joins target path "%s" and rest "%s" to "%s"', async (path, rest, expected) => {
    const { head } = await send({ rest }, path)
    expect(head.split(' ')[1]).toBe(expected)
  })

  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'PURGE', 'M-SEARCH', 'PROPFIND'])(
    'keeps the method %s',
    async (method) => {
      const { head, delivery } = await send({ method })
      expect(head).toMatch(new RegExp(`^${method} / HTTP/1.1\r\n`))
      expect(head.includes('content-length')).toBe(method === 'PROPFIND')
      const lines = delivery.attempts[0]?.sent.headers.map(([name, value]) => `${name}: ${value}`)
      expect(head.split('\r\n').slice(1, -2)).toEqual(lines)
    },
  )

  it('sends content-length: 0 with a POST that has no body', async () => {
    const { head } = await send({ method: 'POST' })
    expect(head).toMatch(/\r\ncontent-length: 0\r\n\r\n$/)
  })

  it.each(['GET', 'DELETE'])('sends the body that a %s had', async (method) => {
    const { head, body } = await send({ method, body: 'with a body' })
    expect(head).toMatch(/\r\ncontent-length: 11\r\n\r\n$/)
    expect(body.toString()).toBe('with a body')
  })

  it('carries every byte of a body, and says with which SHA-256', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    const { body, delivery } = await send({ body: bytes })
    expect(body.equals(bytes)).toBe(true)
    expect(delivery.attempts[0]?.sent.bodySha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  it('keeps the sender’s Host where the target says so', async () => {
    const { head } = await send({ headers: [['Host', 'shop.example:8443']] }, '', { keepHost: true })
    expect(head).toContain('host: shop.example:8443\r\n')
  })

  it('marks a resend, and only that, with the id of what is sent again', async () => {
    const { head, desk, target } = await send({ body: 'x' })
    expect(head).not.toContain('Creel-Resend')
    const [again] = await desk.resend(desk.request({ body: 'y' }))
    await until(() => expect(again?.state).toBe('answered'))
    expect(target.requests[1]?.head).toContain('\r\nCreel-Resend: uid-2\r\ncontent-length: 1\r\n')
  })

  it('of 25 MB is read from the history in pieces and framed with its length', async () => {
    const bytes = randomBytes(25 * 1024 * 1024)
    const { head, body, delivery } = await send({ body: bytes })
    expect(head).toContain(`content-length: ${bytes.length}\r\n`)
    expect(head.toLowerCase()).not.toContain('transfer-encoding')
    expect(body.equals(bytes)).toBe(true)
    expect(delivery.attempts[0]?.sent.bodySha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  })
})

describe('a request that is not sent', () => {
  it.each(['/../x', '/a/../../x', '/%2e%2E/x', '/..%2fx', '/..%5cx', '/..;v=1/x', '//../x'])(
    'is refused when %s climbs out of a target that minds',
    async (rest) => {
      const { desk, target } = await setUp('/hooks', { refuseClimbingPaths: true })
      const [delivery] = await desk.capture({ rest })
      await until(() => expect(delivery?.state).toBe('failed'))
      expect(delivery?.attempts[0]?.failure).toMatchObject({ code: 'refused-path', tried: [] })
      expect(target.requests).toHaveLength(0)
    },
  )

  it('has a body that was altered in the history', async () => {
    const { desk, target } = await setUp()
    const request = desk.request({ body: 'as received' })
    desk.store.requests.set(request.id, { request, body: Buffer.from('as altered!') })
    const [delivery] = await desk.resend(request)
    await until(() => expect(delivery?.state).toBe('failed'))
    expect(delivery?.attempts[0]?.failure?.message).toContain('SHA-256 differs')
    expect(target.requests).toHaveLength(0)
  })

  it('has a long body that was altered: it never arrives whole', async () => {
    const { desk, target } = await setUp()
    const body = randomBytes(2 * 1024 * 1024)
    const request = desk.request({ body })
    const altered = Buffer.from(body)
    altered[7] = (altered[7] ?? 0) ^ 1
    desk.store.requests.set(request.id, { request, body: altered })
    const [delivery] = await desk.resend(request)
    await until(() => expect(delivery?.state).toBe('failed'))
    expect(delivery?.attempts[0]?.failure?.message).toContain('SHA-256 differs')
    expect(target.requests).toHaveLength(0)
  })

  it('has a body that is gone', async () => {
    const { desk, target } = await setUp()
    const request = desk.request({ body: randomBytes(1024 * 1024) })
    desk.store.requests.set(request.id, { request, body: new Uint8Array(0) })
    const [delivery] = await desk.resend(request)
    await until(() => expect(delivery?.state).toBe('failed'))
    expect(delivery?.attempts[0]?.failure?.code).toBe('body-gone')
    expect(target.requests).toHaveLength(0)
  })
})
