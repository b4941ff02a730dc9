import { createSign, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sign, verify } from '../../../signatures/index.ts'
import type { Jwk } from '../../../signatures/scheme.ts'
import { schemes } from '../../../signatures/schemes.ts'
import { secretPlace } from '../../../signatures/secret-places.ts'
import { writeHs256 } from '../../../signatures/special/jws.ts'

const NOW = 1_790_000_000
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsaPublic = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString()

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

describe('a key that is missing', () => {
  function snsMessage(change: object = {}) {
    const message = {
      Type: 'SubscriptionConfirmation',
      Message: 'Hello',
      MessageId: 'm',
      SubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription',
      Timestamp: '2026-09-21T14:13:20.000Z',
      Token: 't',
      TopicArn: 'arn:aws:sns:us-east-1:1:T',
      SignatureVersion: '2',
      SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
    }
    const names = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const
    const signed = names.map((name) => `${name}\n${message[name]}\n`).join('')
    const Signature = createSign('sha256').update(signed).sign(rsa.privateKey, 'base64')
    return JSON.stringify({ ...message, Signature, ...change })
  }

  test('of SNS is asked for under its URL, which is never fetched here', () => {
    const verdict = verify({ scheme: 'sns', body: snsMessage() })
    expect(verdict).toMatchObject({
      ok: false,
      code: 'needs-key',
      keyUrl: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
    })
    expect(verify({ scheme: 'sns', body: snsMessage(), certificate: rsaPublic }).ok).toBe(true)
    expect(verify({ scheme: 'sns', body: snsMessage({ Token: 'other' }), certificate: rsaPublic }).ok).toBe(false)
    expect(verify({ scheme: 'sns', body: snsMessage({ SignatureVersion: '3' }), certificate: rsaPublic }).code).toBe(
      'algorithm-refused',
    )
  })

  test.each([
    'http://sns.us-east-1.amazonaws.com/x.pem',
    'https://sns.us-east-1.amazonaws.com.evil.example/x.pem',
    'https://evil.example/sns.us-east-1.amazonaws.com/x.pem',
    'https://sns.us-east-1.amazonaws.com:8443/x.pem',
    'https://user@sns.us-east-1.amazonaws.com/x.pem',
    'https://sns.us-east-1.amazonaws.com/x.txt',
    'https://s3.us-east-1.amazonaws.com/x.pem',
    // A bucket that somebody named "sns".
    'https://sns.s3.amazonaws.com/x.pem',
    'https://sns.s3-us-west-2.amazonaws.com/x.pem',
    'https://sns.s3-accelerate.amazonaws.com/x.pem',
    'https://sns.s3-us-west-2.amazonaws.com.cn/x.pem',
    'https://sns.us-east-1.amazonaws.com./x.pem',
    'x',
  ])('of SNS is not asked for, nor believed, at %s', (SigningCertURL) => {
    const body = snsMessage({ SigningCertURL })
    expect(verify({ scheme: 'sns', body })).toMatchObject({ code: 'key-host-refused', keyUrl: null })
    expect(verify({ scheme: 'sns', body, certificate: rsaPublic }).ok).toBe(false)
  })

  test.each([
    ['https://api.paypal.com/v1/notifications/certs/CERT-1', 'needs-key'],
    ['https://paypal.com.evil.example/cert', 'key-host-refused'],
    ['http://api.paypal.com/cert', 'key-host-refused'],
    ['https://evilpaypal.com/cert', 'key-host-refused'],
  ])('of PayPal at %s is %s', (url, code) => {
    const headers = {
      'PAYPAL-TRANSMISSION-ID': 'i',
      'PAYPAL-TRANSMISSION-TIME': '2026-09-21T14:13:20Z',
      'PAYPAL-TRANSMISSION-SIG': 'AAAA',
      'PAYPAL-CERT-URL': url,
      'PAYPAL-AUTH-ALGO': 'SHA256withRSA',
    }
    expect(verify({ scheme: 'paypal', webhookId: 'W', headers }).code).toBe(code)
    expect(verify({ scheme: 'paypal', headers }).code).toBe(code === 'needs-key' ? 'needs-webhook-id' : code)
  })

  test('of Discord, SendGrid and Plaid is asked for, and one that is none is told', () => {
    for (const scheme of ['discord', 'sendgrid', 'plaid'] as const) {
      const signed = sign({ scheme, body: 'x', timestampNow: NOW })
      const bare = { ...signed, publicKey: null, jwk: null }
      expect(verify({ scheme, ...bare, timestampNow: NOW })).toMatchObject({ ok: false, code: 'needs-key' })
      expect(verify({ scheme, ...bare, publicKey: 'no key', timestampNow: NOW })).toMatchObject({
        ok: false,
        code: 'key-malformed',
      })
    }
  })

  test('of another kind than the signature is no match', () => {
    for (const scheme of ['discord', 'sendgrid', 'plaid'] as const) {
      const signed = sign({ scheme, body: 'x', timestampNow: NOW })
      expect(verify({ scheme, ...signed, jwk: null, publicKey: rsaPublic, timestampNow: NOW })).toMatchObject({
        ok: false,
        code: 'mismatch',
      })
    }
  })
})

describe('a JSON Web Token', () => {
  const claims = { iss: 'a', iat: NOW, exp: NOW + 60, nbf: NOW - 60 }
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
  const judge = (token: string, timestampNow: number | null = NOW) =>
    verify({ scheme: 'jwt-hs256', secret: 'it', headers: bearer(token), timestampNow })

  test('holds from its beginning to its end', () => {
    const token = writeHs256(claims, 'it')
    expect(judge(token).ok).toBe(true)
    expect(judge(token, NOW + 59).ok).toBe(true)
    expect(judge(token, NOW + 60)).toMatchObject({ ok: false, code: 'expired' })
    expect(judge(token, NOW - 61)).toMatchObject({ ok: false, code: 'expired' })
    expect(judge(token, null).ok).toBe(true)
  })

  test.each([
    ['none', `${segment({ alg: 'none' })}.${segment(claims)}.`, 'algorithm-refused'],
    ['another HMAC', writeHs256(claims, 'it', { alg: 'HS512' }), 'algorithm-refused'],
    ['a public key’s algorithm', writeHs256(claims, 'it', { alg: 'RS256' }), 'algorithm-refused'],
    ['critical extensions', writeHs256(claims, 'it', { alg: 'HS256', crit: 'x' }), 'algorithm-refused'],
    ['two parts', 'a.b', 'header-malformed'],
    ['padding', `${writeHs256(claims, 'it')}=`, 'header-malformed'],
    ['another secret', writeHs256(claims, 'other'), 'mismatch'],
  ])('with %s is refused', (_, token, code) => {
    expect(judge(token)).toMatchObject({ ok: false, code })
  })

  const jwk = { ...ec.publicKey.export({ format: 'jwk' }), kid: 'one' } as Jwk
  function tokenOf(header: { alg: string; kid?: string }): string {
    const signed = `${segment(header)}.${segment(claims)}`
    const key =
      header.alg === 'ES256'
        ? { key: ec.privateKey, dsaEncoding: 'ieee-p1363' as const }
        : header.alg === 'PS256'
          ? { key: rsa.privateKey, padding: 6 }
          : rsa.privateKey
    return `${signed}.${signBytes('sha256', Buffer.from(signed), key).toString('base64url')}`
  }

  test.each(['ES256', 'RS256', 'PS256'])('of %s is checked with the key that it names', (alg) => {
    const key = alg === 'ES256' ? { jwk } : { publicKey: rsaPublic }
    const vector = { scheme: 'jwt', headers: bearer(tokenOf({ alg, kid: 'one' })), timestampNow: NOW }
    expect(verify({ ...vector, ...key })).toMatchObject({ ok: true, algorithm: alg })
    expect(verify({ ...vector, ...key, timestampNow: NOW + 61 }).code).toBe('expired')
    expect(verify(vector).code).toBe('needs-key')
    expect(verify({ ...vector, jwk: { ...jwk, kid: 'two' } }).code).toBe('needs-key')
  })

  test('is not checked with the public key as if it were a secret', () => {
    const forged = writeHs256(claims, rsaPublic)
    expect(verify({ scheme: 'jwt', publicKey: rsaPublic, headers: bearer(forged), timestampNow: NOW }).code).toBe(
      'algorithm-refused',
    )
  })
})

test('where to find the secret is told for every scheme', () => {
  const unknown = secretPlace('nobody')
  for (const { id } of schemes) expect(secretPlace(id)).not.toEqual(unknown)
  // One may call a scheme of one's own so.
  expect(secretPlace('constructor')).toEqual(unknown)
})
