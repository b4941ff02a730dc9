import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sign, verify } from '../../../signatures/index.ts'
import { schemes } from '../../../signatures/schemes.ts'
import type { Line } from '../../../signatures/scheme.ts'
import type { Vector } from '../../../signatures/vector.ts'

const NOW = 1_790_000_000
const BODY = '{"n":1}'

function hex(secret: string, text = BODY): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

describe('repeated lines', () => {
  const good = `sha256=${hex('new')}`
  const bad = `sha256=${hex('old')}`
  const names: Readonly<Record<string, string>> = {
    mollie: 'X-Mollie-Signature',
    github: 'X-Hub-Signature-256',
    notion: 'X-Notion-Signature',
  }

  test.each(Object.keys(names))('of %s count each for itself, in any order and case', (scheme) => {
    const name = names[scheme] ?? ''
    const vector: Vector = { scheme, secret: 'new', body: BODY }
    const lines = (...values: string[]) =>
      values.map((value, index): Line => [index === 0 ? name : name.toLowerCase(), value])
    expect(verify({ ...vector, headers: lines(bad, good) }).ok).toBe(true)
    expect(verify({ ...vector, headers: lines(good, bad) }).ok).toBe(true)
    expect(verify({ ...vector, headers: { [name]: [bad, good] } }).ok).toBe(true)
    expect(verify({ ...vector, headers: { [name]: `${bad}, ${good}` } }).ok).toBe(true)
    expect(verify({ ...vector, headers: lines(bad, bad) }).ok).toBe(false)
  })

  test('of Stripe count as one list, with the first timestamp', () => {
    const headers: Line[] = [
      ['Stripe-Signature', `t=${NOW},v1=${hex('old', `${NOW}.${BODY}`)}`],
      ['stripe-signature', `v1=${hex('new', `${NOW}.${BODY}`)}`],
    ]
    const vector: Vector = { scheme: 'stripe', body: BODY, headers, timestampNow: NOW }
    expect(verify({ ...vector, secret: 'new' })).toMatchObject({
      ok: true,
      received: [expect.any(String), expect.any(String)],
    })
    expect(verify({ ...vector, secret: 'other' }).ok).toBe(false)
  })

  test('of DocuSign are numbered, and one is enough', () => {
    const signature = createHmac('sha256', 'two').update(BODY).digest('base64')
    const headers: Line[] = [
      ['X-DocuSign-Signature-1', 'AAAA'],
      ['x-docusign-signature-12', signature],
    ]
    expect(verify({ scheme: 'docusign', secret: 'two', body: BODY, headers }).ok).toBe(true)
    expect(
      verify({ scheme: 'docusign', secret: 'two', body: BODY, headers: { 'X-DocuSign-Signature-x': signature } }).ok,
    ).toBe(false)
  })
})

describe('alphabets', () => {
  test.each([
    ['upper-case digits', (text: string) => text.toUpperCase(), true],
    ['a digit too few', (text: string) => text.slice(1), false],
    ['a digit too many', (text: string) => `${text}0`, false],
    ['a letter that is no digit', (text: string) => `${text.slice(1)}g`, false],
    ['a blank within', (text: string) => `${text.slice(0, 32)} ${text.slice(32)}`, false],
    ['blanks around', (text: string) => `  ${text} `, true],
    ['another encoding', (text: string) => Buffer.from(text, 'hex').toString('base64'), false],
    ['nothing', () => '', false],
  ])('of hexadecimal with %s', (_, change, holds) => {
    const headers = { 'X-Gitea-Signature': change(hex('it')) }
    expect(verify({ scheme: 'gitea', secret: 'it', body: BODY, headers }).ok).toBe(holds)
  })

  // With `-` and `_` in the one alphabet, `+` and `/` in the other, and padding.
  const secret = [...Array(500).keys()].map(String).find((text) => {
    const digest = createHmac('sha256', text).update(BODY).digest('base64')
    return digest.includes('+') && digest.includes('/')
  })
  const base64 = createHmac('sha256', secret ?? '')
    .update(BODY)
    .digest('base64')

  test.each([
    ['as it is', base64, true],
    ['without padding', base64.replace('=', ''), false],
    ['in the other alphabet', base64.replaceAll('+', '-').replaceAll('/', '_'), false],
    ['with junk that decoders skip', `${base64.slice(0, 8)}!${base64.slice(8)}`, false],
    [
      'with bits behind the end',
      base64.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`),
      false,
    ],
    ['as hexadecimal', Buffer.from(base64, 'base64').toString('hex'), false],
  ])('of base64 %s', (_, value, holds) => {
    const headers = { 'X-Shopify-Hmac-Sha256': value }
    expect(verify({ scheme: 'shopify', secret, body: BODY, headers }).ok).toBe(holds)
  })

  test('of base64url are Sanity’s, without padding', () => {
    const vector: Vector = { scheme: 'sanity', secret: 'it', body: BODY }
    const { headers } = sign(vector)
    expect(verify({ ...vector, headers }).ok).toBe(true)
    expect(verify({ ...vector, headers: headers.map(([name, value]): Line => [name, `${value}=`]) }).ok).toBe(false)
  })
})

describe('what else a sender says of its signature', () => {
  test.each([
    ['BOX-SIGNATURE-VERSION', '2'],
    ['BOX-SIGNATURE-ALGORITHM', 'HmacSHA1'],
  ])('%s: %s is refused, for nothing is known of it', (name, value) => {
    const vector: Vector = { scheme: 'box', secret: 'it', body: BODY, timestampNow: NOW }
    const { headers } = sign(vector)
    expect(verify({ ...vector, headers }).ok).toBe(true)
    const changed = headers.map((line): Line => (line[0] === name ? [name, value] : line))
    expect(verify({ ...vector, headers: changed })).toMatchObject({ ok: false, code: 'algorithm-refused' })
    expect(verify({ ...vector, headers: headers.filter((line) => line[0] !== name) }).ok).toBe(false)
  })

  test('a timestamp in seconds is refused where milliseconds are meant, though no age counts', () => {
    const signed = sign({ scheme: 'sanity', secret: 'it', body: BODY, now: NOW })
    expect(verify({ scheme: 'sanity', secret: 'it', ...signed })).toMatchObject({
      ok: false,
      code: 'timestamp-malformed',
    })
  })
})

describe('several secrets', () => {
  test('are tried in turn, and the one that matched is told', () => {
    const { headers } = sign({ scheme: 'slack', secret: 'three', body: BODY, timestampNow: NOW })
    const vector: Vector = { scheme: 'slack', body: BODY, headers, timestampNow: NOW }
    expect(verify({ ...vector, secret: 'one', secret2: 'two', secrets: ['three'] })).toMatchObject({
      ok: true,
      secretIndex: 2,
    })
  })

  test('of Standard Webhooks are decoded, or taken as text where that is what matches', () => {
    const encoded = Buffer.from('sixteen bytes key').toString('base64')
    for (const secret of [`whsec_${encoded}`, `v1,whsec_${encoded}`, encoded, 'polar_whs_abc123', 'plain text!']) {
      const isText = !secret.includes(encoded)
      const signed = sign({
        scheme: 'standard-webhooks',
        secret,
        secretEncoding: isText ? 'utf8' : null,
        body: BODY,
        timestampNow: NOW,
      })
      expect(verify({ scheme: 'standard-webhooks', secret, ...signed, timestampNow: NOW }).ok).toBe(true)
    }
  })
})

describe('the answer', () => {
  test('shows what was signed as text and hex, what was expected and received, and where they differ', () => {
    const { headers } = sign({ scheme: 'slack', secret: 'it', body: 'a\r\n', timestampNow: NOW })
    const answer = verify({ scheme: 'slack', secret: 'other', body: 'a\r\n', headers, timestampNow: NOW + 7 })
    expect(answer.signedString).toEqual({
      text: `v0:${NOW}:a␍␊`,
      hex: Buffer.from(`v0:${NOW}:a\r\n`).toString('hex'),
      bytes: 17,
    })
    expect(answer.expected).toEqual([hex('other', `v0:${NOW}:a\r\n`)])
    expect(answer.received).toEqual([hex('it', `v0:${NOW}:a\r\n`)])
    const at = answer.differsAt ?? 0
    const [expected = ''] = answer.expected
    const [received = ''] = answer.received
    expect(expected.slice(0, at)).toBe(received.slice(0, at))
    expect(expected.charAt(at)).not.toBe(received.charAt(at))
    expect(answer).toMatchObject({ skew: 7, timestamp: { text: String(NOW), at: NOW * 1000 } })
  })

  test('never shows a token or a password', () => {
    for (const scheme of ['gitlab-token', 'telegram', 'bearer', 'basic', 'figma']) {
      const answer = JSON.stringify(
        verify({
          scheme,
          secret: 'hunter2',
          body: '{"passcode":"x"}',
          headers: { 'X-Gitlab-Token': 'x', Authorization: 'Bearer x' },
        }),
      )
      expect(answer).not.toContain('hunter2')
    }
  })
})

test('no request makes a scheme throw, and none without a signature holds', () => {
  const names = [
    ...new Set(schemes.flatMap(({ headerNames }) => headerNames)),
    'X-Slack-Request-Timestamp',
    'webhook-id',
    'webhook-timestamp',
    'Signature-Input',
    'x-contentful-signed-headers',
    'x-contentful-timestamp',
    'Content-Type',
  ]
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      't=1,v1=',
      'sha256=',
      'v1,',
      'Digest a=b',
      'OAuth x="y"',
      'Bearer a.b.c',
      'Basic !',
      'sig=("@path");created=x',
      'a.b.c',
      'application/json',
    ),
  )
  const headers = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 12 })
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.constantFrom(...schemes), headers, body, fc.option(fc.string()), (scheme, lines, bytes, url) => {
      const vector: Vector = {
        scheme: scheme.id,
        secret: 'a secret that nobody guesses',
        headers: lines,
        body: bytes,
        url,
        timestampNow: NOW,
      }
      expect(verify(vector).ok).toBe(false)
    }),
    { numRuns: 600 },
  )
})
