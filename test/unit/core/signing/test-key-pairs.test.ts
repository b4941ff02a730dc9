import { spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createTestKeyPairs } from '../../../../core/signing/test-key-pairs.ts'
import { sign, verify } from '../../../../signatures/index.ts'
import { makeTestKeys } from '../../../../signatures/test-keys.ts'
import { memorySecrets } from '../../../helpers/memory-secrets.ts'

const NOW = Date.UTC(2026, 8, 21)
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

async function certificateOf(scheme: string, now = NOW): Promise<{ pem: string; privateKey: string }> {
  const pair = await createTestKeyPairs(memorySecrets().secrets, () => now).of(scheme)
  if (pair === null || pair.certificate === null) throw new Error(`There is no certificate for ${scheme}.`)
  return { pem: pair.certificate, privateKey: pair.privateKey }
}

test.each([
  ['sns', 'sns.amazonaws.com', 'Amazon SNS'],
  ['paypal', 'messageverificationcerts.paypal.com', 'PayPal'],
])(
  '%s gets a certificate of its own key that says whose it is not, and may sign no other',
  async (scheme, host, name) => {
    const { pem, privateKey } = await certificateOf(scheme)
    const certificate = new X509Certificate(pem)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(createPrivateKey(privateKey))).toBe(true)
    expect(certificate.checkIssued(certificate)).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(certificate.checkHost(host)).toBe(host)
    expect(certificate.subject).toContain(`not of ${name}`)
    expect(Date.parse(certificate.validFrom)).toBe(NOW - 86_400_000)
    expect(Date.parse(certificate.validTo)).toBe(Date.UTC(2036, 8, 20))
  },
)

test.skipIf(!hasOpenssl)(
  'openssl takes the certificate, by the strict rules too (left out where there is none)',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'creel-certificate-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const file = join(directory, 'own.pem')
    const check = async (now: number) => {
      writeFileSync(file, (await certificateOf('paypal', now)).pem)
      return spawnSync('openssl', ['verify', '-x509_strict', '-CAfile', file, file], { encoding: 'utf8' })
    }
    expect(await check(Date.now())).toMatchObject({ status: 0 })
    expect((await check(Date.now() + 3 * 86_400_000)).stderr).toContain('not yet valid')
  },
)

test('what is signed with the pair holds with its certificate, and with no other', async () => {
  const { pem: certificate, privateKey } = await certificateOf('sns')
  const vector = { scheme: 'sns', body: '{"Type":"Notification","Message":"x"}', privateKey }
  const { body } = sign(vector)
  expect(verify({ ...vector, body, certificate })).toMatchObject({ ok: true })
  const other = (await certificateOf('sns')).pem
  expect(verify({ ...vector, body, certificate: other })).toMatchObject({ ok: false, code: 'mismatch' })
})

test('a pair is made once and is the same ever after, also one that was made before there were certificates', async () => {
  const old = makeTestKeys('discord')
  const { kept, secrets } = memorySecrets([['test-keys:discord', JSON.stringify(old)]])
  const open = () => createTestKeyPairs(secrets, () => NOW)
  expect(await open().of('discord')).toEqual({ ...old, certificate: null })
  const [one, two] = await Promise.all([open().of('paddle-classic'), open().of('github')])
  expect(one).toMatchObject({ publicKey: expect.stringContaining('BEGIN PUBLIC KEY'), certificate: null })
  expect(two).toBeNull()
  const pairs = open()
  const both = await Promise.all([pairs.of('sns'), pairs.of('sns')])
  expect(both[0]).toEqual(both[1])
  expect(await open().of('sns')).toEqual(both[0])
  expect([...kept.keys()].toSorted()).toEqual(['test-keys:discord', 'test-keys:paddle-classic', 'test-keys:sns'])
})

test('Standard Webhooks are signed with the shared secret, without a pair', async () => {
  expect(await createTestKeyPairs(memorySecrets().secrets, () => NOW).of('standard-webhooks')).toBeNull()
})
