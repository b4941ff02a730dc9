import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout these scripts belong to. */
export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)))

/**
 * Where downloads and built binaries are kept between checkouts.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [platform]
 * @param {string} [home]
 */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  if (env['CREEL_CACHE_DIR']) return resolve(env['CREEL_CACHE_DIR'])
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'creel')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'creel', 'Cache')
  return join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'creel')
}

/** What set-up writes about this checkout; see runtime.mjs. */
export const CHECKOUT_CACHE = join(ROOT, '.cache')
