import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './places.mjs'
import { run } from './run.mjs'

const DOWNLOAD_LIMIT_MS = 15 * 60_000

/** @typedef {{ ok: true, executable: string } | { ok: false, why: string }} OfficialOutcome */

/**
 * The executable of the official Electron, if its binary is unpacked.
 * @param {string} [folder] the npm package `electron`
 */
export async function officialExecutable(folder = join(ROOT, 'node_modules/electron')) {
  const path = await readFile(join(folder, 'path.txt'), 'utf8').catch(() => undefined)
  const version = await readFile(join(folder, 'dist/version'), 'utf8').catch(() => undefined)
  if (path === undefined || version?.trim().replace(/^v/, '') !== (await officialVersion(folder))) return undefined
  const executable = join(folder, 'dist', path.trim())
  return existsSync(executable) ? executable : undefined
}

/** @param {string} [folder] */
export async function officialVersion(folder = join(ROOT, 'node_modules/electron')) {
  return String(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version)
}

/**
 * Lets the official package download its binary, from its release host or the mirror that the environment names.
 * It checks the SHA-256 of what came.
 * @param {string} node24
 * @param {{ folder?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<OfficialOutcome>}
 */
export async function downloadOfficial(node24, { folder = join(ROOT, 'node_modules/electron'), env = {} } = {}) {
  const result = await run(node24, [join(folder, 'install.js')], {
    quiet: true,
    timeoutMs: DOWNLOAD_LIMIT_MS,
    // An override would make the package think that its binary is elsewhere.
    env: { ...env, ELECTRON_OVERRIDE_DIST_PATH: undefined },
  })
  const executable = await officialExecutable(folder)
  if (result.code === 0 && executable !== undefined) return { ok: true, executable }
  return { ok: false, why: result.code === 124 ? 'the download took longer than 15 minutes' : reasonOf(result.output) }
}

/**
 * The lines of a failed download that say why, without its stack.
 * @param {string} output
 */
export function reasonOf(output) {
  const lines = output.split('\n').map((line) => line.trim())
  const telling = lines.filter((line) => line !== '' && !line.startsWith('at ') && !/^[{}\]]+,?$/.test(line))
  const cause = lines.map((line) => /^\[?cause\]?: (.*?)[{]?$/.exec(line)?.[1]).find((text) => text !== undefined)
  return [telling[0] ?? 'no reason given', cause].filter((text) => text !== undefined).join(' ').trim()
}
