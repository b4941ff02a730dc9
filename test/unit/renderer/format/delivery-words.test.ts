import { expect, test } from 'vitest'
import { describeResult } from '../../../../renderer/format/delivery-words.ts'

const answered = {
  state: 'answered',
  holdReason: null,
  failureCode: null,
  nextAttemptAt: null,
  targetLabel: 'localhost:3000',
} as const

test('an answer is shown by its status, and one whose attempt was lost as Creel ended makes up none', () => {
  expect(describeResult({ ...answered, status: 503 }, 0)).toMatchObject({ mark: 'server-error', word: '503' })
  expect(describeResult({ ...answered, status: null }, 0)).toMatchObject({
    mark: 'delivered',
    word: 'answered',
    full: 'localhost:3000 answered as Creel ended',
  })
})
