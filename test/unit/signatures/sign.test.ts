import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sign, verify } from '../../../signatures/index.ts'
import type { Line } from '../../../signatures/scheme.ts'
import { findScheme } from '../../../signatures/schemes.ts'
import { makeTestKeys } from '../../../signatures/test-keys.ts'
import type { Vector } from '../../../signatures/vector.ts'

const NOW = 1_790_000_000
const BODY = '{"n":10.0,"big":820982911946154508}'

function valueOf(headers: readonly Line[], name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1]
}

describe('signing anew rewrites all of a sender’s signature headers', () => {
  test.each([
    ['github', ['X-Hub-Signature', 'X-Hub-Signature-256']],
    ['gitea', ['X-Gogs-Signature', 'X-Hub-Signature', 'X-Hub-Signature-256', 'X-Gitea-Signature']],
    [
      'forgejo',
      ['X-Forgejo-Signature', 'X-Gitea-Signature', 'X-Gogs-Signature', 'X-Hub-Signature', 'X-Hub-Signature-256'],
    ],
  ])('%s', (scheme, names) => {
    const headers = names.map((name): Line => [name.toLowerCase(), 'old'])
    const signed = sign({ scheme, secret: 'it', body: BODY, headers })
    expect(signed.headers.map(([name]) => name)).toEqual(headers.map(([name]) => name))
    // Whoever looks at any of them alone is content.
    const readers = {
      'x-hub-signature': 'github-sha1',
      'x-hub-signature-256': 'github',
      'x-gitea-signature': 'gitea',
      'x-gogs-signature': 'gogs',
      'x-forgejo-signature': 'forgejo',
    }
    for (const [name, value] of signed.headers) {
      const reader = Object.entries(readers).find(([header]) => header === name)?.[1] ?? ''
      expect(verify({ scheme: reader, secret: 'it', body: BODY, headers: [[name, value]] }).ok).toBe(true)
    }
  })

  test('HubSpot, whose older header goes with the newer', () => {
    for (const [version, scheme] of [
      ['v1', 'hubspot-v1'],
      ['v2', 'hubspot-v2'],
    ] as const) {
      const url = 'https://a.example/hook?x=%40'
      const headers: Line[] = [
        ['X-HubSpot-Signature', 'old'],
        ['X-HubSpot-Signature-Version', version],
      ]
      const signed = sign({ scheme: 'hubspot-v3', secret: 'it', url, body: BODY, headers, timestampNow: NOW })
      expect(valueOf(signed.headers, 'X-HubSpot-Request-Timestamp')).toBe(`${NOW}000`)
      expect(verify({ scheme, secret: 'it', url, body: BODY, headers: signed.headers }).ok).toBe(true)
    }
  })

  test('Box, each header with its own key, and without the second key not the second header', () => {
    const headers: Line[] = [
      ['box-signature-secondary', 'old'],
      ['box-signature-primary', 'old'],
    ]
    const both = sign({ scheme: 'box', secret: 'one', secret2: 'two', body: BODY, headers, timestampNow: NOW })
    expect(both.dropped).toEqual([])
    for (const secret of ['one', 'two']) {
      expect(verify({ scheme: 'box', secret, ...both, timestampNow: NOW }).ok).toBe(true)
    }
    const first = sign({ scheme: 'box', secret: 'one', body: BODY, headers, timestampNow: NOW })
    expect(first.headers.map(([name]) => name)).toEqual([
      'box-signature-primary',
      'BOX-DELIVERY-TIMESTAMP',
      'BOX-SIGNATURE-VERSION',
      'BOX-SIGNATURE-ALGORITHM',
    ])
    expect(first.dropped).toEqual(['BOX-SIGNATURE-SECONDARY'])
  })

  test.each([
    ['cwm-hmac', 'X-HMAC-Signature', 'sha1', ''],
    ['cwm-hmac', 'X-HMAC-Signature', 'sha256', ''],
    ['cwm-hmac', 'X-HMAC-Signature', 'sha512', ''],
    ['cwm-hmac', 'X-HMAC-Signature', 'sha512', 'sha512='],
    ['cwm-hmac', 'X-Hub-Signature-256', 'sha256', 'sha256='],
    ['bitbucket', 'X-Hub-Signature', 'sha512', 'sha512='],
    ['jira', 'X-Hub-Signature', 'sha384', 'sha384='],
  ])('%s, %s by %s behind "%s", as they came', (scheme, name, algorithm, prefix) => {
    const valueFor = (body: string) => prefix + createHmac(algorithm, 'it').update(body).digest('hex')
    const headers: Line[] = [[name.toLowerCase(), valueFor('before')]]
    expect(sign({ scheme, secret: 'it', body: BODY, headers }).headers).toEqual([[name.toLowerCase(), valueFor(BODY)]])
  })

  test('DocuSign, a numbered header for each key', () => {
    const headers: Line[] = [
      ['X-DocuSign-Signature-1', 'a'],
      ['X-DocuSign-Signature-2', 'b'],
      ['X-DocuSign-Signature-3', 'c'],
    ]
    const signed = sign({ scheme: 'docusign', secret: 'one', secret2: 'two', body: BODY, headers })
    expect(signed.headers.map(([name]) => name)).toEqual(['X-DocuSign-Signature-1', 'X-DocuSign-Signature-2'])
    expect(signed.dropped).toEqual(['X-DocuSign-Signature-3'])
    expect(verify({ scheme: 'docusign', secret: 'two', body: BODY, headers: signed.headers }).ok).toBe(true)
  })

  test.each([
    ['stripe', /^t=1790000000,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/],
    ['paddle', /^ts=1790000000;h1=[0-9a-f]{64};h1=[0-9a-f]{64}$/],
    ['workos', /^t=1790000000000, v1=[0-9a-f]{64}$/],
    ['pagerduty', /^v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/],
    ['standard-webhooks', /^v1,\S{44} v1,\S{44}$/],
  ])('%s, one signature for each secret where it sends several', (scheme, form) => {
    const signed = sign({ scheme, secret: 'one', secret2: 'two', body: BODY, timestampNow: NOW })
    const name = findScheme(scheme)?.headerNames[0] ?? ''
    expect(valueOf(signed.headers, name)).toMatch(form)
  })
})

describe('a fresh timestamp', () => {
  test.each([
    ['2021-03-25T05:09:27Z', '2026-09-21T14:13:20Z'],
    ['2021-03-25T05:09:27.123456789Z', '2026-09-21T14:13:20.000000000Z'],
    ['2020-01-01T00:00:00-07:00', '2026-09-21T07:13:20-07:00'],
    ['2020-01-01T00:00:00.5+05:30', '2026-09-21T19:43:20.0+05:30'],
  ])('keeps the spelling of %s', (before, after) => {
    const headers: Line[] = [['BOX-DELIVERY-TIMESTAMP', before]]
    const signed = sign({ scheme: 'box', secret: 'it', body: BODY, headers, now: NOW * 1000 })
    expect(valueOf(signed.headers, 'BOX-DELIVERY-TIMESTAMP')).toBe(after)
    expect(verify({ scheme: 'box', secret: 'it', ...signed, timestampNow: NOW }).skew).toBe(0)
  })

  test('is not put there when the one that is there is to be kept', () => {
    const headers: Line[] = [['Stripe-Signature', 't=1600000000,v1=old,v0=decoy']]
    const signed = sign({ scheme: 'stripe', secret: 'it', body: BODY, headers, keepTimestamp: true, now: NOW * 1000 })
    expect(valueOf(signed.headers, 'Stripe-Signature')).toMatch(/^t=1600000000,v1=[0-9a-f]{64}$/)
  })

  test('within the body changes no other byte of it', () => {
    const before = '{ "n" : 10.0, "webhookTimestamp" : 1676056940508 , "big": 820982911946154508,\r\n "e":"\\u00EB" }\n'
    const signed = sign({
      scheme: 'linear',
      secret: 'it',
      body: before,
      timestampNow: NOW,
      headers: { 'Linear-Timestamp': '1' },
    })
    expect(Buffer.from(signed.body).toString()).toBe(before.replace('1676056940508', `${NOW}000`))
    expect(valueOf(signed.headers, 'Linear-Timestamp')).toBe(`${NOW}000`)
    expect(verify({ scheme: 'linear', secret: 'it', ...signed, timestampNow: NOW + 60 }).ok).toBe(true)
    expect(verify({ scheme: 'linear', secret: 'it', ...signed, timestampNow: NOW + 61 }).code).toBe(
      'timestamp-out-of-tolerance',
    )
  })
})

describe('a signature within the body', () => {
  test.each<[string, string, RegExp]>([
    [
      'mailgun',
      '{"signature":{"timestamp":"1","token":"x","signature":"old"}, "event-data":{"n":1.0}}',
      /^\{"signature":\{"timestamp":"1790000000","token":"[0-9a-f]{50}","signature":"[0-9a-f]{64}"\}, "event-data":\{"n":1\.0\}\}$/,
    ],
    ['mailgun', '{"event-data":{}}', /^\{"signature":\{.*\},"event-data":\{\}\}$/],
    ['mailgun', '{"signature":{}}', /^\{"signature":\{"timestamp":"\d+","token":"\w+","signature":"\w+"\}\}$/],
    [
      'adyen-standard',
      '{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"a":"b"},"amount":{"value":1e2}}},{"NotificationRequestItem":{}}]}',
      /^\{"notificationItems":\[\{"NotificationRequestItem":\{"additionalData":\{"hmacSignature":"\S{44}","a":"b"\},"amount":\{"value":1e2\}\}\},\{"NotificationRequestItem":\{"additionalData":\{"hmacSignature":"\S{44}"\}\}\}\]\}$/,
    ],
    ['figma', '{"passcode":"old","n":1.0}', /^\{"passcode":"ABCD","n":1\.0\}$/],
    ['figma', '{}', /^\{"passcode":"ABCD"\}$/],
  ])('of %s leaves all other bytes of %s', (scheme, body, form) => {
    const signed = sign({ scheme, secret: 'ABCD', body, timestampNow: NOW })
    expect(Buffer.from(signed.body).toString()).toMatch(form)
    expect(verify({ scheme, secret: 'ABCD', ...signed }).ok).toBe(true)
  })

  test.each(['mailgun', 'adyen-standard', 'figma'])('of %s needs a body to stand in', (scheme) => {
    expect(() => sign({ scheme, secret: 'ABCD', body: 'text' })).toThrow(RangeError)
  })
})

describe('Twilio', () => {
  test('puts the hash of a JSON body into the URL, where it was or at the end', () => {
    const vector: Vector = {
      scheme: 'twilio',
      secret: 'it',
      body: BODY,
      headers: [['Content-Type', 'application/json']],
    }
    for (const url of ['https://a.example/x?bodySHA256=00&b=1', 'https://a.example/x?b=1', 'https://a.example/x#top']) {
      const signed = sign({ ...vector, url })
      expect(signed.url).toMatch(/[?&]bodySHA256=[0-9a-f]{64}/)
      expect(verify({ ...vector, ...signed })).toMatchObject({ ok: true })
    }
  })

  test('takes a URL in any of the spellings that its servers sign', () => {
    const vector: Vector = {
      scheme: 'twilio',
      secret: 'it',
      body: 'a=1',
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    }
    const signed = sign({ ...vector, url: 'https://a.example/x?q=It%27s' })
    for (const url of [
      'https://a.example:443/x?q=It%27s',
      'https://a.example:8443/x?q=It%27s',
      "https://a.example/x?q=It's",
    ]) {
      expect(verify({ ...vector, ...signed, url }).ok).toBe(true)
    }
    expect(verify({ ...vector, ...signed, url: 'https://a.example/y?q=It%27s' }).ok).toBe(false)
  })
})

describe('a key pair of one’s own', () => {
  test.each(['discord', 'sendgrid', 'plaid'] as const)(
    'signs as %s does, and gives the public key to copy',
    (scheme) => {
      const signed = sign({ scheme, body: BODY, timestampNow: NOW })
      expect(signed.publicKey ?? JSON.stringify(signed.jwk)).toMatch(/^[0-9a-f]{64}$|^MFkw|^\{"kty":"EC"/)
      expect(verify({ scheme, ...signed, timestampNow: NOW }).ok).toBe(true)
      expect(
        verify({ scheme, ...signed, ...sign({ scheme, body: 'x' }), headers: signed.headers, timestampNow: NOW }).ok,
      ).toBe(false)
    },
  )

  test('signs Standard Webhooks with v1a beside v1', () => {
    const { privateKey, publicKey } = makeTestKeys('standard-webhooks')
    const vector: Vector = { scheme: 'standard-webhooks', body: BODY, timestampNow: NOW }
    const signed = sign({ ...vector, secret: 'it', privateKey })
    expect(valueOf(signed.headers, 'webhook-signature')).toMatch(/^v1,\S+ v1a,\S+$/)
    expect(verify({ ...vector, secret: 'it', ...signed }).ok).toBe(true)
    expect(verify({ ...vector, publicKey, ...signed })).toMatchObject({ ok: true, algorithm: 'Ed25519' })
    expect(verify({ ...vector, publicKey: makeTestKeys('standard-webhooks').publicKey, ...signed }).ok).toBe(false)
  })

  test('is of no use for a JWT, whose issuer alone can sign', () => {
    expect(() => sign({ scheme: 'jwt', secret: 'x', body: BODY })).toThrow(/holds the key/)
  })
})

describe('what is missing is named', () => {
  test.each([
    ['github', {}, 'takes its secret'],
    ['square', { secret: 'x' }, 'takes the full URL'],
    ['adyen-platform', { secret: 'not hex' }, 'not hex'],
    ['nobody', { secret: 'x' }, 'no signature scheme "nobody"'],
  ])('%s', (scheme, rest, words) => {
    expect(() => sign({ scheme, body: BODY, ...rest })).toThrow(words)
  })
})
