import closeWithGrace from 'close-with-grace'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { RelayConfig } from './config.ts'
import { ADMIN_TOKEN, ADMIN_TOKEN_IS } from './environment.ts'
import { readOrMakeSecret } from './secret-file.ts'
import { readSettings } from './settings.ts'

/** better-sqlite3's prebuilt addon needs it; with less it would take the process down without a word. */
const NODE_API = 10
/** Beside the time for uploads: agents' goodbyes and the last commit. */
const CLOSE_MARGIN_MS = 10_000

/** Stops the process: bad settings or a start that failed. The message is one sentence. */
export class CannotStart extends Error {
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CannotStart'
    this.exitCode = exitCode
  }
}

/**
 * Runs a relay in this process until SIGTERM or SIGINT, which end it with 0 after what was begun is finished.
 * @throws CannotStart with the sentence to print and the exit code.
 */
export async function runRelay(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const problem = describeOldNode(process.versions['napi'])
  if (problem) throw new CannotStart(problem, 2)
  const read = readSettings(env)
  if (!read.ok) throw new CannotStart(read.problem, 2)
  for (const name of read.unknown) say(`${name} is set, but is no setting of the relay: see creel relay --help.`)
  try {
    const config = await withAdminToken(read.config)
    // Not before the Node-API was checked: importing the addon of a wrong one ends the process.
    const { startRelay } = await import('./server.ts')
    const relay = await startRelay(config)
    closeWithGrace({ delay: config.timeouts.stopMs + CLOSE_MARGIN_MS, logger: false }, async ({ err }) => {
      if (err) say(err.stack ?? err.message)
      await relay.stop()
    })
  } catch (error) {
    throw new CannotStart(describe(error, read.config), 1, { cause: error })
  }
}

/** Says why this Node cannot run the relay, or null. */
export function describeOldNode(nodeApi: string | undefined): string | null {
  if (Number(nodeApi) >= NODE_API) return null
  return `This Node.js (${process.version}) is too old for the relay's database: it needs Node-API ${NODE_API}, so Node.js 22.14 or newer.`
}

async function withAdminToken(config: RelayConfig): Promise<RelayConfig> {
  if (config.adminToken !== null) return config
  const file = join(config.dataDir, 'admin-token')
  const secret = await readOrMakeSecret(file, () => `cra_${randomBytes(32).toString('base64url')}`)
  if (!ADMIN_TOKEN.test(secret.text)) {
    throw new Error(`${file} should hold ${ADMIN_TOKEN_IS}. Put it back, or delete the file to have one made.`)
  }
  if (secret.isNew) say(`The administrator's token, printed this once and kept in ${file}: ${secret.text}`)
  if (secret.isOpenToOthers) say(`${file} can be read by others on this machine: chmod 600 it.`)
  return { ...config, adminToken: secret.text }
}

function describe(error: unknown, config: RelayConfig): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'port-taken') return `${error.message} The ports are set by CREEL_PORT and CREEL_OPS_PORT.`
  if (code === 'in-use') return `${error.message} The folder is set by CREEL_DATA_DIR.`
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen') {
    return `Port ${config.port} may not be bound by this user: set CREEL_PORT to one from 1024 up.`
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `CREEL_HOST is ${config.host}, which is no address of this machine.`
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EPERM' || code === 'ENOSPC') {
    return `CREEL_DATA_DIR is ${config.dataDir}, which cannot be used: ${error.message}.`
  }
  return error.message
}

/** To people, not to the log, which goes to stdout as JSON. */
function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
