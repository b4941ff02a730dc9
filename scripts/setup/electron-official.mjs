import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './places.mjs'
import { run, TIMED_OUT } from './run.mjs'

const DOWNLOAD_LIMIT_MS = 15 * 60_000
const PROBE_LIMIT_MS = 5000
/** Where @electron/get looks unless a mirror is named. */
const RELEASES = 'https://github.com/electron/electron/releases/download/'

/** The official npm package, which downloads its binary on first use. */
export const ELECTRON_PACKAGE = join(ROOT, 'node_modules/electron')

/** @typedef {{ ok: true, executable: string } | { ok: false, why: string }} OfficialOutcome */

/**
 * The executable of the official Electron, if its binary is unpacked.
 * @param {string} folder the npm package `electron`
 */
export async function officialExecutable(folder) {
  const path = await readFile(join(folder, 'path.txt'), 'utf8').catch(() => undefined)
  const version = await readFile(join(folder, 'dist/version'), 'utf8').catch(() => undefined)
  if (path === undefined || version?.trim().replace(/^v/, '') !== (await officialVersion(folder))) return undefined
  const executable = join(folder, 'dist', path.trim())
  return existsSync(executable) ? executable : undefined
}

/** @param {string} folder the npm package `electron` */
export async function officialVersion(folder) {
  return String(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version)
}

/**
 * The mirror that @electron/get would ask, by the names it knows.
 * @param {NodeJS.ProcessEnv} env
 */
export function mirrorOf(env) {
  return env['npm_config_electron_mirror'] || env['ELECTRON_MIRROR'] || env['electron_mirror'] || ''
}

/**
 * Lets the official package download its binary, from its release host or the mirror that the environment names.
 * It checks the SHA-256 of what came.
 * @param {string} node24
 * @param {{ folder: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<OfficialOutcome>}
 */
export async function downloadOfficial(node24, { folder, env }) {
  const result = await run(node24, [join(folder, 'install.js')], {
    quiet: true,
    timeoutMs: DOWNLOAD_LIMIT_MS,
    // An override would make the package think that its binary is elsewhere.
    env: { ...env, ELECTRON_MIRROR: mirrorOf(env) || undefined, ELECTRON_OVERRIDE_DIST_PATH: undefined },
  })
  const executable = await officialExecutable(folder)
  if (result.code === 0 && executable !== undefined) return { ok: true, executable }
  if (result.code === TIMED_OUT) return { ok: false, why: 'the download took longer than 15 minutes' }
  return { ok: false, why: await reasonOf(result.output, mirrorOf(env) || RELEASES) }
}

/**
 * Why a download failed, in one line. Node says only "fetch failed" when no connection comes about: then it is asked what was wrong.
 * @param {string} output of install.js
 * @param {string} address that it asked
 */
async function reasonOf(output, address) {
  const reason = firstLine(output)
  if (!reason.includes('fetch failed')) return reason
  try {
    await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_LIMIT_MS) })
    return `${reason} (${address})`
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    return `${address} cannot be reached (${cause})`
  }
}

/** @param {string} output */
export function firstLine(output) {
  return (
    output
      .trim()
      .split('\n')[0]
      ?.replace(/^\w*Error: /, '') || 'it gave no reason'
  )
}
