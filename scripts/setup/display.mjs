import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.mjs'

const SCREEN = '-screen 0 1600x1000x24'

/** @param {NodeJS.ProcessEnv} [env] */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}

/**
 * Runs a command on a display of its own with a session bus of its own (Linux; elsewhere just runs it).
 * Its temporary files live in one folder that is removed at the end: a killed xvfb-run leaves its own behind.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('./run.mjs').RunOptions} [options]
 */
export async function runOnOwnDisplay(command, args, options = {}) {
  if (process.platform !== 'linux') return run(command, args, options)
  const temporary = await mkdtemp(join(tmpdir(), 'creel-'))
  // A Wayland session would be preferred to the display made here, and the tests would open windows on the desk.
  const env = { ...options.env, TMPDIR: temporary, WAYLAND_DISPLAY: undefined }
  // Stopped all at once, the app would lose its display before it has put its things in order: so it alone is asked to stop,
  // and the display and the bus go when it has ended.
  const pidFile = join(temporary, 'pid')
  const words = ['sh', '-c', 'echo $$ > "$0"; exec "$@"', pidFile, command, ...args]
  try {
    return await run('dbus-run-session', ['--', 'xvfb-run', '-a', '-s', SCREEN, ...words], {
      ...options,
      env,
      pidToStop: () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) || undefined : undefined),
    })
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 })
  }
}
