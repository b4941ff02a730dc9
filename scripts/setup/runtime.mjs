import { join } from 'node:path'
import { CHECKOUT_CACHE, ROOT } from './places.mjs'
import { writeStamp } from './stamp.mjs'

/** Read by the test helpers that launch the app, so that they need not find the runtime themselves. */
export const RUNTIME_FILE = join(CHECKOUT_CACHE, 'runtime.json')

/**
 * @typedef {object} RuntimeFacts
 * @property {string} app the folder Electron is given
 * @property {string} node24 path of a Node 24
 * @property {Readonly<import('./electron.mjs').ElectronRuntime>} electron
 * @property {readonly string[]} args to put before the folder
 * @property {Readonly<Record<string, string>>} env to add to the environment of Electron
 */

/**
 * How to start the app on this machine.
 * @param {string} node24
 * @param {import('./electron.mjs').ElectronRuntime} electron
 * @returns {RuntimeFacts}
 */
export function runtimeFacts(node24, electron, { platform = process.platform, uid = process.getuid?.() } = {}) {
  return {
    app: ROOT,
    node24,
    electron,
    // Chromium refuses to sandbox root's own processes; everybody else keeps the sandbox.
    args: platform === 'linux' && uid === 0 ? ['--no-sandbox'] : [],
    env: {
      ...(electron.sqliteBinding === null ? {} : { CREEL_SQLITE_BINDING: electron.sqliteBinding }),
      ...(electron.distPath === null ? {} : { ELECTRON_OVERRIDE_DIST_PATH: electron.distPath }),
    },
  }
}

/** @param {RuntimeFacts} facts */
export async function writeRuntimeFacts(facts) {
  await writeStamp(RUNTIME_FILE, { ...facts })
}
