import { MAX_BODY_BYTES } from '../protocol/limits.ts'
import { DEFAULT_LIMITS as STORE_LIMITS, type StoreLimits } from './store/store-limits.ts'

/** Everything that a relay is told at its start. Plain values only: it crosses to a worker thread. */
export type RelayConfig = {
  /** Address to bind; the loopback unless somebody says otherwise. */
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  /** What inputs' URLs begin with, without a slash at the end; null = the bound address. */
  readonly publicUrl: string | null
  readonly dataDir: string
  /** Port of `/live`, `/ready` and `/metrics`; null = none. */
  readonly opsPort: number | null
  readonly opsHost: string
  /** Null = nobody administrates over HTTP, only `inject` does. */
  readonly adminToken: string | null
  /** 32 bytes that payloads at rest are encrypted with; null = a key file in `dataDir`. */
  readonly keyBase64: string | null
  /** Path of better-sqlite3's addon where it is not the prebuilt one. */
  readonly nativeBinding: string | null
  /** Run by the app for one person: what goes to unknown inputs is shown in the first bucket. */
  readonly embedded: boolean
  /** `like-default`: whoever asks cannot tell which inputs exist. */
  readonly unknownInputs: 'like-default' | '404'
  /** Host names, beside the obvious ones, under which everything but `/in/*` may be asked. */
  readonly allowedHosts: readonly string[]
  readonly logLevel: LogLevel
  readonly limits: RelayLimits
  readonly timeouts: RelayTimeouts
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/** What buckets inherit where they set nothing, and the bounds on memory. Bytes and ms. */
export type RelayLimits = StoreLimits & { readonly maxBodyBytes: number; readonly maxAgents: number }

/** In ms. */
export type RelayTimeouts = {
  /** From the connection, or the end of the last request, to the end of a head. */
  readonly headMs: number
  /** Between two pieces of a body. */
  readonly idleMs: number
  /** For one request as a whole: a slow upload of the largest body has to fit in. */
  readonly requestMs: number
  /** How long a stop waits for what was begun. */
  readonly stopMs: number
}

export const DEFAULT_LIMITS: RelayLimits = { ...STORE_LIMITS, maxBodyBytes: MAX_BODY_BYTES, maxAgents: 10 }

export const DEFAULT_TIMEOUTS: RelayTimeouts = { headMs: 20_000, idleMs: 60_000, requestMs: 3_600_000, stopMs: 30_000 }

/** A whole configuration from the little that somebody wants otherwise. */
export function relayConfig(wanted: Partial<RelayConfig> & Pick<RelayConfig, 'dataDir'>): RelayConfig {
  return {
    host: '127.0.0.1',
    port: 8080,
    publicUrl: null,
    opsPort: null,
    opsHost: wanted.host ?? '127.0.0.1',
    adminToken: null,
    keyBase64: null,
    nativeBinding: null,
    embedded: false,
    unknownInputs: 'like-default',
    allowedHosts: [],
    logLevel: 'info',
    limits: DEFAULT_LIMITS,
    timeouts: DEFAULT_TIMEOUTS,
    ...wanted,
  }
}
