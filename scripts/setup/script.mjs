import { isStopping, stopOnSignals } from './run.mjs'
import { SetUpError } from './say.mjs'

/**
 * Runs a script's main function: an expected failure is one readable paragraph, a bug keeps its stack.
 * @param {() => Promise<number>} main answers the exit code
 */
export async function runScript(main) {
  stopOnSignals()
  try {
    process.exitCode = await main()
  } catch (error) {
    process.exitCode = 1
    // What was stopped on purpose has not failed.
    if (isStopping()) return
    process.stderr.write(`\n${error instanceof SetUpError ? error.message : inspectError(error)}\n`)
  }
}

/** @param {unknown} error */
function inspectError(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
