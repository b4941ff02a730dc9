import { DEFAULT_LIMITS, type RelayConfig, relayConfig } from './config.ts'
import { Environment } from './environment.ts'

/** How a setting is shown by `creel relay --help`, and given there. */
type SettingHelp = {
  readonly flag: string
  readonly about: string
  /** What is used where nothing is set. */
  readonly byDefault: string
}

export const SETTINGS: Readonly<Record<keyof Environment, SettingHelp>> = {
  CREEL_HOST: { flag: '--host <address>', about: 'address to bind', byDefault: '127.0.0.1' },
  CREEL_PORT: { flag: '--port <number>', about: 'port to bind; 0 = any free one', byDefault: '8080' },
  CREEL_PUBLIC_URL: {
    flag: '--public-url <url>',
    about: "what inputs' URLs begin with",
    byDefault: 'the bound address',
  },
  CREEL_DATA_DIR: { flag: '--data-dir <folder>', about: 'database and secret files', byDefault: '~/.creel/relay' },
  CREEL_OPS_PORT: {
    flag: '--ops-port <number>',
    about: 'port of /live, /ready and /metrics; "off" = none',
    byDefault: '9000',
  },
  CREEL_OPS_HOST: { flag: '--ops-host <address>', about: 'address that port is bound to', byDefault: 'as --host' },
  CREEL_ADMIN_TOKEN: {
    flag: '--admin-token <text>',
    about: 'token of the administrator',
    byDefault: 'made, kept in a 0600 file, printed once',
  },
  CREEL_KEY: {
    flag: '--key <base64>',
    about: 'encrypts payloads at rest: 32 bytes in base64',
    byDefault: 'made, kept in a 0600 file',
  },
  CREEL_UNKNOWN_INPUTS: {
    flag: '--unknown-inputs <answer>',
    about: 'answer for inputs that do not exist: like-default or 404',
    byDefault: 'like-default',
  },
  CREEL_ALLOWED_HOSTS: {
    flag: '--allowed-hosts <names>',
    about: 'host names, by commas, that agents and administrators may use',
    byDefault: 'addresses, localhost and that of the public URL',
  },
  CREEL_LOG_LEVEL: {
    flag: '--log-level <level>',
    about: 'trace, debug, info, warn, error, fatal or silent',
    byDefault: 'info',
  },
  CREEL_MAX_BODY_BYTES: {
    flag: '--max-body-bytes <size>',
    about: 'largest body; more is answered 413',
    byDefault: '25MiB',
  },
  CREEL_BUCKET_MAX_ITEMS: {
    flag: '--bucket-max-items <number>',
    about: 'items a bucket keeps unacknowledged; then 503',
    byDefault: '10000',
  },
  CREEL_BUCKET_MAX_BYTES: {
    flag: '--bucket-max-bytes <size>',
    about: 'bytes a bucket keeps unacknowledged; then 503',
    byDefault: '1GiB',
  },
  CREEL_BUCKET_MAX_AGENTS: {
    flag: '--bucket-max-agents <number>',
    about: 'agents of one bucket at once',
    byDefault: '10',
  },
  CREEL_BUCKET_OVERFLOW: {
    flag: '--bucket-overflow <choice>',
    about: 'what a full bucket does: refuse or drop-oldest',
    byDefault: 'refuse',
  },
  CREEL_TTL: { flag: '--ttl <time>', about: 'how long an item waits before it expires', byDefault: '7d' },
  CREEL_KEEP_ACKED: {
    flag: '--keep-acked <time>',
    about: 'how long acknowledged items stay for the administrator',
    byDefault: '0s',
  },
  CREEL_UNCOMMITTED_BYTES: {
    flag: '--uncommitted-bytes <size>',
    about: 'memory for uploads not yet on disk; then 503',
    byDefault: '64MiB',
  },
  CREEL_HEAD_TIMEOUT: { flag: '--head-timeout <time>', about: 'for a head to arrive', byDefault: '20s' },
  CREEL_IDLE_TIMEOUT: { flag: '--idle-timeout <time>', about: 'between two pieces of a body', byDefault: '60s' },
  CREEL_REQUEST_TIMEOUT: { flag: '--request-timeout <time>', about: 'for a whole request', byDefault: '1h' },
  CREEL_STOP_TIMEOUT: { flag: '--stop-timeout <time>', about: 'for begun uploads at a stop', byDefault: '30s' },
}

/** Wrong ones are not repeated: a terminal or a log is no place for them. */
const SECRETS = new Set(['CREEL_ADMIN_TOKEN', 'CREEL_KEY'])

export type SettingsRead =
  | {
      readonly ok: true
      readonly config: RelayConfig
      /** Variables that begin with CREEL_ and are none of the relay's: perhaps misspelt. */
      readonly unknown: readonly string[]
    }
  /** One sentence that names the variable. */
  | { readonly ok: false; readonly problem: string }

/** Reads the relay's settings from environment variables. Empty ones count as unset. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): SettingsRead {
  const given = Object.fromEntries(Object.entries(env).filter(([, text]) => text !== undefined && text !== ''))
  const read = Environment.safeParse(given)
  if (read.success) {
    const problem = describeConflict(read.data)
    if (problem) return { ok: false, problem }
    const unknown = Object.keys(given).filter((name) => name.startsWith('CREEL_') && !(name in SETTINGS))
    return { ok: true, config: assemble(read.data), unknown }
  }
  const issue = read.error.issues[0]
  const name = String(issue?.path[0])
  const shown = SECRETS.has(name) ? 'what was given' : JSON.stringify(given[name]?.slice(0, 100))
  return { ok: false, problem: `${name} must be ${issue?.message}, not ${shown}.` }
}

/** Settings that are good each for itself, but not together. */
function describeConflict(env: Environment): string | null {
  if (env.CREEL_HEAD_TIMEOUT > env.CREEL_REQUEST_TIMEOUT) {
    return 'CREEL_HEAD_TIMEOUT must not be longer than CREEL_REQUEST_TIMEOUT, of which it is a part.'
  }
  if (env.CREEL_OPS_PORT !== null && env.CREEL_OPS_PORT !== 0 && env.CREEL_OPS_PORT === env.CREEL_PORT) {
    return 'CREEL_OPS_PORT must not be the same as CREEL_PORT.'
  }
  return null
}

function assemble(env: Environment): RelayConfig {
  return relayConfig({
    host: env.CREEL_HOST,
    port: env.CREEL_PORT,
    publicUrl: env.CREEL_PUBLIC_URL ?? null,
    dataDir: env.CREEL_DATA_DIR,
    opsPort: env.CREEL_OPS_PORT,
    opsHost: env.CREEL_OPS_HOST ?? env.CREEL_HOST,
    adminToken: env.CREEL_ADMIN_TOKEN ?? null,
    keyBase64: env.CREEL_KEY ?? null,
    unknownInputs: env.CREEL_UNKNOWN_INPUTS,
    allowedHosts: env.CREEL_ALLOWED_HOSTS,
    logLevel: env.CREEL_LOG_LEVEL,
    limits: {
      ...DEFAULT_LIMITS,
      maxBodyBytes: env.CREEL_MAX_BODY_BYTES,
      maxItems: env.CREEL_BUCKET_MAX_ITEMS,
      maxBytes: env.CREEL_BUCKET_MAX_BYTES,
      maxAgents: env.CREEL_BUCKET_MAX_AGENTS,
      overflow: env.CREEL_BUCKET_OVERFLOW,
      ttlMs: env.CREEL_TTL,
      keepAckedMs: env.CREEL_KEEP_ACKED,
      uncommittedBytes: env.CREEL_UNCOMMITTED_BYTES,
    },
    timeouts: {
      headMs: env.CREEL_HEAD_TIMEOUT,
      idleMs: env.CREEL_IDLE_TIMEOUT,
      requestMs: env.CREEL_REQUEST_TIMEOUT,
      stopMs: env.CREEL_STOP_TIMEOUT,
    },
  })
}
