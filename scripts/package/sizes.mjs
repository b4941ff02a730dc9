import { existsSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ROOT } from '../setup/places.mjs'

const RELEASE = join(ROOT, 'release')
const MB = 1_000_000

/** @typedef {{ folder: string, asar: string, bytes: number, asarBytes: number, unpackedBytes: number }} PackageSize */

/**
 * The folders that the builder made, each with what it weighs: all of it, app.asar, and what stands unpacked beside that.
 * @param {string} [release]
 * @returns {Promise<readonly PackageSize[]>}
 */
export async function measurePackages(release = RELEASE) {
  /** @type {PackageSize[]} */
  const sizes = []
  for (const folder of await unpackedFolders(release)) {
    const asar = (await listFiles(folder)).find(({ path }) => basename(path) === 'app.asar')
    if (asar === undefined) continue
    sizes.push({
      folder,
      asar: asar.path,
      bytes: sum(await listFiles(folder)),
      asarBytes: asar.bytes,
      unpackedBytes: sum(await listFiles(`${asar.path}.unpacked`)),
    })
  }
  return sizes
}

/** Every way in which the builder calls them: linux-unpacked, linux-arm64-unpacked, win-unpacked, mac, mac-arm64.
 * @param {string} release
 */
async function unpackedFolders(release) {
  if (!existsSync(release)) return []
  const names = await readdir(release)
  return names.filter((name) => /^(mac(-\w+)?|\w+(-\w+)?-unpacked)$/.test(name)).map((name) => join(release, name))
}

/**
 * @param {string} folder
 * @returns {Promise<readonly { path: string, bytes: number }[]>} links are not followed; none where there is no folder
 */
async function listFiles(folder) {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.map(async (path) => ({ path, bytes: (await lstat(path)).size })))
}

/** @param {readonly { bytes: number }[]} files */
function sum(files) {
  return files.reduce((total, { bytes }) => total + bytes, 0)
}

/**
 * What is inside an archive, the heaviest first, by the first two folders of its path.
 * @param {string} asar
 * @returns {Promise<readonly (readonly [string, number])[]>} name and bytes
 */
export async function weighArchive(asar) {
  const { listPackage, statFile } = await import('@electron/asar')
  /** @type {Map<string, number>} */
  const weights = new Map()
  for (const path of listPackage(asar, { isPack: false })) {
    const name = path.replaceAll('\\', '/').replace(/^\//, '')
    const entry = statFile(asar, name)
    if (!('size' in entry) || ('unpacked' in entry && entry.unpacked)) continue
    const place = dirname(name).split('/').slice(0, 2).join('/')
    weights.set(place, (weights.get(place) ?? 0) + Number(entry.size))
  }
  return [...weights].toSorted(([, one], [, other]) => other - one)
}

/** One line for a person.
 * @param {PackageSize} size
 */
export function writeSize({ folder, bytes, asarBytes, unpackedBytes }) {
  return `${folder}: ${megabytes(bytes)}, of which app.asar ${megabytes(asarBytes)} and native code beside it ${megabytes(unpackedBytes)}`
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / MB).toFixed(1)} MB`
}
