/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 * @property {boolean} [inBundle]
 * @property {boolean} [link]
 * @property {boolean} [hasInstallScript]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 */
/** @typedef {{ readonly packages: Readonly<Record<string, LockedPackage>> }} LockFile */

/**
 * Compares a lock file with npm's record of what it installed (node_modules/.package-lock.json).
 * @param {LockFile} lock
 * @param {LockFile} installed
 * @returns {string | undefined} the first package that differs
 */
export function lockMismatch(lock, installed) {
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (path === '') continue
    const found = installed.packages[path]
    // An optional package is left out on platforms that it is not for.
    if (found === undefined && (wanted.optional || wanted.devOptional)) continue
    if (found?.version !== wanted.version) return path
  }
  return Object.keys(installed.packages).find((path) => path !== '' && lock.packages[path] === undefined)
}

/**
 * Packages whose lock entry names the registry it was made with: such a lock file installs from that registry only.
 * @param {LockFile} lock
 */
export function packagesWithAddress(lock) {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined && !entry.link)
    .map(([path]) => path)
}

/**
 * Optional dependencies (mostly builds for other platforms) that a package names but the lock file lacks: with these missing
 * `npm ci` works where the lock file was made and refuses elsewhere.
 * @param {LockFile} lock
 */
export function missingOptionals(lock) {
  /** @type {string[]} */
  const missing = []
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!isReachable(lock, path, name)) missing.push(`${path} -> ${name}`)
    }
  }
  return missing
}

/**
 * Looks a package up as Node does: in the folder itself, then in each one above.
 * @param {LockFile} lock
 * @param {string} from
 * @param {string} name
 */
function isReachable(lock, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (lock.packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`] !== undefined) return true
    if (at === '') return false
  }
}
