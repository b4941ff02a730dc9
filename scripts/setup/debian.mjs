import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'
import { say, SetUpError, tail } from './say.mjs'

/** What Electron needs: a shared library and the Debian package that holds it. */
const LIBRARIES = {
  'libgtk-3.so.0': 'libgtk-3-0',
  'libnss3.so': 'libnss3',
  'libasound.so.2': 'libasound2',
  'libgbm.so.1': 'libgbm1',
  'libXss.so.1': 'libxss1',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libdrm.so.2': 'libdrm2',
  'libxkbcommon.so.0': 'libxkbcommon0',
  'libnotify.so.4': 'libnotify4',
}

/** Programs: a display without a screen, a session bus, a keyring that tests unlock, and what the documents tell people to type. */
const DISPLAY_PROGRAMS = {
  Xvfb: 'xvfb',
  'xvfb-run': 'xvfb',
  xauth: 'xauth',
  'dbus-run-session': 'dbus',
  'dbus-launch': 'dbus-x11',
  'gnome-keyring-daemon': 'gnome-keyring',
  curl: 'curl',
}
const COMPILER_PROGRAMS = { python3: 'python3', make: 'make', 'g++': 'g++' }

/** Debian 13 and Ubuntu 24.04 renamed these when time_t grew to 64 bits. */
const RENAMED = new Set(['libgtk-3-0', 'libasound2', 'libatk-bridge2.0-0'])

/**
 * Which of the named shared libraries the dynamic linker does not know.
 * @param {string} listing the output of `ldconfig -p`
 * @param {readonly string[]} names
 */
export function missingLibraries(listing, names) {
  const known = new Set([...listing.matchAll(/^\s*(\S+) \(/gm)].map(([, name]) => name))
  return names.filter((name) => !known.has(name))
}

/** @param {string} name */
export function isOnPath(name) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)))
}

/**
 * Sees to it that Linux has what Electron needs. As root on Debian and its children missing packages are installed.
 * @param {{ display: boolean }} need display: Xvfb and a session bus as well
 */
export async function installSystemPackages({ display }) {
  if (process.platform !== 'linux') return
  const listing = await run('/sbin/ldconfig', ['-p'], { quiet: true })
  // Without ldconfig (Alpine, NixOS) nothing can be said about libraries; Electron's own message has to do.
  const libraries = listing.code === 0 ? missingLibraries(listing.output, Object.keys(LIBRARIES)) : []
  const programs = display ? Object.keys(DISPLAY_PROGRAMS).filter((name) => !isOnPath(name)) : []
  await installMissing([...libraries, ...programs], { ...LIBRARIES, ...(display ? DISPLAY_PROGRAMS : {}) }, 'Electron')
}

/** Sees to it that a C++ compiler is there: the fallback runtime's SQLite addon is built from its sources. */
export async function installCompiler() {
  const missing = Object.keys(COMPILER_PROGRAMS).filter((name) => !isOnPath(name))
  await installMissing(missing, COMPILER_PROGRAMS, "The fallback runtime's SQLite addon")
}

/**
 * @param {readonly string[]} missing
 * @param {Readonly<Record<string, string>>} packages
 * @param {string} who
 */
async function installMissing(missing, packages, who) {
  if (missing.length === 0) return
  const names = await nameHere([...new Set(Object.values(packages))])
  const line = `apt-get install -y --no-install-recommends ${names.join(' ')}`
  if (!isOnPath('apt-get')) {
    throw new SetUpError(
      `${who} needs what this system lacks: ${missing.join(', ')}.\nWhat to do: install it with your package manager and run the command again. On Debian:\n  ${line}`,
    )
  }
  if (process.getuid?.() !== 0) {
    throw new SetUpError(
      `${who} needs what this system lacks: ${missing.join(', ')}.\nWhat to do: run this as root, then the command again:\n  ${line}`,
    )
  }
  say(`installing what ${who} needs from Debian (${missing.join(', ')})`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const [command = '', ...args] = line.split(' ')
  const first = await run(command, args, { env, quiet: true })
  if (first.code === 0) return
  // A fresh machine or an old image has no package lists, or stale ones.
  await run('apt-get', ['update', '-qq'], { env, quiet: true })
  const second = await run(command, args, { env, quiet: true })
  if (second.code !== 0)
    throw new SetUpError(`Debian's packages could not be installed:\n  ${line}\n${tail(second.output)}`)
}

/** @param {readonly string[]} names */
async function nameHere(names) {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return isAfterTimeChange(release) ? names.map((name) => (RENAMED.has(name) ? `${name}t64` : name)) : names
}

/** @param {string} release /etc/os-release */
export function isAfterTimeChange(release) {
  const id = /^ID="?([^"\n]+)/m.exec(release)?.[1]
  const version = Number(/^VERSION_ID="?([\d.]+)/m.exec(release)?.[1] ?? 0)
  return (id === 'debian' && version >= 13) || (id === 'ubuntu' && version >= 24.04)
}
