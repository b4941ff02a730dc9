import { describe, expect, test } from 'vitest'
import { authenticateAgent, isSameText, readBearer, sha256Hex } from '../../../relay/auth.ts'
import type { Bucket, RelayAdminStore } from '../../../relay/store/store.ts'

const REVOKED_AT = Date.UTC(2026, 0, 2, 3, 4, 5)

function storeWith(token: { revokedAt?: number; bucketIds?: readonly string[] } = {}) {
  const bucket = (id: string): Bucket => ({ id, name: id, settings: {}, createdAt: 0 })
  const admin: Pick<RelayAdminStore, 'token' | 'bucket'> = {
    token: (key) =>
      key === 'crk_one'
        ? {
            key,
            name: 'one',
            bucketIds: token.bucketIds ?? ['a', 'b'],
            createdAt: 0,
            revokedAt: token.revokedAt ?? null,
            secretSha256: sha256Hex('crs_secret'),
          }
        : null,
    bucket: (id) => (['a', 'b', 'c'].includes(id) ? bucket(id) : null),
  }
  return { admin: admin as RelayAdminStore }
}

const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` })
const bearer = (pair: string) => ({ authorization: `Bearer ${pair}` })

describe('a token', () => {
  test.each([
    basic('crk_one:crs_secret'),
    bearer('crk_one:crs_secret'),
    { authorization: 'bearer crk_one:crs_secret ' },
  ])('is taken as %o', (headers) => {
    const access = authenticateAgent(headers, [], storeWith())
    expect(access).toMatchObject({ ok: true, token: { key: 'crk_one' }, buckets: [{ id: 'a' }, { id: 'b' }] })
    expect(JSON.stringify(access)).not.toContain(sha256Hex('crs_secret'))
  })

  test.each([
    ['nothing', {}, 'no-token'],
    ['another scheme', { authorization: 'Digest x' }, 'no-token'],
    ['a bearer without a secret', bearer('crk_one'), 'no-token'],
    ['an empty key', bearer(':crs_secret'), 'no-token'],
    ['an unknown key', bearer('crk_two:crs_secret'), 'unknown-key'],
    ['a wrong secret', basic('crk_one:crs_other'), 'wrong-secret'],
    ['an empty secret', basic('crk_one:'), 'wrong-secret'],
  ])('is refused for %s', (_name, headers, code) => {
    expect(authenticateAgent(headers, [], storeWith())).toMatchObject({ ok: false, status: 401, code })
  })

  test('that was revoked is said to be so, and when, to the right secret alone', () => {
    const store = storeWith({ revokedAt: REVOKED_AT })
    expect(authenticateAgent(bearer('crk_one:crs_other'), [], store)).toMatchObject({ code: 'wrong-secret' })
    expect(authenticateAgent(bearer('crk_one:crs_secret'), [], store)).toMatchObject({
      code: 'revoked',
      message: expect.stringContaining('2026-01-02T03:04:05'),
    })
  })
})

describe('wanted buckets', () => {
  test('are given once each, in the order wanted', () => {
    const access = authenticateAgent(bearer('crk_one:crs_secret'), ['b', 'a', 'b'], storeWith())
    expect(access).toMatchObject({ ok: true, buckets: [{ id: 'b' }, { id: 'a' }] })
  })

  test.each(['c', 'nowhere'])("that are not the token's (%s) are refused in the same words", (bucket) => {
    const access = authenticateAgent(bearer('crk_one:crs_secret'), ['a', bucket], storeWith())
    expect(access).toEqual({
      ok: false,
      status: 403,
      code: 'bucket-not-allowed',
      message: `The token crk_one may not read the bucket "${bucket}".`,
    })
  })

  test('none means all that are still there', () => {
    const access = authenticateAgent(bearer('crk_one:crs_secret'), [], storeWith({ bucketIds: ['a', 'gone'] }))
    expect(access).toMatchObject({ ok: true, buckets: [{ id: 'a' }] })
  })
})

test('texts are the same or not, whatever their lengths', () => {
  expect(isSameText('abc', 'abc')).toBe(true)
  expect(isSameText('abc', 'abd')).toBe(false)
  expect(isSameText('abc', 'abcd')).toBe(false)
})

test('a bearer value has no blanks', () => {
  expect(readBearer('Bearer a')).toBe('a')
  expect(readBearer('Bearer a b')).toBeNull()
  expect(readBearer(undefined)).toBeNull()
})
