import { stopOnSignals } from './run.mjs'
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
    process.stderr.write(`\n${error instanceof SetUpError ? error.message : inspectError(error)}\n`)
    process.exitCode = 1
  }
}

/** @param {unknown} error */
function inspectError(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
