import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { checkRelay } from '../../../../../core/sources/creel/check-relay.ts'
import { describeClose, describeError } from '../../../../../core/sources/creel/describe-error.ts'
import { readRelayAddress } from '../../../../../core/sources/creel/relay-address.ts'

const token = { key: 'crk_abcdef', secret: 'crs_secret' }
const servers: Server[] = []

async function listen(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serve(listener: RequestListener): Promise<string> {
  return `http://${await listen(createServer(listener))}`
}

function problem(status: number, code: string, detail: string): RequestListener {
  return (_, res) =>
    res.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ status, code, detail }))
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

describe('checking a relay', () => {
  it('tells what the token may read, and how long that took', async () => {
    let asked: unknown
    const url = await serve((req, res) => {
      asked = { url: req.url, authorization: req.headers.authorization }
      const answer = { relay: { name: 'creel', version: '1.2.3' }, buckets: [{ id: 'b1', name: 'Shop' }], later: 1 }
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
    const check = await checkRelay({ relayUrl: `${url}/hooks/`, token })
    expect(check).toMatchObject({
      ok: true,
      relay: { name: 'creel', version: '1.2.3' },
      buckets: [{ id: 'b1', name: 'Shop' }],
    })
    expect(check.ok && check.roundTripMs).toBeGreaterThan(0)
    const authorization = `Basic ${Buffer.from('crk_abcdef:crs_secret').toString('base64')}`
    expect(asked).toEqual({ url: '/hooks/v1/agent', authorization })
  })

  const answers: readonly [string, RequestListener, string, RegExp][] = [
    ['a wrong secret', problem(401, 'wrong-secret', 'x'), 'wrong-secret', /secret of the token is wrong/],
    ['an unknown key', problem(401, 'unknown-key', 'x'), 'unknown-key', /does not know this token/],
    ['a revoked token', problem(401, 'revoked', 'It was revoked at noon.'), 'revoked', /revoked at noon/],
    ['a swallowed token', problem(401, 'no-token', 'x'), 'unknown-key', /takes the Authorization header away/],
    ['a name that is not the relay’s', problem(403, 'host-not-allowed', 'x'), 'not-a-relay', /does not go by the name/],
    ['a page', (_, res) => res.writeHead(200).end('<html>'), 'not-a-relay', /is not a Creel relay/],
    ['other JSON', (_, res) => res.writeHead(200).end('{"ok":true}'), 'not-a-relay', /is not a Creel relay/],
    ['a 404', (_, res) => res.writeHead(404).end('no'), 'not-a-relay', /answered 404/],
    ['a 401 of somebody else', (_, res) => res.writeHead(401).end('no'), 'not-a-relay', /answered 401/],
    ['a redirect', (_, res) => res.writeHead(302, { location: '/login' }).end(), 'not-a-relay', /another address/],
    ['a 502', (_, res) => res.writeHead(502).end('bad'), 'unreachable', /answered 502/],
  ]
  for (const [title, listener, code, message] of answers) {
    it(`has a sentence and a way out for ${title}`, async () => {
      const check = await checkRelay({ relayUrl: await serve(listener), token })
      expect(check).toMatchObject({ ok: false, code, message: expect.stringMatching(message) })
      expect(!check.ok && check.fix.length).toBeGreaterThan(20)
    })
  }

  it('says when nothing listens, the address is none, or the name is unknown', async () => {
    expect(await checkRelay({ relayUrl: 'http://127.0.0.1:9', token })).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('Nothing listens at 127.0.0.1:9'),
    })
    expect(await checkRelay({ relayUrl: 'relay', token })).toMatchObject({ code: 'bad-address' })
    expect(await checkRelay({ relayUrl: 'http://relay.invalid', token })).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/The name of relay\.invalid cannot be (found|looked up)/),
    })
  })

  it('says when https:// is used where plain HTTP is spoken, and when no HTTP is', async () => {
    const plain = await serve((_, res) => res.end())
    expect(await checkRelay({ relayUrl: plain.replace('http', 'https'), token })).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/does not speak TLS|No secure connection/),
    })
    const other = await listen(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))
    expect(await checkRelay({ relayUrl: `http://${other}`, token })).toMatchObject({
      code: 'not-a-relay',
      message: expect.stringContaining('does not speak HTTP'),
    })
  })

  it('gives up on one that says nothing', async () => {
    const relayUrl = await serve(() => undefined)
    expect(await checkRelay({ relayUrl, token, timeoutMs: 50 })).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('did not answer'),
    })
  })
})

describe('an error of the network', () => {
  const cases: readonly [string, RegExp][] = [
    ['CERT_HAS_EXPIRED', /certificate of relay\.example\.com cannot be trusted/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate/],
    ['ECONNRESET', /closed the connection without an answer/],
    ['ENETUNREACH', /no way to relay\.example\.com/],
    ['ETIMEDOUT', /did not answer/],
    ['EAI_AGAIN', /cannot be looked up now/],
    ['EWHATEVER', /failed: what the system said/],
  ]
  for (const [code, sentence] of cases) {
    it(`${code} becomes a sentence, and is tried again`, () => {
      const error = Object.assign(new Error('what the system said'), { code })
      const failure = describeError(error, 'relay.example.com')
      expect(failure.kind).toBe('lost')
      expect(failure.reason).toMatch(sentence)
    })
  }

  it('of several addresses is told by the first that has a code', () => {
    const one = Object.assign(new Error('no'), { code: 'ECONNREFUSED' })
    expect(describeError(new AggregateError([one, new Error('x')]), 'h').reason).toMatch(/Nothing listens/)
  })

  it('that closed the connection names what the relay said last', () => {
    expect(describeClose(1011, '', 'The disk is full.', 'h').reason).toBe('h closed the connection: The disk is full.')
    expect(describeClose(1006, '', null, 'h').reason).toBe('The connection to h broke off.')
    expect(describeClose(4401, '', null, 'h')).toMatchObject({ kind: 'refused', code: 'revoked' })
  })
})

describe('the address of a relay', () => {
  it('keeps its path, whatever slashes it ends with', () => {
    const address = readRelayAddress('https://relay.example.com:8443/hooks//')
    expect(address?.agentUrl).toBe('https://relay.example.com:8443/hooks/v1/agent')
    expect(address?.streamUrl(['b 1', 'c'], 's&t', 'i')).toBe(
      'wss://relay.example.com:8443/hooks/v1/stream?bucket=b+1&bucket=c&subscription=s%26t&instance=i',
    )
  })

  for (const text of ['', 'relay', 'ftp://x', 'http://user:pw@x', 'ws://x']) {
    it(`is not ${JSON.stringify(text)}`, () => expect(readRelayAddress(text)).toBeNull())
  }
})
