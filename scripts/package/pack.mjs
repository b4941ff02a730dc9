import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CHECKOUT_CACHE } from '../setup/places.mjs'
import { SetUpError } from '../setup/say.mjs'
import { writeStamp } from '../setup/stamp.mjs'
import { runTool } from '../setup/tools.mjs'
import { adapt, readConfiguration } from './configuration.mjs'

/** Options of electron-builder after which no installer is made. */
const FOLDER_ONLY = '--dir'

/**
 * Makes packages of what was built before into out/.
 * @param {string} node24
 * @param {import('../setup/electron.mjs').ElectronRuntime} electron
 * @param {readonly string[]} args electron-builder's own
 * @returns {Promise<number>} the exit code
 */
export async function pack(node24, electron, args) {
  if (electron.kind === 'fallback' && !args.includes(FOLDER_ONLY)) throw new SetUpError(onlyAFolder(electron.version))
  const file = join(CHECKOUT_CACHE, 'electron-builder.json')
  const addons = join(CHECKOUT_CACHE, 'addons')
  if (electron.sqliteBinding !== null) {
    await mkdir(addons, { recursive: true })
    await copyFile(electron.sqliteBinding, join(addons, `${process.platform}-${process.arch}.node`))
  }
  await writeStamp(file, adapt(await readConfiguration(), { electron, addons, env: process.env }))
  const words = ['--config', file, '--publish', 'never', ...args]
  return (await runTool(node24, 'electron-builder', words, { env: withoutEmptySecrets(process.env) })).code
}

/**
 * A build server gives a secret that nobody set as an empty text, which the builder would take for a certificate.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutEmptySecrets(env) {
  const empty = Object.keys(env).filter((name) => /^(WIN_)?CSC_|^APPLE_/.test(name) && env[name] === '')
  return Object.fromEntries(empty.map((name) => [name, undefined]))
}

/** @param {string} version */
function onlyAFolder(version) {
  return `Installers are made from the official Electron, which could not be fetched here; Electron ${version} serves tests only.
What to do: npm run package -- --dir makes a folder that runs; or npm run setup -- --again asks for the official one.`
}
