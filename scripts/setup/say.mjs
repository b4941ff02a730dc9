/** One short line about what set-up does. On stderr, so that stdout stays the output of what was asked for.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`[set-up] ${line}\n`)
}

/** Something a person has to do before set-up can go on: what was tried, why it failed, what to do. */
export class SetUpError extends Error {
  /**
   * @param {string} message
   * @param {{ cause?: unknown }} [options]
   */
  constructor(message, options) {
    super(message, options)
    this.name = 'SetUpError'
  }
}

/** The last lines of a command's output: enough to understand a failure, short enough to read.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 12) {
  return output.trimEnd().split('\n').slice(-lines).join('\n')
}
