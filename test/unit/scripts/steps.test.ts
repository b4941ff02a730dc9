import { expect, test } from 'vitest'
import { ALL, parseWords } from '../../../scripts/test/steps.mjs'

test('without a word everything runs but the screenshots', () => {
  expect(parseWords([])).toEqual({ names: ALL, args: [] })
  expect(ALL).toContain('e2e')
  expect(ALL).not.toContain('screenshots')
  // What is packed is what was built, and what is tried is what was packed.
  expect(ALL.filter((name) => ['build', 'package', 'packaged'].includes(name))).toEqual([
    'build',
    'package',
    'packaged',
  ])
})

test('known words are steps, the others go to the last one', () => {
  expect(parseWords(['build', 'e2e', 'test/e2e/tray.spec.ts', '--headed'])).toEqual({
    names: ['build', 'e2e'],
    args: ['test/e2e/tray.spec.ts', '--headed'],
  })
})
