import { dirname } from 'node:path'
import { run } from './run.mjs'

/**
 * Runs npm under a given Node, so that packages judge that Node and not an older one: no wall of engine warnings.
 * @param {string} node
 * @param {readonly string[]} args
 * @param {import('./run.mjs').RunOptions} [options]
 */
export function runNpm(node, args, options = {}) {
  const quietly = [...args, '--no-fund', '--no-audit', '--no-update-notifier', '--loglevel=error', '--no-progress']
  const separator = process.platform === 'win32' ? ';' : ':'
  const env = { ...options.env, PATH: `${dirname(node)}${separator}${process.env['PATH'] ?? ''}` }
  const npm = process.env['npm_execpath']
  // npm_execpath may name another package manager (yarn sets it as well); npm's own is a script that Node runs.
  if (npm && /npm-cli\.[cm]?js$/.test(npm)) return run(node, [npm, ...quietly], { ...options, env })
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', quietly, { ...options, env })
}
