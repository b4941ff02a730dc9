import { expect, test } from 'vitest'
import { readDeepLink, readFirstPort, readStartOptions } from '../../../main/start-options.ts'

test.each([
  [['creel'], { profile: null, isHidden: false }],
  [['creel', '--profile', 'work', '--hidden'], { profile: 'work', isHidden: true }],
  [['creel', '--profile=two.2'], { profile: 'two.2', isHidden: false }],
])('%j is understood', (argv, expected) => {
  expect(readStartOptions(argv)).toEqual(expected)
})

test.each([
  [['creel', '--profile']],
  [['creel', '--profile', '../etc']],
  [['creel', '--profile=']],
  [['creel', '--profile', 'a/b']],
])('%j is refused with a sentence', (argv) => {
  expect(readStartOptions(argv)).toHaveProperty('problem', expect.stringContaining('--profile'))
})

test.each([
  [['electron', '.', 'creel://request/0198c1f2-aaaa-7bbb-8ccc-123456789abc'], '0198c1f2-aaaa-7bbb-8ccc-123456789abc'],
  [['creel://request/abc/'], 'abc'],
  [['creel://request/'], null],
  [['creel://other/abc'], null],
  [['creel://request/../../etc'], null],
  [['--flag'], null],
])('the link in %j is %s', (argv, expected) => {
  expect(readDeepLink(argv)).toBe(expected)
})

test.each([
  [undefined, 4480],
  ['', 4480],
  ['5000', 5000],
])('CREEL_FIRST_PORT=%s begins the search at %d', (value, expected) => {
  expect(readFirstPort(value, 4480)).toBe(expected)
})

test.each(['0', 'x', '70000', '65500', '80 '])('CREEL_FIRST_PORT=%s is refused by its name', (value) => {
  expect(readFirstPort(value, 4480)).toHaveProperty('problem', expect.stringContaining('CREEL_FIRST_PORT'))
})
