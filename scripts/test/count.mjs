/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** @type {Readonly<Count>} */
export const NOTHING = { passed: 0, failed: 0, skipped: 0 }

/**
 * @param {readonly Count[]} counts
 * @returns {Count}
 */
export function total(counts) {
  return counts.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    NOTHING,
  )
}

/** @param {Count} count */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/**
 * A check without tests of its own (format, lint, types ...) counts as one.
 * @param {number} exitCode
 * @returns {Count}
 */
export function countCheck(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

/**
 * @param {unknown} report what vitest's JSON reporter wrote; undefined when it wrote nothing
 * @param {number} exitCode
 * @returns {Count}
 */
export function countVitest(report, exitCode) {
  const passed = numberAt(report, 'numPassedTests')
  if (passed === undefined) return countCheck(1)
  const skipped = (numberAt(report, 'numPendingTests') ?? 0) + (numberAt(report, 'numTodoTests') ?? 0)
  return withCrash({ passed, failed: numberAt(report, 'numFailedTests') ?? 0, skipped }, exitCode)
}

/**
 * The files whose process was killed from outside (a signal, a crash of native code) while no test of theirs failed, with what had been counted of them. Empty
 * when any test failed: then that is the result.
 * @param {unknown} report what vitest's JSON reporter wrote
 * @returns {readonly { file: string, count: Count }[]}
 */
export function killedFiles(report) {
  const files = valueAt(report, 'testResults')
  if (!Array.isArray(files) || numberAt(report, 'numFailedTests') !== 0) return []
  return files.flatMap((one) => {
    const file = valueAt(one, 'name')
    const tests = valueAt(one, 'assertionResults')
    if (valueAt(one, 'status') !== 'failed' || typeof file !== 'string' || !Array.isArray(tests)) return []
    // One that does not even load has no test.
    if (tests.length === 0) return []
    const passed = tests.filter((test) => valueAt(test, 'status') === 'passed').length
    return [{ file, count: { passed, failed: 0, skipped: tests.length - passed } }]
  })
}

/**
 * @param {unknown} report what Playwright's JSON reporter wrote; undefined when it wrote nothing
 * @param {number} exitCode
 * @returns {Count}
 */
export function countPlaywright(report, exitCode) {
  const stats = valueAt(report, 'stats')
  const expected = numberAt(stats, 'expected')
  if (expected === undefined) return countCheck(1)
  const errors = valueAt(report, 'errors')
  return withCrash(
    {
      passed: expected + (numberAt(stats, 'flaky') ?? 0),
      failed: (numberAt(stats, 'unexpected') ?? 0) + (Array.isArray(errors) ? errors.length : 0),
      skipped: numberAt(stats, 'skipped') ?? 0,
    },
    exitCode,
  )
}

/**
 * A runner that fails without a failed test (a file that does not load, an error between tests) has failed once.
 * @param {Count} count
 * @param {number} exitCode
 */
function withCrash(count, exitCode) {
  return exitCode !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {unknown}
 */
function valueAt(value, name) {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function numberAt(value, name) {
  const found = valueAt(value, name)
  return typeof found === 'number' ? found : undefined
}
