import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { schemeOfRow } from '../../../signatures/row-scheme.ts'
import type { SchemeRow } from '../../../signatures/row.ts'
import { codeHosting } from '../../../signatures/tables/code-hosting.ts'
import { messaging } from '../../../signatures/tables/messaging.ts'
import { payments } from '../../../signatures/tables/payments.ts'
import { validateRow } from '../../../signatures/validate-row.ts'

const good = {
  id: 'acme',
  name: 'Acme',
  alg: 'sha256',
  key: 'utf8',
  sigHeader: 'X-Acme-Signature',
  format: { kind: 'raw' },
  enc: 'hex',
  parts: ['{body}'],
}

function rowOf(change: object): SchemeRow {
  const validated = validateRow({ ...good, ...change })
  if (!validated.ok) throw new Error(JSON.stringify(validated.problems))
  return validated.row
}

describe('a row that a person made', () => {
  test.each<[string, object]>([
    [
      'a hexadecimal key and milliseconds',
      {
        key: 'hex',
        format: { kind: 'kv', separator: ',', timestampKey: 't', signatureKey: 's' },
        parts: ['{ts}.{body}'],
        ts: { from: 'signature', unit: 'ms', tolerance: 60 },
      },
    ],
    ['a header of three parts', { format: { kind: 'template', template: '{any}/SHA256/{sig}' } }],
    [
      'a template with the timestamp',
      {
        format: { kind: 'template', template: 'ts={ts}; sig={sig}' },
        parts: ['{ts}{body}'],
        ts: { from: 'signature', unit: 's', tolerance: 60 },
      },
    ],
    [
      'the hash of the body, method, path and a header',
      { parts: ['{method} {path}\n{header:X-Tenant}\n{bodySha256}'], enc: 'base64url' },
    ],
    [
      'blanks between pairs, microseconds',
      {
        format: { kind: 'kv', separator: ' ', timestampKey: 'ts', signatureKey: 'sig' },
        parts: ['{body}{ts}'],
        ts: { from: 'signature', unit: 'us', tolerance: 5 },
        enc: 'base64',
      },
    ],
    [
      'an id and a date in headers',
      {
        parts: ['{id}', '.', '{ts}', '.', '{body}'],
        idHeader: 'X-Acme-Id',
        ts: { from: 'header', name: 'X-Acme-Date', unit: 'rfc3339', tolerance: 300 },
        alg: 'sha512',
      },
    ],
    ['a plain hash', { mac: 'digest', parts: ['{secret}{body}'] }],
    ['a token', { mac: 'token', parts: [] }],
    ['a prefix of the secret that is none of the key', { key: 'base64', keyPrefixes: ['acme_'] }],
  ])('with %s signs and verifies', (_, change) => {
    const scheme = schemeOfRow(rowOf(change))
    const secrets = [
      JSON.stringify(change).includes('"hex"')
        ? 'abcd'
        : JSON.stringify(change).includes('acme_')
          ? 'acme_c2VjcmV0'
          : 'it',
    ]
    const now = 1_790_000_000_000
    const call = {
      method: 'POST',
      url: 'https://a.example/x?y=1',
      headers: [['X-Tenant', 't']] as const,
      body: Buffer.from('{"a":1}'),
      keys: { secrets },
    }
    const signed = scheme.sign({ ...call, now })
    const judge = (body: Uint8Array, receivedAt = now) =>
      scheme.judge({ ...call, headers: signed.headers, body, receivedAt })
    expect(judge(call.body)).toMatchObject({ ok: true })
    expect(judge(Buffer.from('{"a":2}')).ok).toBe(scheme.row?.mac === 'token')
    if (scheme.toleranceSeconds !== null)
      expect(judge(call.body, now + 3_600_000)).toMatchObject({ code: 'timestamp-out-of-tolerance' })
  })

  test('signs exactly what its parts say', () => {
    const row = rowOf({ parts: ['{method}|{path}|', '{header:X-Tenant}|{body}'] })
    const signed = schemeOfRow(row).sign({
      method: 'PUT',
      url: 'https://a.example/x?y=1#z',
      headers: [['x-tenant', ' t ']],
      body: Buffer.from('b'),
      keys: { secrets: ['it'] },
      now: 0,
    })
    expect(signed.headers.at(-1)).toEqual([
      'X-Acme-Signature',
      createHmac('sha256', 'it').update('PUT|/x?y=1|t|b').digest('hex'),
    ])
  })

  test('costs no time when a header is made to mislead its template', () => {
    const scheme = schemeOfRow(rowOf({ format: { kind: 'template', template: '{any}/{any}/{any}/{any}/{sig}' } }))
    const beganAt = performance.now()
    const value = '/'.repeat(8000)
    const call = { method: 'POST', url: null, body: Buffer.alloc(0), keys: { secrets: ['it'] }, receivedAt: null }
    expect(scheme.judge({ ...call, headers: [['X-Acme-Signature', value]] }).ok).toBe(false)
    expect(performance.now() - beganAt).toBeLessThan(500)
  })

  test('may be any of the built-in rows that have no fields of their own', () => {
    const own = ['also', 'companions', 'otherAlgorithms', 'urlForm', 'numbered', 'resign'] as const
    const plain = [...codeHosting, ...payments, ...messaging].filter((row) =>
      own.every((field) => row[field] === undefined),
    )
    expect(plain.length).toBeGreaterThan(15)
    for (const row of plain) expect(validateRow(row)).toMatchObject({ ok: true })
  })
})

describe('a row that cannot be judged by is refused, naming the field', () => {
  test.each<[string, object, string]>([
    ['an unknown field', { also: [] }, 'also'],
    ['an id of other letters', { id: 'Acme!' }, 'id'],
    ['no name', { name: '' }, 'name'],
    ['an algorithm that is none', { alg: 'md5' }, 'alg'],
    ['a key that is none', { key: 'rot13' }, 'key'],
    ['an encoding that is none', { enc: 'base32' }, 'enc'],
    ['a header name with a blank', { sigHeader: 'X Acme' }, 'sigHeader'],
    ['no format', { format: 'raw' }, 'format'],
    ['a format that is none', { format: { kind: 'xml' } }, 'format.kind'],
    ['an empty prefix', { format: { kind: 'prefix', prefix: '' } }, 'format.prefix'],
    ['another separator', { format: { kind: 'kv', separator: '::', signatureKey: 's' } }, 'format.separator'],
    ['a template without the signature', { format: { kind: 'template', template: '{ts}' } }, 'format.template'],
    [
      'a template with placeholders that touch',
      { format: { kind: 'template', template: '{any}{sig}' } },
      'format.template',
    ],
    [
      'a template with an unknown placeholder',
      { format: { kind: 'template', template: '{what}/{sig}' } },
      'format.template',
    ],
    ['parts that are no list', { parts: '{body}' }, 'parts'],
    ['parts with an unknown placeholder', { parts: ['{body}', '{time}'] }, 'parts.1'],
    [
      'parts that leave the body open',
      { parts: ['{ts}'], ts: { from: 'header', name: 'X-T', unit: 's', tolerance: 5 } },
      'parts',
    ],
    ['a timestamp that stands nowhere', { parts: ['{ts}{body}'] }, 'ts'],
    [
      'a timestamp that its header cannot hold',
      { parts: ['{ts}{body}'], ts: { from: 'signature', unit: 's', tolerance: 5 } },
      'ts.from',
    ],
    ['a timestamp of another unit', { ts: { from: 'header', name: 'X-T', unit: 'days', tolerance: 5 } }, 'ts.unit'],
    ['a timestamp without its header', { ts: { from: 'header', unit: 's', tolerance: 5 } }, 'ts.name'],
    ['a negative tolerance', { ts: { from: 'header', name: 'X-T', unit: 's', tolerance: -1 } }, 'ts.tolerance'],
    ['an id that stands nowhere', { parts: ['{id}{body}'] }, 'idHeader'],
    ['a secret in an HMAC', { parts: ['{secret}{body}'] }, 'parts'],
    ['a plain hash without the secret', { mac: 'digest' }, 'parts'],
    ['prefixes that are no list', { keyPrefixes: 'whsec_' }, 'keyPrefixes'],
    ['a prefix that is no text', { keyPrefixes: [7] }, 'keyPrefixes.0'],
  ])('%s', (_, change, field) => {
    expect(validateRow({ ...good, ...change })).toMatchObject({ ok: false, problems: [{ field }] })
  })

  test('all problems at once, and what is no object', () => {
    const validated = validateRow({})
    expect(validated.ok ? [] : validated.problems.map(({ field }) => field)).toEqual([
      'id',
      'name',
      'alg',
      'key',
      'enc',
      'sigHeader',
      'format',
      'parts',
    ])
    for (const value of [null, [], 'x', 7]) expect(validateRow(value).ok).toBe(false)
  })
})
