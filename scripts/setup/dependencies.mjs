import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lockMismatch } from './lock-file.mjs'
import { withLock } from './lock.mjs'
import { runNpm } from './npm.mjs'
import { CHECKOUT_CACHE, ROOT } from './places.mjs'
import { say, SetUpError, tail } from './say.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

const MODULES = join(ROOT, 'node_modules')
const STAMP = join(MODULES, '.creel-set-up.json')

/**
 * Installs what the lock file says, if it is not there yet.
 * @param {string} node24
 */
export async function installDependencies(node24) {
  const lock = await readFile(join(ROOT, 'package-lock.json'), 'utf8')
  const hash = createHash('sha256').update(lock).digest('hex')
  const isDone = async () => (await readStamp(STAMP))?.['lock'] === hash
  if (!(await isDone())) {
    await withLock(join(CHECKOUT_CACHE, 'dependencies.lock'), async () => {
      if (await isDone()) return
      if (!(await isInstalledAlready(lock))) await npmCi(node24)
      await writeStamp(STAMP, { lock: hash })
    })
  }
  await putNode24First(node24)
}

/** Somebody ran `npm ci` by hand: npm's own record says whether it is what the lock file asks for.
 * @param {string} lock
 */
async function isInstalledAlready(lock) {
  const record = await readFile(join(MODULES, '.package-lock.json'), 'utf8').catch(() => undefined)
  return record !== undefined && lockMismatch(JSON.parse(lock), JSON.parse(record)) === undefined
}

/** @param {string} node24 */
async function npmCi(node24) {
  say('installing dependencies (npm ci), about half a minute')
  // No install script is needed: Node 24 comes from set-up, better-sqlite3 brings its binaries, Electron is fetched by set-up.
  const result = await runNpm(node24, ['ci', '--ignore-scripts'], { quiet: true })
  if (result.code === 0) return
  throw new SetUpError(
    `The dependencies could not be installed: npm ci failed.\n${tail(result.output)}\n` +
      'What to do: check that the npm registry can be reached (npm ping) and run the command again.',
  )
}

/**
 * npm scripts look into node_modules/.bin first: with Node 24 there, `npm run ...` and `npx ...` use it whatever Node the machine has.
 * A link, not a copy, so that reinstalling never has to delete the program that runs.
 * @param {string} node24
 */
async function putNode24First(node24) {
  const bin = join(MODULES, '.bin')
  if (!existsSync(bin) || node24.startsWith(MODULES)) return
  if (process.platform === 'win32') {
    await writeFile(join(bin, 'node.cmd'), `@"${node24}" %*\r\n`)
    return
  }
  const link = join(bin, 'node')
  if ((await readlink(link).catch(() => undefined)) === node24) return
  const half = `${link}.${process.pid}`
  await rm(half, { force: true })
  await symlink(node24, half)
  await rename(half, link)
}
