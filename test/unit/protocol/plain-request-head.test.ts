import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPlainRequestHead } from '../../../protocol/plain-request-head.ts'
import { ItemHead } from '../../../protocol/request-frame.ts'

const HEAD = {
  kind: 'request',
  id: '01890000-0000-7000-8000-000000000000',
  seq: 1,
  bucket: 'b',
  input: 'i',
  receivedAt: 1_700_000_000_000.5,
  remote: '127.0.0.1',
  bodyBytes: 2,
  sha256: 'a'.repeat(64),
  handout: 1,
  redelivered: false,
  method: 'POST',
  target: '/in/i/x?y=é',
  mountBytes: 5,
  headers: [
    ['Host', 'h:1'],
    ['X', ''],
    ['Y', 'a\tb \u00ff'],
  ],
}

/** What may stand in any field of a head that a stranger wrote. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', ' ', ':', '\n', '\r', '\0', '\u0100', 'x'.repeat(201), 'g'.repeat(64)),
  fc.constantFrom<unknown>(0, -1, 0.5, -0, 1e300, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1, 8.64e15),
  fc.constantFrom<unknown>(true, 'gap', 'rejected', [], [[]], [['a']], [['a', 'b', 'c']], [['', 'b']], [['a:', 'b']]),
  fc.constantFrom<unknown>(
    [['a', 'b\n']],
    [['a', 'b\u0100']],
    [['a', 1]],
    Array.from({ length: 1001 }, () => ['a', 'b']),
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0x17f }).map((code) => String.fromCharCode(code)), maxLength: 3 }),
  fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 })), { maxLength: 3 }),
  fc.jsonValue(),
)
const FIELDS = [...Object.keys(HEAD), 'chunked', 'trailers', 'unknown'] as const

describe('the quick way to read the head of a request', () => {
  it('gives what the schema gives, and leaves out what it leaves out', () => {
    expect(readPlainRequestHead(HEAD)).toEqual(ItemHead.parse(HEAD))
    const more = { ...HEAD, trailers: [['T', 'v']], chunked: true, input: null, remote: null, news: 1 }
    expect(readPlainRequestHead(more)).toEqual(ItemHead.parse(more))
    expect(readPlainRequestHead(more)).not.toHaveProperty('news')
  })

  it('takes no head that the schema refuses, and none of another kind', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...FIELDS), anything), { maxLength: 2 }), (changes) => {
        const head: unknown = { ...HEAD, ...Object.fromEntries(changes) }
        const plain = readPlainRequestHead(head)
        const judged = ItemHead.safeParse(head)
        if (plain !== null) expect(judged).toEqual({ success: true, data: plain })
        // What it does not take goes the long way: that must stay rare.
        else if (judged.success) expect(judged.data.kind).not.toBe('request')
      }),
      { numRuns: 3_000 },
    )
    for (const strange of [null, undefined, 1, 'x', [], {}]) expect(readPlainRequestHead(strange)).toBeNull()
  })

  it('judges every character of method, target and lines as the schema does', () => {
    for (let code = 0; code <= 0x101; code += 1) {
      const c = String.fromCharCode(code)
      for (const head of [
        { ...HEAD, method: c },
        { ...HEAD, target: c },
        { ...HEAD, headers: [[c, '']] },
        { ...HEAD, trailers: [['a', c]] },
      ]) {
        expect(readPlainRequestHead(head) !== null, `character ${code}`).toBe(ItemHead.safeParse(head).success)
      }
    }
  })

  it('reads names that came before as it reads new ones, however many there were and however long they are', () => {
    const headers = Array.from({ length: 3_000 }, (_, n) => [`${'N'.repeat(n % 100)}-${n}`, String(n)])
    for (const from of [0, 1_000, 2_000, 0, 1_000, 2_000]) {
      const head = { ...HEAD, headers: headers.slice(from, from + 1_000) }
      expect(readPlainRequestHead(structuredClone(head))?.headers).toEqual(head.headers)
      expect(readPlainRequestHead({ ...head, headers: [['N-1:', 'x']] })).toBeNull()
    }
  })
})
