import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sign, verify } from '../../../signatures/index.ts'
import type { Line } from '../../../signatures/scheme.ts'
import type { Vector } from '../../../signatures/vector.ts'
import { diagnose, JSON_BODY, NOW, SECRET } from './diagnose.ts'

type Published = Vector & { readonly id: string; readonly diagnosis?: string }

/** Changes header values of what was signed. */
function withHeaders(scheme: string, signed: Partial<Vector>, change: (line: Line) => Line | null) {
  const vector: Vector = { scheme, secret: SECRET, body: JSON_BODY, timestampNow: NOW, ...signed }
  const made = { ...vector, ...sign(vector) }
  const headers = made.headers.flatMap((line) => {
    const changed = change(line)
    return changed === null ? [] : [changed]
  })
  const { ok, diagnosis } = verify({ ...made, headers })
  expect(ok).toBe(false)
  return diagnosis[0]
}

describe('published vectors', () => {
  const vectors = JSON.parse(
    readFileSync(new URL('../../fixtures/signatures/vectors.json', import.meta.url), 'utf8'),
  ) as Published[]
  const diagnosed = vectors.filter(({ diagnosis }) => diagnosis !== undefined)

  test.each(diagnosed.map((vector) => [vector.id, vector] as const))('%s is diagnosed as it says', (_, vector) => {
    expect(verify(vector).diagnosis.map(({ code }) => code)).toEqual([vector.diagnosis])
  })
})

describe('the header', () => {
  test('that is missing is told with the older one that is there', () => {
    const found = withHeaders('github', { headers: [['X-Hub-Signature', '']] }, (line) =>
      line[0] === 'X-Hub-Signature-256' ? null : line,
    )
    expect(found).toEqual({
      code: 'header-missing',
      sentence: 'No X-Hub-Signature-256. Found X-Hub-Signature (SHA-1, legacy).',
    })
  })

  test("that is missing is told with another sender's that is there", () => {
    const { diagnosis } = verify({ scheme: 'github', secret: 'x', headers: { 'Stripe-Signature': 't=1,v1=00' } })
    expect(diagnosis[0]?.sentence).toBe("No X-Hub-Signature-256. Found Stripe-Signature, which is Stripe's.")
  })

  test('under the names of Svix or of Standard Webhooks is the same', () => {
    const svix = sign({
      scheme: 'standard-webhooks',
      secret: SECRET,
      body: 'x',
      headers: { 'svix-id': 'msg_1' },
      timestampNow: NOW,
    })
    expect(svix.headers.map(([name]) => name)).toEqual(['svix-id', 'svix-timestamp', 'svix-signature'])
    expect(verify({ scheme: 'standard-webhooks', secret: SECRET, timestampNow: NOW, ...svix }).ok).toBe(true)
  })

  test.each([
    [
      'base64 instead of hex',
      (text: string) => `sha256=${Buffer.from(text.slice(7), 'hex').toString('base64')}`,
      'encoding-differs',
    ],
    ['a bare digest', (text: string) => text.slice(7), 'missing-prefix'],
    ['half a digest', (text: string) => text.slice(0, 39), 'wrong-length'],
    ['another word before it', (text: string) => text.replace('sha256=', 'sha512='), 'missing-prefix'],
  ])('with %s is told', (_, change, code) => {
    const found = withHeaders('github', {}, ([name, value]) => [name, change(value)])
    expect(found?.code).toBe(code)
  })

  test('in base64 of another secret is told by its form', () => {
    const headers = { 'X-Hub-Signature-256': `sha256=${Buffer.alloc(32).toString('base64')}` }
    expect(verify({ scheme: 'github', secret: SECRET, body: 'x', headers }).diagnosis).toEqual([
      {
        code: 'wrong-encoding',
        sentence: '64 hex characters expected, got 44 base64 ones: the sender seems to use base64.',
      },
    ])
  })

  test('in hex where base64 is usual is told by its form', () => {
    const headers = { 'X-Shopify-Hmac-SHA256': '00'.repeat(32) }
    expect(verify({ scheme: 'shopify', secret: SECRET, body: 'x', headers }).diagnosis[0]?.code).toBe('wrong-encoding')
  })

  test.each([
    ['as base64url', `-${'Z'.repeat(42)}=`, 'wrong-encoding', '"-" is no character of base64'],
    ['without its padding', 'Z'.repeat(43), 'wrong-length', '44 base64 characters expected, got 43 base64 ones.'],
    ['with bits behind its end', `${'Z'.repeat(42)}B=`, 'header-malformed', 'X-Shopify-Hmac-SHA256'],
  ])('in base64, but %s, is told', (_, value, code, words) => {
    const headers = { 'X-Shopify-Hmac-SHA256': value }
    expect(verify({ scheme: 'shopify', secret: SECRET, body: 'x', headers }).diagnosis).toEqual([
      { code, sentence: expect.stringContaining(words) },
    ])
  })

  test("with nothing but Stripe's decoy is told", () => {
    const found = withHeaders('stripe', {}, ([name, value]) => [name, value.replace('v1=', 'v0=')])
    expect(found).toMatchObject({ code: 'header-malformed', sentence: expect.stringContaining('has no v1=') })
  })
})

describe('the timestamp', () => {
  test('that is too old is told with its age and what is allowed', () => {
    expect(diagnose('stripe', { timestampNow: NOW + 412 })?.sentence).toMatch(
      /^It matches, but its timestamp is 412 s old; Stripe allows 300 s/,
    )
  })

  test('that is ahead of the clock is told so', () => {
    expect(diagnose('slack', { timestampNow: NOW - 400 })).toMatchObject({
      code: 'timestamp-out-of-tolerance',
      sentence: expect.stringContaining('400 s ahead'),
    })
  })

  test('in seconds where milliseconds are usual is told', () => {
    const signed = sign({ scheme: 'workos', secret: SECRET, body: 'x', now: NOW })
    expect(verify({ scheme: 'workos', secret: SECRET, timestampNow: NOW, ...signed }).diagnosis[0]?.code).toBe(
      'timestamp-in-seconds',
    )
  })

  test('that is missing, or no number, is told', () => {
    const without = withHeaders('slack', {}, (line) => (line[0] === 'X-Slack-Request-Timestamp' ? null : line))
    expect(without).toEqual({ code: 'timestamp-missing', sentence: 'No X-Slack-Request-Timestamp.' })
    const words = withHeaders('stripe', {}, ([name, value]) => [name, value.replace(/t=\d+/, 't=now')])
    expect(words?.code).toBe('timestamp-malformed')
  })

  test('that was written in another way is told', () => {
    const found = withHeaders('slack', {}, ([name, value]) => [name, value === String(NOW) ? `${NOW}000` : value])
    expect(found?.code).toBe('timestamp-respelled')
  })
})

describe('the secret', () => {
  test.each([
    ['a line break at its end', 'github', SECRET, `${SECRET}\r\n`, 'secret-has-trailing-newline'],
    ['blanks around it', 'github', SECRET, ` ${SECRET} `, 'secret-has-blanks'],
    ['quotes around it', 'github', SECRET, `"${SECRET}"`, 'secret-has-quotes'],
    ['a prefix that belongs to it', 'stripe', 'whsec_abc', 'abc', 'secret-prefix'],
    ['a prefix that does not', 'stripe', 'abc', 'whsec_abc', 'secret-prefix'],
    ['a line break missing that the sender has', 'github', `${SECRET}\n`, SECRET, 'secret-lacks-newline'],
    ['letters as HTML writes them', 'woocommerce', 'a&b"c', 'a&amp;b&quot;c', 'secret-has-entities'],
    ['hexadecimal used as text', 'github', '\u0001#Eg', '01234567', 'secret-is-hex'],
    ['text where it is decoded', 'adyen-platform', 'ABCD1234', 'x', 'mismatch'],
  ])('with %s is told', (_, scheme, right, wrong, code) => {
    const found = verify({
      scheme,
      secret: wrong,
      timestampNow: NOW,
      ...sign({ scheme, secret: right, body: JSON_BODY, timestampNow: NOW }),
    })
    expect(found.ok).toBe(false)
    expect(found.diagnosis[0]?.code).toBe(code === 'mismatch' ? 'secret-malformed' : code)
  })

  test('that is base64 and was used as text is told', () => {
    const right = Buffer.from('some random key bytes').toString('base64')
    const signed = sign({ scheme: 'github', secret: right, secretEncoding: 'base64', body: 'x' })
    expect(verify({ scheme: 'github', secret: right, ...signed }).diagnosis).toEqual([
      { code: 'secret-is-base64', sentence: 'It matches the secret decoded: it is base64, and was used as text.' },
    ])
  })

  test('that is text where others decode is told', () => {
    const signed = sign({ scheme: 'adyen-platform', secret: 'ABCD', secretEncoding: 'utf8', body: 'x' })
    expect(verify({ scheme: 'adyen-platform', secret: 'ABCD', ...signed }).diagnosis[0]?.code).toBe('secret-is-text')
  })

  test('that is kept under another name is named', () => {
    const others = {
      secrets: [
        { name: 'live', secret: 'no' },
        { name: 'staging', secret: SECRET },
      ],
    }
    expect(diagnose('github', { secret: 'wrong' }, others)).toEqual({
      code: 'other-secret',
      sentence: 'It matches the secret "staging", not the one that is set.',
    })
  })

  test('is never in what is said', () => {
    const said = JSON.stringify(
      verify({ scheme: 'github', secret: 'hunter2hunter2', ...sign({ scheme: 'github', secret: SECRET, body: 'x' }) }),
    )
    expect(said).not.toContain('hunter2')
  })
})

describe('the scheme', () => {
  test('with another algorithm is told', () => {
    const { headers, body } = sign({ scheme: 'vercel', secret: SECRET, body: 'x' })
    const sha1 = headers[0]?.[1] ?? ''
    const found = verify({ scheme: 'gitea', secret: SECRET, body, headers: { 'X-Gitea-Signature': sha1 } })
    expect(found.diagnosis).toEqual([
      { code: 'algorithm-differs', sentence: 'It matches as HMAC-SHA-1: Gitea is set to SHA-256 in hex.' },
    ])
  })

  test('that signs the body alone is told', () => {
    const { headers, body } = sign({ scheme: 'github', secret: SECRET, body: 'x' })
    const digest = headers[0]?.[1].replace('sha256=', '') ?? ''
    const found = verify({
      scheme: 'stripe',
      secret: SECRET,
      body,
      headers: { 'Stripe-Signature': `t=${NOW},v1=${digest}` },
    })
    expect(found.diagnosis[0]?.code).toBe('only-body-signed')
  })

  test('of another sender with the same header is named', () => {
    const { headers, body } = sign({ scheme: 'bitbucket', secret: SECRET, body: 'x' })
    const found = verify({
      scheme: 'intercom',
      secret: SECRET,
      body,
      headers: [...headers, ['X-Event-Key', 'repo:push']],
    })
    expect(found.diagnosis[0]?.sentence).toBe('It matches the scheme of Bitbucket: pick that one.')
    const bare = verify({
      scheme: 'cloudflare-stream',
      secret: SECRET,
      body,
      headers: { 'Webhook-Signature': headers[0]?.[1].slice(7) ?? '' },
    })
    expect(bare.diagnosis).toEqual([
      { code: 'other-scheme', sentence: 'It matches the scheme of GoCardless: pick that one.' },
    ])
  })
})
