import { spawn } from 'node:child_process'
import { ROOT } from './places.mjs'

const STOP_GRACE_MS = 15_000
/** As `timeout` of the shell says it. */
export const TIMED_OUT = 124
const GROUPS = process.platform !== 'win32'

/** What runs, how each is asked to stop, and how long it may take over it.
 * @type {Map<import('node:child_process').ChildProcess, { stop: () => void, graceMs: number | null }>}
 */
const running = new Map()
let stopping = false

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] added to this process's own
 * @property {boolean} [quiet] collect the output instead of showing it
 * @property {() => number | undefined} [pidToStop] the process to ask to stop, where that is not the whole group
 * @property {number | null} [graceMs] how long it may take to stop before it is killed; null = it knows itself
 * @property {number} [timeoutMs] killed after this time, with code TIMED_OUT
 */

/**
 * Runs a command to its end. Never rejects: a command that cannot be started has code 127.
 * On POSIX it leads a process group, so that stopping it stops everything below it (Xvfb, a session bus, Electron).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const { cwd = ROOT, env = {}, quiet = false, graceMs = STOP_GRACE_MS, pidToStop, timeoutMs } = options
  return new Promise((resolve) => {
    if (stopping) return resolve({ code: 130, output: '' })
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      detached: GROUPS,
      windowsHide: true,
    })
    const stop = () => {
      const pid = pidToStop?.()
      if (pid === undefined) kill(child, 'SIGTERM')
      else process.kill(pid, 'SIGTERM')
    }
    running.set(child, { stop, graceMs })
    let output = ''
    let code = 0
    const expire = () => {
      code = TIMED_OUT
      kill(child, 'SIGKILL')
    }
    const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs)
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text))
    const finish = (/** @type {number} */ ended) => {
      clearTimeout(timer)
      running.delete(child)
      if (GROUPS) kill(child, 'SIGKILL')
      resolve({ code: code || ended, output })
    }
    child.on('error', (error) => {
      output += error.message
      finish(127)
    })
    child.on('close', (exit, signal) => finish(exit ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function kill(child, signal) {
  if (child.pid === undefined) return
  try {
    if (GROUPS) process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch (error) {
    // ESRCH: everything is gone already, which is what was wanted. EPERM: only zombies are left (macOS).
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

/** Asks every running command to stop, and kills what does not, or at once when asked again. */
function stopAll() {
  if (stopping) return running.forEach((_, child) => kill(child, 'SIGKILL'))
  stopping = true
  running.forEach(({ stop, graceMs }, child) => {
    stop()
    if (graceMs !== null) setTimeout(() => running.has(child) && kill(child, 'SIGKILL'), graceMs).unref()
  })
}

/** Ctrl-C, a closed terminal and a build server's cancel stop everything this process started. */
export function stopOnSignals() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stopAll)
}

/** True once a person asked to stop: what is left to do is then left undone. */
export function isStopping() {
  return stopping
}
