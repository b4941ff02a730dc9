import { expect, test } from 'vitest'
import { githubWebhook, readNumber, stampedRequest } from '../../../bench/webhook.ts'
import { verifyRequest } from '../../../signatures/verify.ts'

test('what the bench sends is a POST of 2 KB with a good signature of GitHub', () => {
  const { headers, body, secret } = githubWebhook()
  expect(body.length).toBeGreaterThan(1_900)
  expect(body.length).toBeLessThan(2_200)
  expect(verifyRequest({ scheme: 'github', headers, body, secrets: [secret], receivedAt: 0 })).toMatchObject({
    ok: true,
  })
})

test('a stamped request carries its number and its moment, and nothing else of it changes', () => {
  const { headers, body } = githubWebhook()
  const request = stampedRequest({ path: '/in/x', port: 8080, headers, body })
  const length = request.head.length
  request.stamp(99_999_999, 123_456_789.5)
  request.stamp(1_042, 11_462_451.599_598)
  const head = request.head.toString('latin1')
  const [first = '', ...lines] = head.split('\r\n')
  expect(first).toBe('POST /in/x/00001042 HTTP/1.1')
  expect(readNumber(first.split(' ')[1] ?? '')).toBe(1_042)
  expect(lines).toContain('X-Bench-Begun: 0000011462451599')
  expect(lines).toContain(`Content-Length: ${body.length}`)
  expect(head.endsWith('\r\n\r\n')).toBe(true)
  expect(request.head.length).toBe(length)
})
