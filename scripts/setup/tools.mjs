import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './places.mjs'
import { run } from './run.mjs'

/**
 * Runs a tool of node_modules with a given Node (its link in .bin would take the machine's own).
 * @param {string} node24
 * @param {string} tool `package` or `package#command` where the two differ
 * @param {readonly string[]} args
 * @param {import('./run.mjs').RunOptions} [options]
 */
export async function runTool(node24, tool, args, options) {
  return run(node24, [await toolPath(tool), ...args], options)
}

/** The JavaScript file behind a tool's command.
 * @param {string} tool
 */
export async function toolPath(tool) {
  const [name = '', command = name.replace(/^@[^/]+\//, '')] = tool.split('#')
  const folder = join(ROOT, 'node_modules', name)
  const { bin } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[command])
}
