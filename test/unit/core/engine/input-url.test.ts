import { expect, test } from 'vitest'
import { findInputUrl } from '../../../../core/engine/input-url.ts'

const id = '5f2c1a9e-7d34-4b8e-9c61-2f0a8b7d4e13'
const url = `https://hooks.example.com/relay/in/${id}`
const inputs = [{ id, bucket: 'b', name: 'one', url }]

test.each([
  [`/in/${id}`, '/github?a=1', url],
  [`http://hooks.example.com/in/${id}`, '', url],
  ['/in/00000000-0000-4000-8000-000000000000', `/in/${id}`, null],
  ['', '/anything', null],
])('a request mounted at %s belongs to its input', (mount, rest, expected) => {
  expect(findInputUrl({ requestTarget: mount + rest, mountBytes: mount.length }, inputs)).toBe(expected)
})
