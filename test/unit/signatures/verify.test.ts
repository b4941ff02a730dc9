import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Line } from '../../../signatures/scheme.ts'
import { signRequest } from '../../../signatures/sign.ts'
import { detectScheme, verifyRequest } from '../../../signatures/verify.ts'

describe('verifying', () => {
  const headers: Line[] = [['stripe-signature', '']]
  const body = Buffer.from('{"amount":1.00}')
  const now = 1_790_000_000_000

  test('a request that was signed verifies, and a single flipped bit does not', () => {
    const scheme = fc.constantFrom('github', 'stripe')
    fc.assert(
      fc.property(
        scheme,
        fc.uint8Array({ minLength: 1 }),
        fc.string({ minLength: 1 }),
        fc.nat(),
        (id, bytes, secret, bit) => {
          const signed = signRequest({ scheme: id, headers: [], body: bytes, secret, now })
          const judge = (content: Uint8Array) =>
            verifyRequest({ scheme: id, headers: signed, body: content, secrets: [secret], receivedAt: now }).ok
          const flipped = Uint8Array.from(bytes)
          const at = bit % (bytes.length * 8)
          flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7))
          expect(judge(bytes)).toBe(true)
          expect(judge(flipped)).toBe(false)
        },
      ),
    )
  })

  test('signing anew rewrites each signature header in its place and spelling', () => {
    const before: Line[] = [
      ['x-hub-signature', 'sha1=old'],
      ['Content-Type', 'application/json'],
      ['X-HUB-SIGNATURE-256', 'sha256=old'],
    ]
    const after = signRequest({ scheme: 'github', headers: before, body, secret: 'it', now })
    expect(after.map(([name]) => name)).toEqual(['x-hub-signature', 'Content-Type', 'X-HUB-SIGNATURE-256'])
    expect(verifyRequest({ scheme: 'github', headers: after, body, secrets: ['it'], receivedAt: now }).ok).toBe(true)
  })

  test('the secret that matched is named when several are tried', () => {
    const signed = signRequest({ scheme: 'stripe', headers, body, secret: 'new', now })
    const verdict = verifyRequest({ scheme: 'stripe', headers: signed, body, secrets: ['old', 'new'], receivedAt: now })
    expect(verdict).toMatchObject({ ok: true, secretIndex: 1 })
  })

  test('an old timestamp is told with its age and what the sender allows', () => {
    const signed = signRequest({ scheme: 'stripe', headers, body, secret: 'it', now: now - 412_000 })
    const verdict = verifyRequest({ scheme: 'stripe', headers: signed, body, secrets: ['it'], receivedAt: now })
    expect(verdict).toMatchObject({
      ok: false,
      code: 'timestamp-out-of-tolerance',
      reason: 'It matches, but its timestamp is 412 s old; Stripe allows 300 s.',
    })
  })

  test("a header that says sha256 under GitHub's SHA-1 name is malformed, not verified", () => {
    const verdict = verifyRequest({
      scheme: 'github-sha1',
      headers: [['X-Hub-Signature', `sha256=${'0'.repeat(64)}`]],
      body,
      secrets: ['it'],
      receivedAt: now,
    })
    expect(verdict).toMatchObject({ ok: false, code: 'header-malformed' })
  })

  test.each([
    ['of another length', 'a'.repeat(40)],
    ['with a digit that is none', `${'a'.repeat(63)}g`],
    ['empty', ''],
  ])('a digest %s is malformed, and breaks nothing', (_, digest) => {
    const verdict = verifyRequest({
      scheme: 'github',
      headers: [['X-Hub-Signature-256', `sha256=${digest}`]],
      body,
      secrets: ['it'],
      receivedAt: now,
    })
    expect(verdict).toMatchObject({ ok: false, code: 'header-malformed' })
  })

  test('the header that is judged is named first, wherever it stands', () => {
    const lines: Line[] = [
      ['X-Hub-Signature', 'sha1=00'],
      ['x-hub-signature-256', 'sha256=00'],
    ]
    expect(detectScheme(lines)?.headerNames).toEqual(['x-hub-signature-256', 'X-Hub-Signature'])
  })

  test('a scheme is told by its header lines, in whatever case, and none where there is none', () => {
    expect(detectScheme([['x-HUB-signature-256', 'sha256=00']])).toMatchObject({ id: 'github' })
    expect(detectScheme([['Stripe-Signature', 't=1']])).toMatchObject({ id: 'stripe' })
    expect(detectScheme([['Content-Type', 'text/plain']])).toBeNull()
  })
})
