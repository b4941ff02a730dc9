import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { installCompiler } from './debian.mjs'
import { withLock } from './lock.mjs'
import { fetchNode24, headersOf } from './node24.mjs'
import { cacheFolder, ROOT } from './places.mjs'
import { run } from './run.mjs'
import { say, SetUpError, tail } from './say.mjs'

const PACKAGE = join(ROOT, 'node_modules/better-sqlite3')
/** Raised when the way it is built changes. */
const REVISION = 1

/**
 * A better-sqlite3 addon for a runtime with Node-API 9 (Node 20). The package's own binary needs Node-API 10 and crashes there.
 * Built once per machine and version.
 * @param {string} node24
 * @returns {Promise<string>} the path for better-sqlite3's option `nativeBinding`
 */
export async function prepareSqliteAddon(node24) {
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'))
  const folder = join(cacheFolder(), `better-sqlite3-${version}-napi9-${process.platform}-${process.arch}-r${REVISION}`)
  const binary = join(folder, 'better_sqlite3.node')
  if (existsSync(binary)) return binary
  await installCompiler()
  await withLock(`${folder}.lock`, async () => {
    if (!existsSync(binary)) await build(node24, folder)
  })
  return binary
}

/**
 * @param {string} node24
 * @param {string} folder
 */
async function build(node24, folder) {
  say('building SQLite for the fallback runtime, one to two minutes')
  const half = `${folder}.half`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { recursive: true })
  // In a copy: node_modules stays as npm made it. The other platforms' binaries (20 MB) are left behind.
  await cp(PACKAGE, join(half, 'source'), { recursive: true, filter: (path) => !path.includes('prebuilds') })
  const nodedir = headersOf(node24) ?? headersOf(await fetchNode24())
  const gyp = join(ROOT, 'node_modules/node-gyp/bin/node-gyp.js')
  const args = [gyp, 'rebuild', '--release', '--force_build=1', '--jobs=max', `--nodedir=${nodedir}`]
  const result = await run(node24, args, {
    cwd: join(half, 'source'),
    quiet: true,
    env: {
      NODE_PATH: join(ROOT, 'node_modules'),
      CXXFLAGS: '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NO_WARNING -fno-lto',
      CFLAGS: '-fno-lto',
      LDFLAGS: '-fno-lto',
    },
  })
  if (result.code !== 0)
    throw new SetUpError(`better-sqlite3 could not be built for the fallback runtime.\n${tail(result.output)}`)
  await mkdir(join(half, 'done'))
  await copyFile(join(half, 'source/build/Release/better_sqlite3.node'), join(half, 'done/better_sqlite3.node'))
  await rm(folder, { recursive: true, force: true })
  await rename(join(half, 'done'), folder)
  await rm(half, { recursive: true, force: true })
}
