import { describe, expect, it } from 'vitest'
import { countOf, formatBytes } from '../../../../renderer/format/bytes.ts'
import { describeResult } from '../../../../renderer/format/delivery-words.ts'
import { formatDuration } from '../../../../renderer/format/duration.ts'
import { cutMiddle, hostOfUrl, restOfTarget, splitPath } from '../../../../renderer/format/path.ts'
import { describeRejected, eventLabel, providerMark } from '../../../../renderer/format/request-words.ts'

describe('sizes and times', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [11_842, '11.8 KB'],
    [999_499, '999 KB'],
    [999_500, '1.0 MB'],
    [31_400_000, '31.4 MB'],
    [1_200_000_000, '1.2 GB'],
  ])('says %i as %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words)
  })

  it.each([
    [0.6, '0.6 ms'],
    [41.3, '41 ms'],
    [3000, '3.00 s'],
    [30_000, '30.0 s'],
    [250_000, '4 min 10 s'],
  ])('says %d ms as %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words)
  })

  it('counts with the fitting word', () => {
    expect([countOf(1, 'request'), countOf(48_213, 'request')]).toEqual(['1 request', '48,213 requests'])
  })
})

describe('paths', () => {
  it.each([
    ['/github', '', '/github'],
    ['/shopify/orders/create?shop=a/b', '/shopify/orders', '/create?shop=a/b'],
    ['/slack/commands', '/slack', '/commands'],
    ['', '', ''],
    ['?a=/b', '', '?a=/b'],
  ])('may cut %s after its head', (path, head, tail) => {
    expect(splitPath(path)).toEqual({ head, tail })
  })

  it('cuts the middle and keeps both ends', () => {
    expect(cutMiddle('abcdefghij', 5)).toBe('ab…ij')
    expect(cutMiddle('abc', 5)).toBe('abc')
  })

  it('shows what follows the input, untouched', () => {
    expect(restOfTarget({ requestTarget: '/in/1//a/../b?', mountBytes: 5 })).toBe('//a/../b?')
  })

  it('names a target by host and port', () => {
    expect(hostOfUrl('http://[::1]:3000/hooks')).toBe('[::1]:3000')
  })
})

describe('rows', () => {
  it('calls a request by its event, else by what its body is', () => {
    expect(eventLabel({ event: 'push', contentType: null, bodyBytes: 0 })).toBe('push')
    expect(eventLabel({ event: null, contentType: 'application/xml; charset=utf-8', bodyBytes: 3 })).toBe(
      'application/xml',
    )
    expect(eventLabel({ event: null, contentType: 'text/plain', bodyBytes: 0 })).toBe('no body')
    expect(eventLabel({ event: null, contentType: null, bodyBytes: 3 })).toBe('no content type')
  })

  it('has letters for a sender, known or not', () => {
    expect(providerMark('github').letters).toBe('Gh')
    expect(providerMark('paddle').letters).toBe('Pa')
    expect(providerMark(null).letters).toBe('?')
  })

  it('names the size of a rejected body only where the reason does not', () => {
    expect(describeRejected({ status: 413, reason: 'body is too large', bodyBytes: 31_400_000 }).cause).toBe(
      'body is too large, body of 31.4 MB',
    )
    expect(describeRejected({ status: 413, reason: 'over the limit of 25 MB', bodyBytes: 31_400_000 }).cause).toBe(
      'over the limit of 25 MB',
    )
  })
})

describe('describeResult', () => {
  const digest = {
    state: 'answered',
    holdReason: null,
    status: 200,
    failureCode: null,
    nextAttemptAt: null,
    targetLabel: 'localhost:3000',
  } as const

  it.each([
    [{ ...digest, status: 204 }, 'delivered', '204'],
    [{ ...digest, status: 302 }, 'client-error', '302'],
    [{ ...digest, status: 422 }, 'client-error', '422'],
    [{ ...digest, status: 500 }, 'server-error', '500'],
    [{ ...digest, state: 'failed', failureCode: 'first-byte-timeout' } as const, 'no-answer', 'timeout'],
    [{ ...digest, state: 'held', holdReason: 'forwarding' } as const, 'held', 'held'],
    [{ ...digest, state: 'retrying', nextAttemptAt: 42_000 } as const, 'retrying', 'in 0:42'],
    [{ ...digest, state: 'outcome-unknown' } as const, 'outcome-unknown', 'unknown'],
  ])('gives each state its mark and word', (given, mark, word) => {
    expect(describeResult(given, 0)).toMatchObject({ mark, word })
  })

  it('says who answered what, in full', () => {
    expect(describeResult({ ...digest, status: 500 }, 0).full).toBe('localhost:3000 answered 500')
  })

  it('tells a request without a target from one that waits', () => {
    expect(describeResult(null, 0)).toMatchObject({ mark: 'none', word: 'no target' })
  })
})
