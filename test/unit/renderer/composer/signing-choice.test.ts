import { expect, test } from 'vitest'
import { createKnownSchemes } from '../../../../core/signing/known-schemes.ts'
import { whyNotUnsigned } from '../../../../renderer/composer/signing-choice.ts'

const schemes = createKnownSchemes(() => []).list()

test.each([
  ['github', null],
  ['paypal', null],
  ['sns', 'the signature of Amazon SNS stands in the body'],
  ['paddle-classic', 'the signature of Paddle Classic stands in the body'],
  ['mailgun', 'the signature of Mailgun stands in the body'],
])('%s can be sent unsigned where its signature stands in lines that can be left out', (scheme, why) => {
  const info = schemes.find(({ id }) => id === scheme) ?? null
  expect(info).not.toBeNull()
  expect(whyNotUnsigned(info)).toBe(why)
})

test('what no scheme is known of may be sent as it is', () => {
  expect(whyNotUnsigned(null)).toBeNull()
})
