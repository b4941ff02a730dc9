import { createSign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { makeTestCertificate } from '../../core/signing/test-certificate.ts'
import type { HandshakeDetail } from '../../protocol/request.ts'
import { createCertificates } from '../../relay/edge/certificates.ts'
import { demandsOf } from '../../relay/edge/demands.ts'
import { createEdge } from '../../relay/edge/edge.ts'
import { fetchBounded, isPublicAddress, type FetchPlace } from '../../relay/edge/fetch-bounded.ts'
import type { EdgeSettings } from '../../relay/store/edge-settings.ts'
import { makeTestKeys } from '../../signatures/test-keys.ts'
import { exchangeRaw } from '../helpers/raw-http.ts'
import { startTestRelay } from '../helpers/running-relay.ts'

// What Amazon's SNS sends before it delivers anything. Its host is a server of this test's with a certificate of its name, found by a look-up that says so:
// everything else is as it runs.

const HOST = 'sns.eu-west-1.amazonaws.com'
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders'
const fixture = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8')
const certificate = fixture('sns-cert.pem')
const privateKey = fixture('sns-key.pem')

const NAMELESS = `-----BEGIN CERTIFICATE-----
MIIBVTCB/aADAgECAhRFkMXxXe7qktamvpLMydgpgKM4aTAKBggqhkjOPQQDAjAA
MCAXDTI2MTEyMTIyMjkxMVoYDzIxMjYxMDI4MjIyOTExWjAAMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEF7Fwh9zp9P5U7np8wLutXZOx8g/lAgRkN0cqX9Y9a1Di
7e2/Fha3T7nzVItZaG92ji02zUTvDfPdW+AlCBCb1KNTMFEwHQYDVR0OBBYEFNCv
23zQGCtFsLxQPkKPVdf9PP1NMB8GA1UdIwQYMBaAFNCv23zQGCtFsLxQPkKPVdf9
PP1NMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgMR7iG7BvGY7M
2YtF450jItG6JGZCUksS+jcL3ashzzACIFFhr50HqiHare+IpdqtYfkVUnf1DEFg
daFqcf66QrBo
-----END CERTIFICATE-----
`

type Answer = (path: string, response: ServerResponse) => void

async function amazon(answer: Answer = () => undefined): Promise<{ place: FetchPlace; asked: string[] }> {
  const asked: string[] = []
  const server = createServer({ key: privateKey, cert: certificate }, ({ url = '' }, response) => {
    asked.push(url)
    answer(url, response)
    if (!response.writableEnded && !response.headersSent) response.end(url.endsWith('.pem') ? certificate : '<ok/>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const lookup: FetchPlace['lookup'] = (hostname, done) => {
    if (hostname === HOST) done(null, [{ address: '127.0.0.1', family: 4 }])
    else done(new Error(`${hostname} is unknown.`), [])
  }
  return { place: { lookup, port, ca: certificate, isAllowed: () => true }, asked }
}

const CONFIRM_URL = `https://${HOST}/?Action=ConfirmSubscription&Token=abc`

function confirmation(change: Readonly<Record<string, string>> = {}): string {
  const fields: Record<string, string> = {
    Message: 'You have chosen to subscribe.',
    MessageId: '165545c9',
    SubscribeURL: CONFIRM_URL,
    Timestamp: new Date().toISOString(),
    Token: 'abc',
    TopicArn: TOPIC,
    Type: 'SubscriptionConfirmation',
    SignatureVersion: '2',
    SigningCertURL: `https://${HOST}/key.pem`,
    ...change,
  }
  const names = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const signed = names.map((name) => `${name}\n${fields[name]}\n`).join('')
  const signature = createSign('sha256').update(signed).sign(privateKey, 'base64')
  return JSON.stringify({ ...fields, Signature: signature })
}

const HEADERS = [['x-amz-sns-message-type', 'SubscriptionConfirmation']] as const

async function examine(settings: EdgeSettings, body: string, place: FetchPlace) {
  const edge = createEdge({
    secretsOf: () => ({}),
    inputUrl: (id) => `http://127.0.0.1/in/${id}`,
    fetch: (url) => fetchBounded(url, place),
  })
  const bucket = { id: 'b', name: 'b', settings: {}, createdAt: 0 }
  const input = { id: 'i', bucketId: 'b', name: 'i', settings, createdAt: 0 }
  const at = { kind: 'input', input, bucket, mountBytes: 5 } as const
  const demands = demandsOf(at)
  if (demands === null) throw new Error('Nothing is demanded.')
  const head = {
    method: 'POST',
    target: '/in/i',
    remote: null,
    headers: HEADERS.map(([a, b]): [string, string] => [a, b]),
    bodyBytes: null,
  }
  const read = async () => Buffer.from(body)
  return edge.examine({ demands, place: at, head, bodyBytes: Buffer.byteLength(body), receivedAt: Date.now(), read })
}

async function confirm(settings: object, body: string, place: FetchPlace): Promise<HandshakeDetail> {
  const examined = await examine({ handshakes: [{ sender: 'sns', ...settings }] }, body, place)
  if (examined.kind !== 'handshake') throw new Error(`It was taken for ${examined.kind}.`)
  return examined.handshake
}

const CONSENT = { confirm: true, topics: [TOPIC] }

describe('the confirmation of a subscription', () => {
  it('is fetched once its signature and host are right, and the input allows it', async () => {
    const { place, asked } = await amazon()
    const handshake = await confirm(CONSENT, confirmation(), place)
    expect(handshake).toEqual({
      sender: 'sns',
      status: 200,
      headers: [],
      body: '',
      note: `Confirmed: ${HOST} answered 200.`,
    })
    expect(asked).toEqual(['/key.pem', '/?Action=ConfirmSubscription&Token=abc'])
  })

  it('asks nobody without consent', async () => {
    const { place, asked } = await amazon()
    const handshake = await confirm({}, confirmation(), place)
    expect(handshake).toMatchObject({ status: 200, note: expect.stringContaining('does not allow it') })
    expect(asked).toEqual([])
  })

  it.each([
    ['a topic that is not allowed', { TopicArn: `${TOPIC}-of-somebody` }, 'this topic is none', []],
    ["a certificate that is not at Amazon's", { SigningCertURL: 'https://example.com/key.pem' }, 'signature', []],
    ['a certificate without TLS', { SigningCertURL: `http://${HOST}/key.pem` }, 'signature', []],
    [
      "a host that only begins like Amazon's",
      { SubscribeURL: `https://${HOST}.example.com/` },
      'signature',
      ['/key.pem'],
    ],
    ['another port', { SubscribeURL: `https://${HOST}:8443/` }, 'signature', ['/key.pem']],
    ['an address', { SubscribeURL: 'https://169.254.169.254/latest/meta-data' }, 'signature', ['/key.pem']],
  ])('is not fetched for %s', async (_, change, note, expected) => {
    const { place, asked } = await amazon()
    const handshake = await confirm(CONSENT, confirmation(change), place)
    expect(handshake.note).toMatch(new RegExp(`^Not confirmed: .*${note}`))
    expect(asked).toEqual(expected)
  })

  it('is not fetched when a field was changed behind the signature', async () => {
    const { place, asked } = await amazon()
    const body = confirmation().replace('Token=abc', 'Token=abd')
    expect((await confirm(CONSENT, body, place)).note).toContain('could not be verified')
    expect(asked).toEqual(['/key.pem'])
  })

  it('follows no redirect', async () => {
    const { place, asked } = await amazon((path, response) => {
      if (!path.endsWith('.pem')) response.writeHead(302, { Location: `https://${HOST}/elsewhere` }).end()
    })
    expect((await confirm(CONSENT, confirmation(), place)).note).toBe(`Not confirmed: ${HOST} answered 302.`)
    expect(asked).toHaveLength(2)
  })

  it('through the relay itself is recorded with what became of it', async () => {
    const relay = await startTestRelay()
    const bucket = await relay.newBucket()
    const input = await relay.newInput(bucket, { handshakes: [{ sender: 'sns' }] })
    const body = confirmation()
    const head = `POST ${input.path} HTTP/1.1\r\nHost: x\r\n${HEADERS[0].join(': ')}\r\nContent-Length: ${body.length}\r\n\r\n`
    expect(await exchangeRaw(relay.port, head, body)).toMatchObject({ status: 200, body: '' })
    expect(await relay.items(bucket)).toMatchObject([
      { kind: 'handshake', handshake: { sender: 'sns', note: expect.stringContaining('Not confirmed') } },
    ])
  })
})

describe("a demanded signature of Amazon's", () => {
  it('is checked with a certificate that is fetched with consent, and once', async () => {
    const { place, asked } = await amazon()
    const settings = (fetchCertificate: boolean): EdgeSettings => ({
      authentication: { signature: { scheme: 'sns', secrets: [], fetchCertificate } },
    })
    expect(await examine(settings(false), confirmation(), place)).toMatchObject({
      kind: 'refuse',
      refusal: { status: 401 },
    })
    expect(asked).toEqual([])
    expect(await examine(settings(true), confirmation(), place)).toEqual({ kind: 'accept' })
    const tampered = confirmation().replace('165545c9', '165545d0')
    expect(await examine(settings(true), tampered, place)).toMatchObject({
      kind: 'refuse',
      refusal: { code: 'signature' },
    })
  })
})

describe('certificates', () => {
  it('are fetched once for all that ask, and no more than a few at a time', async () => {
    const { place, asked } = await amazon()
    const certificates = createCertificates((url) => fetchBounded(url, place))
    const same = await Promise.all([1, 2, 3].map(() => certificates.get(`https://${HOST}/key.pem`)))
    expect(same).toEqual([certificate, certificate, certificate])
    const many = Array.from({ length: 20 }, (_, n) => certificates.get(`https://${HOST}/${n}.pem`))
    const came = (await Promise.all(many)).filter((pem) => pem !== null)
    expect(came).toHaveLength(4)
    expect(asked).toHaveLength(1 + 4)
  })
})

describe('a certificate that came', () => {
  const YEAR = 365 * 86_400_000
  const get = async (pem: string) => {
    const certificates = createCertificates(async () => ({ status: 200, body: pem }))
    return (await certificates.get(`https://${HOST}/key.pem`)) === pem
  }
  const made = (host: string, now = Date.now()) =>
    makeTestCertificate({ senderName: 'Amazon SNS', hosts: [host], privateKey: makeTestKeys('sns').privateKey, now })

  it.each([
    'sns.amazonaws.com',
    'sns.eu-west-1.amazonaws.com',
    'sns-signing.af-south-1.amazonaws.com',
    'sns-us-gov-west-1.amazonaws.com',
    'sns-cn-north-1.amazonaws.com.cn',
  ])('counts when it is of %s', async (host) => {
    expect(await get(made(host))).toBe(true)
  })

  it.each(['amazonaws.com', 'snsx.amazonaws.com', 'sns.amazonaws.com.example.com', 's3.eu-west-1.amazonaws.com'])(
    'counts for nothing when it is of %s',
    async (host) => {
      expect(await get(made(host))).toBe(false)
    },
  )

  it('counts for nothing when it names nobody', async () => {
    // Made by OpenSSL, valid from 2026 to 2126.
    expect(await get(NAMELESS)).toBe(false)
  })

  it('counts while it is valid, neither before nor after', async () => {
    expect(await get(made('sns.amazonaws.com', Date.now() + YEAR))).toBe(false)
    expect(await get(made('sns.amazonaws.com', Date.now() - 9 * YEAR))).toBe(true)
    expect(await get(made('sns.amazonaws.com', Date.now() - 11 * YEAR))).toBe(false)
  })

  it('is kept no longer than it is valid', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const pem = made('sns.amazonaws.com', Date.now() - 10 * YEAR + 3 * 86_400_000 - 3_600_000)
    let asked = 0
    const certificates = createCertificates(async () => {
      asked += 1
      return { status: 200, body: pem }
    })
    const ask = async () => (await certificates.get(`https://${HOST}/key.pem`)) === pem
    expect([await ask(), await ask(), asked]).toEqual([true, true, 1])
    vi.setSystemTime(new X509Certificate(pem).validTo)
    expect([await ask(), asked]).toEqual([false, 2])
  })

  it('has to be one', async () => {
    expect(await get('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')).toBe(false)
    expect(await get(makeTestKeys('sns').publicKey)).toBe(false)
  })
})

describe('what is fetched', () => {
  it('comes from public addresses alone', async () => {
    const ask = (addresses: readonly { address: string; family: number }[]) =>
      fetchBounded(CONFIRM_URL, { ca: certificate, port: 1, lookup: (_, done) => done(null, addresses) })
    const { place, asked } = await amazon()
    const { isAllowed: _isAllowed, ...unguarded } = place
    expect(await fetchBounded(CONFIRM_URL, unguarded)).toBeNull()
    expect(asked).toEqual([])
    expect(await ask([{ address: '127.0.0.1', family: 4 }])).toBeNull()
    expect(await ask([])).toBeNull()
    const inner = ['10.1.2.3', '127.0.0.1', '169.254.169.254', '172.31.0.1', '192.168.1.1', '100.64.0.1', '0.0.0.0']
    const innerV6 = ['::1', '::', '::ffff:10.0.0.1', 'fd00::1', 'fe80::1', '64:ff9b::a00:1', '2002:a00:1::']
    expect([...inner, ...innerV6, '224.0.0.1', '255.255.255.255'].filter(isPublicAddress)).toEqual([])
    const outer = ['8.8.8.8', '52.94.17.1', '172.32.0.1', '2600:1f18::1']
    expect(outer.filter(isPublicAddress)).toEqual(outer)
  })

  it('is bounded in bytes and in time, and encrypted', async () => {
    const large = await amazon((_, response) => response.end('x'.repeat(17 * 1024)))
    expect(await fetchBounded(CONFIRM_URL, large.place)).toBeNull()
    const silent = await amazon((_, response) => response.flushHeaders())
    expect(await fetchBounded(CONFIRM_URL, { ...silent.place, withinMs: 200 })).toBeNull()
    expect(silent.asked).toHaveLength(1)
    expect(await fetchBounded(`http://${HOST}/`, silent.place)).toBeNull()
    const { ca: _ca, ...untrusted } = silent.place
    expect(await fetchBounded(CONFIRM_URL, untrusted)).toBeNull()
  })
})
