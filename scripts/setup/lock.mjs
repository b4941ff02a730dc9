import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isStopping } from './run.mjs'
import { say, SetUpError } from './say.mjs'

const LOOK_AGAIN_MS = 250

/**
 * Runs `work` while no other set-up on this machine holds the same lock. Making a folder is atomic on every file system.
 * @template T
 * @param {string} folder the lock itself; its parents are made
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, work) {
  await mkdir(dirname(folder), { recursive: true })
  let told = false
  while (!(await take(folder))) {
    if (isStopping()) throw new SetUpError('Stopped while waiting for another set-up.')
    if (await removeIfAbandoned(folder)) continue
    if (!told) say(`waiting for another set-up to finish (${folder})`)
    told = true
    await pause(LOOK_AGAIN_MS)
  }
  try {
    return await work()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {string} folder */
async function take(folder) {
  // The owner's id is inside before the folder has its name: a lock is never seen without one.
  const prepared = `${folder}.${randomUUID()}`
  await mkdir(prepared)
  await writeFile(join(prepared, 'pid'), String(process.pid))
  try {
    await rename(prepared, folder)
    return true
  } catch {
    await rm(prepared, { recursive: true, force: true })
    return false
  }
}

/** @param {string} folder */
async function removeIfAbandoned(folder) {
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => ''))
  if (pid > 0 && isAlive(pid)) return false
  if (pid > 0) await rm(folder, { recursive: true, force: true })
  return pid > 0
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
