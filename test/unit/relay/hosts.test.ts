import { expect, test } from 'vitest'
import { createHostCheck, describeRefusedHost } from '../../../relay/hosts.ts'

const isAllowed = createHostCheck(['0.0.0.0', 'Hooks.Example', null])

test.each([
  'localhost',
  'LOCALHOST:80',
  'a.localhost:1',
  '127.0.0.1:4480',
  '[::1]',
  '[::1]:80',
  '192.168.1.2',
  'hooks.example:443',
  'hooks.example.',
])('%s is allowed', (host) => {
  expect(isAllowed(host)).toBe(true)
})

test.each([
  undefined,
  '',
  'evil.example',
  'localhost.evil.example',
  'xlocalhost',
  'hooks.example.evil',
  'hooks.example@evil',
  'a b',
  '127.0.0.1.nip.io',
  'evil.example:80:80',
])('%s is refused', (host) => {
  expect(isAllowed(host)).toBe(false)
})

test('the refusal names the host and the way out', () => {
  expect(describeRefusedHost('evil.example')).toMatch(/"evil\.example".*CREEL_ALLOWED_HOSTS/)
})
