import { describe, expect, it } from 'vitest'
import {
  ageWords,
  comparedText,
  isUncheckable,
  shortReason,
  type Failed,
} from '../../../../../../renderer/screens/inbox/detail/signature-words.ts'
import { trialWords } from '../../../../../../renderer/screens/inbox/detail/use-secret-trial.ts'

const failed: Failed = {
  state: 'failed',
  scheme: 'stripe',
  schemeName: 'Stripe',
  headerNames: ['Stripe-Signature'],
  algorithm: 'HMAC-SHA-256',
  ageSeconds: 0.9,
  allowedSeconds: 300,
  evidence: { signed: null, expected: [], received: [] },
  reason: 'It is so.',
  code: 'mismatch',
  secretNames: [],
}

describe('a failed signature in few words', () => {
  it.each([
    ['body-reserialised', 'body changed'],
    ['secret-has-blanks', 'secret miswritten'],
    ['other-secret', 'another secret'],
    ['other-scheme', 'another scheme'],
    ['timestamp-out-of-tolerance', 'too old'],
    ['timestamp-missing', 'timestamp'],
    ['header-missing', 'not signed'],
    ['header-malformed', 'line malformed'],
    ['mismatch', 'secret or body'],
    ['never-heard-of', ''],
  ])('%s is "%s"', (code, words) => {
    expect(shortReason({ ...failed, code })).toBe(words)
  })

  it('tells of a timestamp ahead of the receipt', () => {
    expect(shortReason({ ...failed, code: 'timestamp-out-of-tolerance', ageSeconds: -400 })).toBe('from the future')
  })

  it('is no failure where a channel wrote the body anew', () => {
    expect(isUncheckable({ ...failed, code: 'channel-rewrote-body' })).toBe(true)
    expect(isUncheckable(failed)).toBe(false)
  })
})

it.each([
  [0.9, 300, '0.9 s old at receipt, Stripe allows 300 s'],
  [412, null, '6 min 52 s old at receipt'],
  [-2, 300, '2 s ahead of the receipt, Stripe allows 300 s'],
])('a timestamp of %s s is told with what is allowed', (ageSeconds, allowedSeconds, words) => {
  expect(ageWords({ ...failed, ageSeconds, allowedSeconds })).toBe(words)
})

it('of two signatures what they begin with and how each goes on is shown', () => {
  expect(comparedText(`be20${'7'.repeat(60)}`, `be20${'c'.repeat(60)}`)).toEqual({
    same: 'be20',
    rest: '7777777777…7777',
  })
  expect(comparedText('abc', 'abc')).toEqual({ same: 'abc', rest: '' })
  expect(comparedText('abc', undefined)).toEqual({ same: 'abc', rest: '' })
  expect(comparedText(`${'a'.repeat(30)}x`, `${'a'.repeat(30)}y`)).toEqual({ same: 'aaaaaaaa…aaaaaaaa', rest: 'x' })
})

it.each([
  [{ request: true, verified: 9, of: 9 }, 'Verifies this request, and 9 of the last 9', true],
  [{ request: true, verified: 0, of: 0 }, 'Verifies this request', true],
  [{ request: false, verified: 3, of: 12 }, 'Verifies 3 of the last 12, but not this request', true],
  [{ request: null, verified: 12, of: 12 }, 'Verifies 12 of the last 12', true],
  [{ request: false, verified: 0, of: 12 }, 'Verifies none of the last 12', false],
  [{ request: null, verified: 0, of: 0 }, 'No request of this sender is stored yet', false],
])('what a typed secret verifies is said: %j', (trial, text, isGood) => {
  expect(trialWords(trial)).toEqual({ text, isGood })
})
