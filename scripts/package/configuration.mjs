import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../setup/places.mjs'

/** @typedef {Record<string, unknown>} Configuration what electron-builder takes */

const ADDON_PACKAGE = 'node_modules/better-sqlite3'

/** @returns {Promise<Configuration>} electron-builder.yml as it stands: what official packages are made from */
export async function readConfiguration() {
  // Here, not above: what a fresh clone begins with is loaded before any package is there.
  const { parse } = await import('yaml')
  return parse(await readFile(join(ROOT, 'electron-builder.yml'), 'utf8'))
}

/**
 * What differs on this machine: an Electron that is there already, the addon that it needs, a certificate.
 * @param {Configuration} configuration
 * @param {object} here
 * @param {import('../setup/electron.mjs').ElectronRuntime} here.electron
 * @param {string} here.addons folder with the addon that the runtime needs instead of the package's own
 * @param {NodeJS.ProcessEnv} here.env
 * @returns {Configuration}
 */
export function adapt(configuration, { electron, addons, env }) {
  const adapted = { ...configuration }
  if (electron.distPath !== null) {
    adapted['electronDist'] = electron.distPath
    adapted['electronVersion'] = electron.version
    adapted['afterPack'] = './scripts/package/after-pack.mjs'
  }
  if (electron.sqliteBinding !== null) adapted['files'] = withAddon(configuration['files'], addons)
  if (env['CSC_LINK'] || env['CSC_NAME']) adapted['mac'] = signed(configuration['mac'])
  return adapted
}

/**
 * An older runtime crashes on better-sqlite3's own binary: the one built for it takes that one's place.
 * @param {unknown} files
 * @param {string} addons
 */
function withAddon(files, addons) {
  const sets = Array.isArray(files) ? files : []
  const own = sets.find((set) => set.from === ADDON_PACKAGE)
  if (own === undefined) throw new Error(`electron-builder.yml does not pack ${ADDON_PACKAGE}`)
  return [
    ...sets.filter((set) => set !== own),
    { ...own, filter: [...own.filter, '!prebuilds/*'] },
    { from: addons, to: `${ADDON_PACKAGE}/prebuilds`, filter: ['${platform}-${arch}.node'] },
  ]
}

/**
 * Nothing ad hoc where there is a certificate: the builder finds it by itself, and Apple wants the hardened runtime with it.
 * @param {unknown} mac
 */
function signed(mac) {
  const { identity: _, ...rest } = /** @type {Record<string, unknown>} */ (mac)
  return { ...rest, hardenedRuntime: true }
}
