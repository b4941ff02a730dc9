import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { readAuthorities, trustedAuthorities } from '../../core/network/authorities.ts'
import type { SystemProxy } from '../../core/network/choose-proxy.ts'
import { createNetwork, type Network } from '../../core/network/network.ts'
import { checkRelay } from '../../core/sources/creel/check-relay.ts'
import { COMPANY_HOST, companyAuthorities, startCompanyProxy, startTlsDoor } from '../helpers/company-network.ts'
import { eventually } from '../helpers/eventually.ts'
import { startTestRelay, type TestRelay } from '../helpers/running-relay.ts'
import { startClient } from '../helpers/start-client.ts'

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']

beforeEach(() => {
  for (const name of PROXY_VARIABLES) {
    vi.stubEnv(name, undefined)
    vi.stubEnv(name.toLowerCase(), undefined)
  }
})
afterEach(() => void vi.unstubAllEnvs())

/** Closed with the test. */
async function ended<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting
  onTestFinished(() => started.close())
  return started
}

const trusted = trustedAuthorities([readAuthorities(fileURLToPath(companyAuthorities))])

function networkWith(systemProxy: SystemProxy | null, authorities = trusted): Network {
  return createNetwork({ systemProxy, authorities: () => authorities })
}

type CompanyRelay = {
  readonly relay: TestRelay
  readonly bucket: string
  readonly relayUrl: string
  readonly token: { key: string; secret: string }
}

/** A relay that is reached as `relay.test`, over TLS, and only through the proxy: this computer knows no such name. */
async function companyRelay(): Promise<CompanyRelay> {
  const relay = await startTestRelay({ allowedHosts: [COMPANY_HOST] })
  const bucket = await relay.newBucket()
  const token = await relay.newToken([bucket])
  return { relay, bucket, token, relayUrl: `https://${COMPANY_HOST}:${(await ended(startTlsDoor(relay.port))).port}` }
}

test('a relay behind the proxy of the environment, with a certificate of the company, is checked and listened to', async () => {
  const { relay, bucket, relayUrl, token } = await companyRelay()
  const proxy = await ended(startCompanyProxy('mira:secret'))
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  const network = networkWith(null)
  expect(await checkRelay({ relayUrl, token, network })).toMatchObject({ ok: true })
  const { client, sink } = startClient({ relayUrl, token, network })
  onTestFinished(() => client.stop())
  await eventually(() => expect(client.connection().state).toBe('connected'))
  const input = await relay.newInput(bucket)
  await fetch(`http://127.0.0.1:${relay.port}${input.path}`, { method: 'POST', body: 'hello' })
  await eventually(() => expect(sink.stored).toHaveLength(1))
  expect(new Set(proxy.asked)).toEqual(new Set([new URL(relayUrl).host]))
})

test('the proxy of the system is asked where the environment names none', async () => {
  const { relayUrl, token } = await companyRelay()
  const proxy = await ended(startCompanyProxy())
  const asked: string[] = []
  const network = networkWith(async (url) => {
    asked.push(url)
    return `SOCKS5 127.0.0.1:9; PROXY ${new URL(proxy.url).host}; DIRECT`
  })
  expect(await checkRelay({ relayUrl, token, network })).toMatchObject({ ok: true })
  expect(asked).toEqual([`${relayUrl}/`])
})

test('this computer is never reached through a proxy, nor is what NO_PROXY names', async () => {
  const { relay, token, relayUrl } = await companyRelay()
  const proxy = await ended(startCompanyProxy())
  vi.stubEnv('ALL_PROXY', proxy.url)
  const network = networkWith(async () => 'PROXY 127.0.0.1:9')
  expect(await checkRelay({ relayUrl: relay.relay.url, token, network })).toMatchObject({ ok: true })
  vi.stubEnv('NO_PROXY', COMPANY_HOST)
  expect(await checkRelay({ relayUrl, token, network })).toMatchObject({ ok: false, code: 'unreachable' })
  expect(proxy.asked).toEqual([])
})

test('each way to fail at a proxy or a certificate has its sentence', async () => {
  const { relayUrl, token } = await companyRelay()
  const proxy = await ended(startCompanyProxy('mira:secret'))
  const message = async (network: Network): Promise<string> => {
    const check = await checkRelay({ relayUrl, token, network })
    return check.ok ? 'reached' : check.message
  }
  const open = await ended(startCompanyProxy())
  expect(await message(networkWith(async () => `PROXY ${new URL(open.url).host}`, undefined))).toContain('reached')
  const stranger = createNetwork({
    systemProxy: async () => `PROXY ${new URL(open.url).host}`,
    authorities: () => undefined,
  })
  expect(await message(stranger)).toMatch(/certificate of relay\.test:\d+ cannot be trusted .* Preferences/)
  expect(
    await message(networkWith(async () => `PROXY ${new URL(proxy.url).hostname}:${new URL(proxy.url).port}`)),
  ).toMatch(/proxy on the way asks for a password/)
  expect(await message(networkWith(async () => 'SOCKS5 127.0.0.1:1080'))).toMatch(/HTTP and HTTPS proxies only/)
  expect(await message(networkWith(async () => 'PROXY 127.0.0.1:9'))).toMatch(/proxy 127\.0\.0\.1:9/)
})

test('a file of authorities that cannot be used says why', () => {
  expect(() => readAuthorities('/does/not/exist.pem')).toThrow('cannot be read')
  expect(() => readAuthorities(fileURLToPath(import.meta.url))).toThrow('holds no certificate')
})
