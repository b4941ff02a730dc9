import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { detect, sign, verify } from '../../../signatures/index.ts'
import { recogniseSender } from '../../../signatures/recognise/recognise-sender.ts'
import type { Line } from '../../../signatures/scheme.ts'
import { makeTestKeys } from '../../../signatures/test-keys.ts'

// The libraries of PayPal and Amazon fetch the certificate from the sender's own host, so none can be asked here without a network. What is signed is
// written out by hand instead, and `openssl` says whether the signature is right, where it is installed.

const NOW = 1_790_000_000
const { privateKey, publicKey } = makeTestKeys('sns')
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const directory = mkdtempSync(join(tmpdir(), 'creel-rsa-'))
afterAll(() => rmSync(directory, { recursive: true }))

function opensslHolds(algorithm: 'sha1' | 'sha256', signed: string, signature: string): boolean {
  const place = (name: string, content: string | Buffer) => {
    const path = join(directory, name)
    writeFileSync(path, content)
    return path
  }
  const key = place('key.pem', publicKey)
  const file = place('signature', Buffer.from(signature, 'base64'))
  const args = ['dgst', `-${algorithm}`, '-verify', key, '-signature', file]
  return spawnSync('openssl', args, { input: signed }).status === 0
}

function valueOf(headers: readonly Line[], name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1]
}

function text(body: Uint8Array): string {
  return Buffer.from(body).toString()
}

/** With one bit of a part of the text flipped. */
function flipped(whole: Uint8Array, part: string, seed: number): Uint8Array {
  const bytes = Buffer.from(whole)
  const at = bytes.indexOf(part)
  const bit = seed % (Buffer.byteLength(part) * 8)
  const index = at + (bit >> 3)
  bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit & 7))
  return bytes
}

describe('Paddle Classic', () => {
  const headers: Line[] = [['Content-Type', 'application/x-www-form-urlencoded']]
  const body = 'passthrough=Z%C3%BCrich+%26+co&alert_name=payment_succeeded&p_signature=b2xk&alert_id=7&empty='
  const serialised =
    'a:4:{s:8:"alert_id";s:1:"7";s:10:"alert_name";s:17:"payment_succeeded";s:5:"empty";s:0:"";s:11:"passthrough";s:12:"Zürich & co";}'
  const vector = { scheme: 'paddle-classic', headers, body, privateKey }

  test('signs the sorted fields as PHP serialises them, and changes no other byte of the form', () => {
    const signed = sign(vector)
    const { received } = verify({ ...vector, ...signed })
    expect(text(signed.body)).toBe(body.replace('b2xk', encodeURIComponent(received[0] ?? '')))
    expect(verify({ ...vector, ...signed }).signedString?.hex).toBe(Buffer.from(serialised).toString('hex'))
    expect(verify({ ...vector, publicKey })).toMatchObject({ ok: false, code: 'mismatch' })
  })

  test.skipIf(!hasOpenssl)('makes what openssl accepts (left out where there is no openssl)', () => {
    const { received } = verify({ ...vector, ...sign(vector) })
    expect(opensslHolds('sha1', serialised, received[0] ?? '')).toBe(true)
    expect(opensslHolds('sha1', serialised.replace('"7"', '"8"'), received[0] ?? '')).toBe(false)
  })

  test('puts the signature at the end of a form that has none', () => {
    const signed = sign({ ...vector, body: 'a=1' })
    expect(text(signed.body)).toMatch(/^a=1&p_signature=[\w%]+$/)
    expect(verify({ ...vector, ...signed })).toMatchObject({ ok: true, algorithm: 'RSA-SHA-1' })
    expect(() => sign({ ...vector, body: '' })).toThrow('the fields of a form')
  })

  test('refuses a single flipped bit in any other field', () => {
    const signed = sign(vector)
    fc.assert(
      fc.property(fc.constantFrom('payment_succeeded', 'alert_id=7', 'passthrough'), fc.nat(), (part, seed) => {
        const changed = flipped(signed.body, part, seed)
        expect(verify({ ...vector, ...signed, body: changed, bodyBase64: null }).ok).toBe(false)
      }),
    )
  })

  test('is told by its field, with event and id', () => {
    expect(detect({ headers, body })[0]).toMatchObject({ scheme: 'paddle-classic', certainty: 'sure' })
    expect(detect({ headers: [], body }).map(({ scheme }) => scheme)).not.toContain('paddle-classic')
    expect(recogniseSender(headers, Buffer.from(body))).toMatchObject({
      provider: 'paddle',
      event: 'payment_succeeded',
      senderId: '7',
    })
  })
})

describe('Amazon SNS', () => {
  const message = (version: string) =>
    `{\n  "Type" : "Notification",\n  "MessageId" : "22b80b92",\n  "Subject" : "Z\\u00fcrich",\n  "Message" : "a\\nb",\n  "TopicArn" : "arn:x",\n` +
    `  "Timestamp" : "2026-01-01T00:00:00.000Z",\n  "SignatureVersion" : "${version}",\n  "Signature" : "b2xk",\n` +
    '  "SigningCertURL" : "https://sns.us-east-1.amazonaws.com/x.pem"\n}\n'
  const signedText =
    'Message\na\nb\nMessageId\n22b80b92\nSubject\nZürich\nTimestamp\n2026-01-01T00:00:00.000Z\nTopicArn\narn:x\nType\nNotification\n'

  test.each(['1', '2'] as const)('version %s is signed anew with no other byte of the message changed', (version) => {
    const vector = { scheme: 'sns', body: message(version), privateKey, now: NOW * 1000 }
    const signed = sign(vector)
    const found = verify({ ...vector, ...signed })
    expect(found).toMatchObject({ ok: true, algorithm: version === '1' ? 'RSA-SHA-1' : 'RSA-SHA-256' })
    expect(found.signedString?.hex).toBe(Buffer.from(signedText).toString('hex'))
    expect(text(signed.body)).toBe(message(version).replace('b2xk', found.received[0] ?? ''))
    expect(verify({ ...vector, publicKey })).toMatchObject({ ok: false, code: 'mismatch' })
  })

  test.skipIf(!hasOpenssl)('makes what openssl accepts (left out where there is no openssl)', () => {
    for (const [version, algorithm] of [
      ['1', 'sha1'],
      ['2', 'sha256'],
    ] as const) {
      const vector = { scheme: 'sns', body: message(version), privateKey }
      const [signature = ''] = verify({ ...vector, ...sign(vector) }).received
      expect(opensslHolds(algorithm, signedText, signature)).toBe(true)
      expect(opensslHolds(algorithm, signedText.replace('22b', '23b'), signature)).toBe(false)
    }
  })

  test('a message that has no signature gets one of the first version', () => {
    for (const body of ['{}', '{"Type":"Notification","Message":"x"}', '{"Type":"Notification","Signature":null}']) {
      const vector = { scheme: 'sns', body, privateKey }
      const signed = sign(vector)
      expect(JSON.parse(text(signed.body))).toMatchObject({ SignatureVersion: '1', Signature: expect.any(String) })
      expect(verify({ ...vector, ...signed })).toMatchObject({ ok: true })
    }
  })

  test('what cannot be signed is named', () => {
    expect(() => sign({ scheme: 'sns', body: 'text', privateKey })).toThrow('within a JSON object')
    expect(() => sign({ scheme: 'sns', body: message('3'), privateKey })).toThrow('SignatureVersion is 3')
    const headers = { 'x-amz-sns-rawdelivery': 'true' }
    expect(() => sign({ scheme: 'sns', body: message('1'), headers, privateKey })).toThrow('raw')
  })

  test('refuses a single flipped bit in any signed value', () => {
    const vector = { scheme: 'sns', body: message('2'), privateKey }
    const signed = sign(vector)
    fc.assert(
      fc.property(fc.constantFrom('22b80b92', 'arn:x', '2026-01-01T00:00:00.000Z', 'rich'), fc.nat(), (part, seed) => {
        const changed = flipped(signed.body, part, seed)
        expect(verify({ ...vector, ...signed, body: changed, bodyBase64: null }).ok).toBe(false)
      }),
    )
  })
})

describe('PayPal', () => {
  const url = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1'
  const headers: Line[] = [
    ['PAYPAL-AUTH-VERSION', 'v2'],
    ['PAYPAL-CERT-URL', url],
    ['PAYPAL-TRANSMISSION-ID', '69cd13f0-d67a-11e5-baa3-778b53f4ae55'],
    ['PAYPAL-TRANSMISSION-SIG', 'b2xk'],
    ['PAYPAL-AUTH-ALGO', 'SHA256withRSA'],
    ['PAYPAL-TRANSMISSION-TIME', '2016-02-18T20:01:35Z'],
  ]
  // Its CRC-32 is what every table of check values says: cbf43926.
  const body = '123456789'
  const vector = { scheme: 'paypal', headers, body, webhookId: 'WH-1', privateKey, timestampNow: NOW }
  const signedText = `69cd13f0-d67a-11e5-baa3-778b53f4ae55|2026-09-21T14:13:20Z|WH-1|${0xcbf43926}`

  test('is signed anew with a fresh time, the same transmission id and the URL of the certificate as it was', () => {
    const signed = sign(vector)
    const found = verify({ ...vector, ...signed })
    expect(found).toMatchObject({ ok: true, algorithm: 'RSA-SHA-256', skew: 0 })
    expect(found.signedString?.text).toBe(signedText)
    expect(signed.headers).toEqual([
      ...headers.slice(0, 3),
      ['PAYPAL-TRANSMISSION-SIG', found.received[0]],
      ['PAYPAL-AUTH-ALGO', 'SHA256withRSA'],
      ['PAYPAL-TRANSMISSION-TIME', '2026-09-21T14:13:20Z'],
    ])
    expect(verify({ ...vector, ...signed, webhookId: 'WH-2' })).toMatchObject({ ok: false, code: 'mismatch' })
  })

  test.skipIf(!hasOpenssl)('makes what openssl accepts (left out where there is no openssl)', () => {
    const signature = valueOf(sign(vector).headers, 'PAYPAL-TRANSMISSION-SIG') ?? ''
    expect(opensslHolds('sha256', signedText, signature)).toBe(true)
    expect(opensslHolds('sha256', signedText.replace('WH-1', 'WH-2'), signature)).toBe(false)
  })

  test('what is written by hand gets all lines that it needs', () => {
    const signed = sign({ ...vector, headers: [] })
    expect(signed.headers.map(([name]) => name)).toEqual([
      'PAYPAL-TRANSMISSION-SIG',
      'PAYPAL-TRANSMISSION-ID',
      'PAYPAL-TRANSMISSION-TIME',
      'PAYPAL-AUTH-ALGO',
    ])
    expect(valueOf(signed.headers, 'PAYPAL-TRANSMISSION-ID')).toMatch(/^[0-9a-f-]{36}$/)
    expect(verify({ ...vector, ...signed }).ok).toBe(true)
  })

  test('is verified with any of several webhook ids, and shows what was signed with it', () => {
    const { webhookId, ...without } = vector
    const signed = sign(vector)
    for (const secrets of [
      ['WH-other', webhookId],
      ['', webhookId],
      [webhookId, 'WH-other'],
    ]) {
      const { ok, signedString } = verify({ ...without, ...signed, secrets })
      expect(ok).toBe(true)
      expect(signedString?.text).toContain(`|${webhookId}|`)
    }
    const { code, diagnosis } = verify({ ...without, ...signed, secrets: ['WH-other', 'WH-third'] })
    expect([code, diagnosis[0]?.sentence]).toEqual([
      'mismatch',
      expect.stringMatching(/^Wrong webhook id or certificate,/),
    ])
    expect(verify({ ...without, ...signed, secrets: [''] }).code).toBe('needs-webhook-id')
    expect(() => sign({ ...without, secrets: [''] })).toThrow("the webhook's id, which is not set")
  })

  test('cannot be signed without the id of the webhook, and keeps its time where that is asked for', () => {
    expect(() => sign({ ...vector, webhookId: null })).toThrow("the webhook's id, which is not set")
    const kept = sign({ ...vector, keepTimestamp: true })
    expect(valueOf(kept.headers, 'PAYPAL-TRANSMISSION-TIME')).toBe('2016-02-18T20:01:35Z')
    expect(verify({ ...vector, ...kept, body: '123456780', bodyBase64: null }).ok).toBe(false)
  })
})

test('a private key that is given is answered with its own public key, and without one another pair is made', () => {
  const vector = { scheme: 'paypal', body: 'x', webhookId: 'W' }
  expect(sign({ ...vector, privateKey }).publicKey).toBe(publicKey)
  const signed = sign(vector)
  expect(signed.publicKey).not.toBe(publicKey)
  expect(verify({ ...vector, ...signed }).ok).toBe(true)
})
