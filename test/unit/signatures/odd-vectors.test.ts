import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detect, handshake, sign, verify } from '../../../signatures/index.ts'
import type { Vector, VectorRequest } from '../../../signatures/vector.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/signatures/vectors.json', import.meta.url), 'utf8'),
) as (Vector & { readonly id: string })[]

/** As it comes from somebody else's file: of any shape. */
function odd(fields: object): Vector {
  return fields as Vector
}

const right = { scheme: 'gitlab-token', secret: 'it', headers: { 'X-Gitlab-Token': 'it' } }

describe('a vector of an odd shape', () => {
  test.each<[string, object, string]>([
    ['headers', { headers: 5 }, 'headers'],
    ['headers', { headers: 'X-Gitlab-Token: it' }, 'headers'],
    ['a pair', { headers: [['X-Gitlab-Token']] }, 'headers'],
    ['a pair with a value beside it', { headers: [['X-Gitlab-Token', 'it', 'too']] }, 'headers'],
    ['a header', { headers: { 'X-Gitlab-Token': { a: 1 } } }, 'headers.X-Gitlab-Token'],
    ['a header in a list', { headers: { 'X-Gitlab-Token': [['it']] } }, 'headers.X-Gitlab-Token'],
    ['method', { method: 1 }, 'method'],
    ['url', { url: {} }, 'url'],
    ['body', { body: { a: 1 } }, 'body'],
    ['bodyBase64', { bodyBase64: 7 }, 'bodyBase64'],
    ['bodyRepeat', { bodyRepeat: {} }, 'bodyRepeat'],
    ['bodyRepeat', { bodyRepeat: { char: 'a', count: 1e15 } }, 'bodyRepeat'],
    ['bodyRepeat', { bodyRepeat: { char: 'a', count: -1 } }, 'bodyRepeat'],
    ['secret', { secret: 12 }, 'secret'],
    ['secret2', { secret2: {} }, 'secret2'],
    ['secrets', { secrets: [true] }, 'secrets'],
    ['secretEncoding', { secretEncoding: 'rot13' }, 'secretEncoding'],
    ['publicKey', { publicKey: 1 }, 'publicKey'],
    ['certificate', { certificate: [1] }, 'certificate'],
    ['jwk', { jwk: 'text' }, 'jwk'],
    ['jwk', { jwk: { kty: 1 } }, 'jwk'],
    ['webhookId', { webhookId: 1 }, 'webhookId'],
    ['timestampNow', { timestampNow: 'now' }, 'timestampNow'],
    ['timestampNow', { timestampNow: Number.NaN }, 'timestampNow'],
    ['timestampNow', { timestampNow: 1e300 }, 'timestampNow'],
    ['tolerance', { tolerance: 'some' }, 'tolerance'],
    ['scheme', { scheme: 3 }, 'scheme'],
  ])('with %s %j is refused, with the name of the field', (_, change, field) => {
    const vector = odd({ ...right, ...change })
    expect(() => verify(vector)).toThrow(expect.objectContaining({ name: 'VectorError', field }))
    if (field !== 'tolerance') {
      expect(() => sign(vector)).toThrow(expect.objectContaining({ name: 'VectorError', field }))
    }
  })

  test.each([null, undefined, 5, 'text', []])('%j is none at all', (whole) => {
    for (const use of [verify, sign, detect, handshake]) {
      expect(() => use(whole as unknown as Vector)).toThrow(expect.objectContaining({ name: 'VectorError' }))
    }
  })

  test.each<[string, object]>([
    [
      'a header without a value beside it',
      { headers: { 'X-Gitlab-Token': 'it', 'X-Other': null, 'X-None': undefined } },
    ],
    ['a list of values', { headers: { 'X-Gitlab-Token': ['no', 'it'] } }],
    ['a number as a value', { headers: { 'X-Gitlab-Token': 12 }, secret: '12' }],
    ['pairs', { headers: [['X-GITLAB-TOKEN', 'it']] }],
    ['several secrets as one field', { secret: ['no', 'it'] }],
    ['digits for numbers', { timestampNow: '1763000000', tolerance: '300' }],
    ['nothing but null', { method: null, url: null, body: null, bodyBase64: null, bodyRepeat: null, jwk: null }],
  ])('with %s is understood', (_, change) => {
    expect(verify(odd({ ...right, ...change })).ok).toBe(true)
  })

  test('a set of JSON Web Keys is taken like one', () => {
    const plaid = vectors.find(({ id }) => id === 'plaid-1')
    expect(verify(odd({ ...plaid, jwk: { keys: [plaid?.jwk] } })).ok).toBe(true)
  })

  test('an empty secret proves nothing, and signs nothing', () => {
    const github = vectors.find(({ id }) => id === 'github-1')
    expect(verify(odd({ ...github, secret: '' }))).toMatchObject({ ok: false, code: 'needs-secret' })
    expect(() => sign(odd({ ...github, secret: '' }))).toThrow('takes its secret')
  })

  test("nor does one in Adyen's body, whatever its encoding is said to be", () => {
    const hmacSignature = createHmac('sha256', '').update(':::::::').digest('base64')
    const item = { NotificationRequestItem: { additionalData: { hmacSignature } } }
    const vector = { scheme: 'adyen-standard', secret: '', body: JSON.stringify({ notificationItems: [item] }) }
    for (const secretEncoding of ['utf8', 'hex', 'auto'] as const) {
      expect(verify({ ...vector, secretEncoding })).toMatchObject({ ok: false, code: 'needs-secret' })
    }
  })

  test.each(['00'.repeat(33), `${'00'.repeat(32)}xx`, '00'.repeat(31), 'x'])(
    'a seed of %j is named, as it is not one of 32 bytes',
    (privateKeySeedHex) => {
      const named = expect.objectContaining({ name: 'VectorError', field: 'privateKeySeedHex' })
      expect(() => sign({ scheme: 'discord', body: 'x', privateKeySeedHex })).toThrow(named)
    },
  )

  test('a seed is named where no key of its kind signs', () => {
    const named = expect.objectContaining({ name: 'VectorError', field: 'privateKeySeedHex' })
    expect(() => sign({ scheme: 'sendgrid', body: 'x', privateKeySeedHex: '00'.repeat(32) })).toThrow(named)
  })

  test.each(['discord', 'sendgrid', 'standard-webhooks'])('%s: a private key that is none is named', (scheme) => {
    const headers = { 'webhook-id': 'i', 'webhook-timestamp': '1', 'webhook-signature': 'v1a,AA==' }
    const vector = { scheme, headers, secret: 'whsec_AAAA', privateKey: 'x' }
    expect(() => sign(vector)).toThrow(expect.objectContaining({ field: 'privateKey' }))
  })
})

describe('signing with fewer keys than headers', () => {
  test.each([
    ['docusign', { 'X-DocuSign-Signature-2': 'AA==' }],
    ['box', { 'BOX-SIGNATURE-SECONDARY': 'AA==' }],
  ])('%s: the first header is signed when none of those that came is', (scheme, headers) => {
    const vector: Vector = { scheme, secret: 'it', body: '{}', headers }
    expect(verify({ ...vector, ...sign({ ...vector, timestampNow: 1_763_000_000 }) }).ok).toBe(true)
  })
})

describe('whatever a vector holds', () => {
  const values = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
    fc.constantFrom('=,;=,', '[[[[', '{"a":', '\0', '\ud800', '-----BEGIN PUBLIC KEY-----\nAAAA', 'a'.repeat(5000)),
  )
  const names = ['scheme', 'secret', 'secret2', 'secrets', 'secretEncoding', 'headers', 'method', 'url', 'body']
  const others = [
    'bodyBase64',
    'bodyRepeat',
    'timestampNow',
    'tolerance',
    'publicKey',
    'certificate',
    'jwk',
    'webhookId',
  ]
  const change = fc.record({
    vector: fc.constantFrom(...vectors),
    field: fc.constantFrom(...names, ...others),
    value: values,
    header: fc.nat(),
    text: fc.oneof(fc.string({ unit: 'binary' }), values),
    isHeader: fc.boolean(),
  })

  /** A new RSA pair for each would take the time of all others. */
  const slow = new Set(['paypal', 'sns', 'paddle-classic'])

  test('the answer is one, or names what is odd', () => {
    fc.assert(
      fc.property(change, ({ vector, field, value, header, text, isHeader }) => {
        const lines = Object.entries(vector.headers ?? {})
        const [name] = lines[header % Math.max(1, lines.length)] ?? ['X-Any']
        const changed = isHeader
          ? odd({ ...vector, headers: { ...Object.fromEntries(lines), [name]: text } })
          : odd({ ...vector, [field]: value })
        for (const use of [verify, detect, handshake, ...(slow.has(vector.scheme) ? [] : [sign])]) {
          expect(isAnswered(() => use(changed as Vector & VectorRequest))).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  function isAnswered(use: () => unknown): boolean {
    try {
      use()
      return true
    } catch (error) {
      if (error instanceof RangeError && !/Invalid|Maximum/.test(error.message)) return true
      throw error
    }
  }
})
