import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { run } from './run.mjs'

/**
 * Runs npm under a given Node, so that packages judge that Node and not an older one: no wall of engine warnings.
 * @param {string} node
 * @param {readonly string[]} args
 * @param {import('./run.mjs').RunOptions} [options]
 */
export function runNpm(node, args, options = {}) {
  const quietly = [...args, '--no-fund', '--no-audit', '--no-update-notifier', '--loglevel=error', '--no-progress']
  const env = { ...options.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` }
  const npm = npmScript()
  return npm === undefined
    ? run('npm', quietly, { ...options, env })
    : run(node, [npm, ...quietly], { ...options, env })
}

/** npm is a script that Node runs; run so, it needs no shell and no `.cmd` on Windows. */
function npmScript() {
  // npm_execpath may name another package manager: yarn and pnpm set it as well.
  const caller = process.env['npm_execpath']
  if (caller && /npm-cli\.[cm]?js$/.test(caller)) return caller
  const folder = dirname(process.execPath)
  const besideNode = [join(folder, 'node_modules'), join(folder, '..', 'lib', 'node_modules')]
  return besideNode.map((modules) => join(modules, 'npm', 'bin', 'npm-cli.js')).find((file) => existsSync(file))
}
