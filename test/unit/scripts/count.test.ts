import { expect, test } from 'vitest'
import { countCheck, countPlaywright, countVitest, killedFiles, lastLine, total } from '../../../scripts/test/count.mjs'

test('the last line names what passed, failed and was skipped over everything', () => {
  const sum = total([
    { passed: 3, failed: 0, skipped: 1 },
    { passed: 2, failed: 0, skipped: 0 },
  ])
  expect(lastLine(sum)).toBe('5 passed, 0 failed, 1 skipped')
})

test.each([
  [0, { passed: 1, failed: 0, skipped: 0 }],
  [2, { passed: 0, failed: 1, skipped: 0 }],
])('a check that exits with %i counts as one', (exitCode, count) => {
  expect(countCheck(exitCode)).toEqual(count)
})

test('pending and todo tests of vitest are skipped ones', () => {
  const report = { numPassedTests: 7, numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 }
  expect(countVitest(report, 1)).toEqual({ passed: 7, failed: 2, skipped: 4 })
})

test('a flaky test of Playwright passed in the end, an error outside of tests is a failure', () => {
  const report = { stats: { expected: 4, flaky: 1, unexpected: 2, skipped: 3 }, errors: [{ message: 'no browser' }] }
  expect(countPlaywright(report, 1)).toEqual({ passed: 5, failed: 3, skipped: 3 })
})

test('a runner that exits with an error though no test failed has failed once', () => {
  expect(countVitest({ numPassedTests: 7, numFailedTests: 0 }, 1)).toEqual({ passed: 7, failed: 1, skipped: 0 })
  expect(countPlaywright({ stats: { expected: 4 } }, 1)).toEqual({ passed: 4, failed: 1, skipped: 0 })
})

test('a runner that writes no report has failed once, whatever its exit code', () => {
  expect(countVitest(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(countPlaywright({}, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('a file whose process was killed is told from one with a failed test, and from one that does not load', () => {
  const killed = {
    name: 'a.test.ts',
    status: 'failed',
    assertionResults: [{ status: 'passed' }, { status: 'pending' }],
  }
  const unloadable = { name: 'b.test.ts', status: 'failed', assertionResults: [] }
  const good = { name: 'c.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] }
  expect(killedFiles({ numFailedTests: 0, testResults: [killed, unloadable, good] })).toEqual([
    { file: 'a.test.ts', count: { passed: 1, failed: 0, skipped: 1 } },
  ])
  expect(killedFiles({ numFailedTests: 1, testResults: [killed] })).toEqual([])
  expect(killedFiles(undefined)).toEqual([])
})
