import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pack } from '../package/pack.mjs'
import { runOnOwnDisplay } from '../setup/display.mjs'
import { ROOT } from '../setup/places.mjs'
import { RUNTIME_FILE } from '../setup/runtime.mjs'
import { readStamp } from '../setup/stamp.mjs'
import { runTool, toolPath } from '../setup/tools.mjs'
import { countCheck, countPlaywright, countVitest, killedFiles, total } from './count.mjs'

/** @typedef {import('./count.mjs').Count} Count */
/** @typedef {(node24: string, args: readonly string[]) => Promise<Count>} Step args: added to the tool's own */

const RESULTS = join(ROOT, 'test-results')

/**
 * @param {string} tool
 * @param {readonly string[]} own
 * @returns {Step}
 */
function check(tool, own) {
  return async (node24, args) => countCheck((await runTool(node24, tool, [...own, ...args])).code)
}

/**
 * @param {string} project
 * @returns {Step}
 */
function vitest(project) {
  return async (node24, args) => {
    const file = join(RESULTS, `${project}.json`)
    await rm(file, { force: true })
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const own = ['run', '--project', project, ...reporters]
    const { code } = await runTool(node24, 'vitest', [...own, ...args])
    const report = await readStamp(file)
    const count = countVitest(report, code)
    const killed = killedFiles(report)
    if (code === 0 || killed.length === 0 || killed.length > MOST_KILLED) return count
    // As Playwright's tests have: a second try, which is told.
    const files = killed.map((one) => one.file)
    process.stdout.write(`\nThe process of these files was killed; they are run once more:\n${files.join('\n')}\n`)
    const again = await runTool(node24, 'vitest', [...own, ...files])
    const counted = countVitest(await readStamp(file), again.code)
    if (again.code !== 0) return count
    const before = total(killed.map((one) => one.count))
    return {
      passed: count.passed - before.passed + counted.passed,
      failed: 0,
      // What had not run when it was killed is not always counted as skipped.
      skipped: Math.max(0, count.skipped - before.skipped) + counted.skipped,
    }
  }
}

/** More of them are no accident. */
const MOST_KILLED = 2

/**
 * @param {string} project
 * @returns {Step}
 */
function playwright(project) {
  return async (node24, args) => {
    const file = join(RESULTS, `${project}.json`)
    await rm(file, { force: true })
    const own = ['test', `--project=${project}`, '--reporter=list,json', '--pass-with-no-tests']
    const { code } = await runOnOwnDisplay(node24, [await toolPath('@playwright/test#playwright'), ...own, ...args], {
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    })
    return countPlaywright(await readStamp(file), code)
  }
}

/** A folder that runs, made of what was built, beside the release that a person may have made. */
const PACKAGE = join(RESULTS, 'package')

/** @type {Step} */
async function makePackage(node24, args) {
  const facts = await readStamp(RUNTIME_FILE)
  if (facts === undefined) throw new Error(`${RUNTIME_FILE} does not say which Electron to pack`)
  await rm(PACKAGE, { recursive: true, force: true })
  const { electron } = /** @type {import('../setup/runtime.mjs').RuntimeFacts} */ (/** @type {unknown} */ (facts))
  const words = ['--dir', `--config.directories.output=${PACKAGE}`, ...args]
  return countCheck(await pack(node24, electron, words))
}

/** In the order they run: the quick ones that fail most often first. */
export const STEPS = /** @type {const} */ ({
  format: check('oxfmt', ['--check']),
  lint: check('oxlint', []),
  types: check('typescript#tsc', ['-b']),
  unused: check('knip', []),
  build: check('electron-vite', ['build', '--logLevel', 'warn']),
  unit: vitest('unit'),
  contract: vitest('contract'),
  integration: vitest('integration'),
  proof: vitest('proof'),
  e2e: playwright('e2e'),
  package: makePackage,
  packaged: playwright('packaged'),
  screenshots: playwright('screenshots'),
})

/** @typedef {keyof typeof STEPS} StepName */

/** Those that run Electron. @type {ReadonlySet<StepName>} */
export const NEED_APP = new Set(['e2e', 'package', 'packaged', 'screenshots'])

/** What `npm test` runs: screenshots are looked at by people. */
export const ALL = /** @type {readonly StepName[]} */ (Object.keys(STEPS)).filter((name) => name !== 'screenshots')

/** @param {string} word
 * @returns {word is StepName}
 */
export function isStepName(word) {
  return Object.hasOwn(STEPS, word)
}

/**
 * `unit types` names steps; every other word goes to the tool of the last named step (a path, a filter, an option).
 * @param {readonly string[]} words
 * @returns {{ names: readonly StepName[], args: readonly string[] }}
 */
export function parseWords(words) {
  const names = words.filter(isStepName)
  return { names: names.length === 0 ? ALL : names, args: words.filter((word) => !isStepName(word)) }
}
