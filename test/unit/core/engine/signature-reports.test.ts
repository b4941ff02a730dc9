import { describe, expect, test } from 'vitest'
import { createSignatureReports, type SignatureReports } from '../../../../core/engine/signature-reports.ts'
import type { HistoryRequests } from '../../../../core/history/history.ts'
import { createKnownSchemes } from '../../../../core/signing/known-schemes.ts'
import { RequestId, SourceId } from '../../../../protocol/ids.ts'
import type { HeaderLine, RequestDetail } from '../../../../protocol/request.ts'
import type { CustomScheme } from '../../../../protocol/signature.ts'
import type { SourceKind } from '../../../../protocol/source.ts'
import { sign } from '../../../../signatures/index.ts'
import { signRequest, signWebhook } from '../../../../signatures/sign.ts'
import { makeTestKeys } from '../../../../signatures/test-keys.ts'
import { memorySecrets } from '../../../helpers/memory-secrets.ts'

const id = RequestId.parse(1)
const shop = SourceId.parse(1)
const other = SourceId.parse(2)
const body = Buffer.from('{"action":"opened"}')
const headers = signRequest({ scheme: 'github', headers: [], body, secret: 'right', now: 0 })

type Wanted = Partial<RequestDetail> & { readonly bytes?: Uint8Array; readonly before?: () => Promise<void> }

function reportsOf(wanted: Wanted, kind: SourceKind = 'creel', own: readonly CustomScheme[] = []): SignatureReports {
  const { bytes = body, before, ...change } = wanted
  const request = {
    id,
    kind: 'captured',
    method: 'POST',
    requestTarget: '/in/x',
    headers,
    sourceId: shop,
    source: { kind, name: 'Shop' },
    parentId: null,
  }
  const requests = {
    get: async () => ({ ...request, bodyBytes: bytes.length, receivedAt: 0, ...change }) as unknown as RequestDetail,
    async readBody() {
      await before?.()
      return new Uint8Array(bytes)
    },
  } as unknown as HistoryRequests
  return createSignatureReports({
    requests,
    secrets: memorySecrets().secrets,
    schemes: createKnownSchemes(() => own),
    sourceOf: () => ({ name: 'Shop' }),
  })
}

test('a verdict that was under way while its secret changed is not kept', async () => {
  let letGo = (): void => undefined
  const isSlow = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const reports = reportsOf({ before: () => isSlow })
  await reports.setSecret('github', 'wrong')
  const early = reports.of(id)
  await new Promise((resolve) => setImmediate(resolve))
  await reports.setSecret('github', 'right')
  letGo()
  expect(await early).toMatchObject({ state: 'failed', code: 'mismatch' })
  expect(await reports.of(id)).toMatchObject({ state: 'verified' })
  await reports.deleteSecret('github')
  expect(await reports.of(id)).toMatchObject({ state: 'no-secret' })
})

describe('of several secrets', () => {
  test('the one that matched is named', async () => {
    const reports = reportsOf({})
    await reports.setSecret('github', 'right', { sourceId: shop, name: 'staging' })
    await reports.setSecret('github', 'wrong', { sourceId: shop, name: 'production' })
    expect(await reports.of(id)).toMatchObject({ state: 'verified', secretName: 'staging' })
  })

  test("all that were tried are named where none matched, and another source's that would have", async () => {
    const reports = reportsOf({})
    await reports.setSecret('github', 'wrong', { sourceId: shop, name: null })
    await reports.setSecret('github', 'no better', { sourceId: null, name: null })
    expect(await reports.of(id)).toMatchObject({ state: 'failed', code: 'mismatch', secretNames: ['Shop', 'GitHub'] })
    await reports.setSecret('github', 'right', { sourceId: other, name: 'staging' })
    expect(await reports.of(id)).toMatchObject({
      state: 'failed',
      code: 'other-secret',
      reason: 'It matches the secret "staging", not the one that is set.',
    })
  })

  test('those of a removed source are forgotten', async () => {
    const reports = reportsOf({})
    await reports.setSecret('github', 'right', { sourceId: shop, name: null })
    expect(await reports.of(id)).toMatchObject({ state: 'verified' })
    await reports.dropSource(shop)
    expect(await reports.of(id)).toMatchObject({ state: 'no-secret' })
  })
})

test('what was signed, expected and received is told, of a long body its beginning', async () => {
  const bytes = Buffer.from(`{"text":"${'x'.repeat(40_000)}"}`)
  const lines = signRequest({ scheme: 'stripe', headers: [], body: bytes, secret: 'right', now: 1_000_000 })
  const reports = reportsOf({ headers: [...lines] as HeaderLine[], bytes, receivedAt: 1_002_500 })
  await reports.setSecret('stripe', 'wrong')
  const report = await reports.of(id)
  if (report.state !== 'failed') throw new Error(report.state)
  expect(report).toMatchObject({ ageSeconds: 2, allowedSeconds: 300, algorithm: 'HMAC-SHA-256' })
  const { signed, expected, received } = report.evidence
  expect(signed?.bytes).toBe(bytes.length + '1000.'.length)
  expect(signed?.text).toBe(`1000.${bytes.toString()}`.slice(0, 16 * 1024))
  expect(Buffer.from(signed?.hex ?? '', 'hex').toString()).toBe(signed?.text)
  expect(expected[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(received[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(expected[0]).not.toBe(received[0])
})

test.each([
  [
    'gitlab-token',
    [
      ['X-Gitlab-Event', 'Push Hook'],
      ['X-Gitlab-Token', 'a token of somebody'],
    ],
  ],
  ['telegram', [['X-Telegram-Bot-Api-Secret-Token', 'a token of somebody']]],
  ['basic', [['Authorization', `Basic ${btoa('user:a token of somebody')}`]]],
] as const)('a secret that stands in the request itself, as with %s, is in no report', async (scheme, lines) => {
  for (const secret of [
    'the token that is set',
    scheme === 'basic' ? 'user:a token of somebody' : 'a token of somebody',
  ]) {
    const reports = reportsOf({ headers: lines.map(([name, value]): HeaderLine => [name, value]) })
    await reports.setSecret(scheme, secret)
    const report = await reports.of(id)
    expect(report).toMatchObject({ scheme, state: secret.includes('that is set') ? 'failed' : 'verified' })
    expect(JSON.stringify(report)).not.toMatch(/token that is set|token of somebody/)
  }
})

describe('a body that a public channel wrote anew', () => {
  const changed = Buffer.from('{ "action": "reopened" }')

  test('cannot be checked, whatever is wrong with it', async () => {
    const reports = reportsOf({ bytes: changed }, 'smee')
    await reports.setSecret('github', 'right')
    expect(await reports.of(id)).toMatchObject({
      state: 'failed',
      code: 'channel-rewrote-body',
      reason: 'The public channel wrote the body anew, so the signature cannot be checked.',
    })
  })

  test('is proven where it verifies all the same, and a secret that is wrong is told where it can be proven', async () => {
    const reports = reportsOf({}, 'smee')
    await reports.setSecret('github', 'right')
    expect(await reports.of(id)).toMatchObject({ state: 'verified' })
    await reports.setSecret('github', ' right\n')
    expect(await reports.of(id)).toMatchObject({ state: 'failed', code: expect.stringMatching(/^secret-/) })
  })

  test('is another matter than one that a relay passed on as it came', async () => {
    const reports = reportsOf({ bytes: changed })
    await reports.setSecret('github', 'right')
    expect(await reports.of(id)).toMatchObject({ state: 'failed', code: 'mismatch' })
  })
})

test('what was edited here and kept its signature says so', async () => {
  const reports = reportsOf({ kind: 'composed', parentId: RequestId.parse(9), bytes: Buffer.from('{"edited":1}') })
  await reports.setSecret('github', 'right')
  expect(await reports.of(id)).toMatchObject({ state: 'failed', code: 'edited-here' })
})

test('where a second thing is needed beside the secret, that is said instead of a failure', async () => {
  const lines: HeaderLine[] = [
    ['Paypal-Transmission-Id', '1'],
    ['Paypal-Transmission-Time', '2026-08-21T12:00:00Z'],
    ['Paypal-Transmission-Sig', 'AAAA'],
    ['Paypal-Cert-Url', 'https://api.paypal.com/v1/notifications/certs/CERT-1'],
    ['Paypal-Auth-Algo', 'SHA256withRSA'],
  ]
  const reports = reportsOf({ headers: lines })
  await reports.setSecret('paypal', 'WH-1')
  expect(await reports.of(id)).toMatchObject({
    state: 'no-secret',
    scheme: 'paypal',
    missing: expect.stringMatching(/./),
  })
})

test('what holds with two things together names both, and nothing that is set beside them', async () => {
  const { privateKey, publicKey } = makeTestKeys('paypal')
  const lines: HeaderLine[] = [['Paypal-Cert-Url', 'https://api.paypal.com/v1/notifications/certs/CERT-1']]
  const vector = { scheme: 'paypal', headers: lines, body: body.toString(), webhookId: 'WH-1', privateKey, now: 0 }
  const reports = reportsOf({ headers: sign(vector).headers as HeaderLine[] })
  const set = (secret: string, name: string) => reports.setSecret('paypal', secret, { sourceId: shop, name })
  await set('WH-1', 'the live webhook')
  await set(publicKey, 'its certificate')
  await set('WH-2', 'an old webhook')
  expect(await reports.of(id)).toMatchObject({
    state: 'verified',
    secretName: 'its certificate and the live webhook',
  })
})

test("a scheme of one's own is judged as any other, and goes before one that is known", async () => {
  const row = {
    id: 'custom-mine',
    name: 'Mine',
    alg: 'sha512',
    key: 'utf8',
    sigHeader: 'X-Mine',
    enc: 'base64',
  } as const
  const scheme = { ...row, format: { kind: 'raw' }, parts: ['{body}'] } as const
  const schemes = createKnownSchemes(() => [scheme])
  const signed = schemes.find('custom-mine')?.sign({
    method: 'POST',
    url: null,
    headers: [],
    body,
    keys: { secrets: ['own'] },
    now: 0,
  })
  const reports = reportsOf({ headers: [...headers, ...(signed?.headers ?? [])] as HeaderLine[] }, 'creel', [scheme])
  expect(await reports.of(id)).toMatchObject({ state: 'no-secret', scheme: 'custom-mine', schemeName: 'Mine' })
  await reports.setSecret('custom-mine', 'own')
  expect(await reports.of(id)).toMatchObject({ state: 'verified', algorithm: 'HMAC-SHA-512', secretName: 'Mine' })
})

test('a public key is taken as any secret is', async () => {
  const { makeTestKeys } = await import('../../../../signatures/test-keys.ts')
  const { privateKey, publicKey } = makeTestKeys('discord')
  const made = signWebhook({ scheme: 'discord', secrets: [], privateKey, headers: [], body, now: 0 })
  const reports = reportsOf({ headers: [...made.headers] as HeaderLine[] })
  await reports.setSecret('discord', publicKey)
  expect(await reports.of(id)).toMatchObject({ state: 'verified', scheme: 'discord' })
})
