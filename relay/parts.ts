import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Logger } from 'pino'
import type { AdminContext } from './admin/context.ts'
import { type Administration, createAdministration } from './admin/on-demand.ts'
import type { StatusView } from './admin/schemas.ts'
import { isSameText, readBearer } from './auth.ts'
import type { RelayConfig } from './config.ts'
import { type Counters, createCounters } from './counters.ts'
import { createEdge } from './edge/edge.ts'
import { fetchBounded } from './edge/fetch-bounded.ts'
import { createHostCheck } from './hosts.ts'
import { createHttpDoor, type HttpDoor } from './http-door.ts'
import { createIngest } from './ingest/ingest.ts'
import { createMountFinder } from './ingest/mount.ts'
import { createRefusalBook, type RefusalBook } from './ingest/refusal-book.ts'
import { createUnknownInputs, type UnknownInputs } from './ingest/unknown-inputs.ts'
import type { RelayStore } from './store/store.ts'
import { createStream, type Stream } from './stream/websocket.ts'
import { startSweeping, type Sweeping } from './sweeping.ts'
import { RELAY } from './version.ts'

/** What one running relay is made of. */
export type Parts = {
  readonly config: RelayConfig
  readonly log: Logger
  readonly store: RelayStore
  readonly counters: Counters
  readonly unknown: UnknownInputs | null
  readonly book: RefusalBook
  readonly stream: Stream
  readonly admin: Administration
  readonly door: HttpDoor
  readonly sweeping: Sweeping
}

type Given = {
  readonly config: RelayConfig
  readonly log: Logger
  readonly store: RelayStore
  /** The token of the second door. */
  readonly ownToken: string
  /** Its URL is set once the port is bound: before, nobody can ask for it. */
  readonly address: { readonly url: string }
}

/** Puts a relay together; nothing listens yet. */
export function buildParts(given: Given): Parts {
  const { config, log, store, address } = given
  const { limits, timeouts, unknownInputs } = config
  const counters = createCounters()
  const mounts = createMountFinder(publicUrlPart(config, 'pathname') ?? '')
  const isAllowedHost = createHostCheck([config.host, publicUrlPart(config, 'hostname'), ...config.allowedHosts])
  const onError = (error: unknown) => log.error({ err: error }, 'a part of the relay failed')
  const inputUrl = (inputId: string) => `${address.url}/in/${inputId}`
  const unknown = config.embedded ? createUnknownInputs({ store, onError }) : null
  const book = createRefusalBook({ store, counters, unknown, onError })
  const { maxBodyBytes } = limits
  const edge = createEdge({ secretsOf: store.admin.secrets, inputUrl, fetch: fetchBounded })
  const ingest = createIngest({ store, mounts, counters, book, unknown, edge, unknownInputs, maxBodyBytes, onError })
  const stream = createStream({
    store,
    relay: RELAY,
    inputUrl,
    log,
    defaults: { maxAgents: limits.maxAgents, ttlMs: limits.ttlMs },
    now: () => Date.now(),
    monotonic: () => performance.now(),
  })
  const context = createContext(given, { counters, stream, inputUrl, isAllowedHost })
  const admin = createAdministration(context, (target) => mounts.local(target))
  const door = createHttpDoor({
    timeouts,
    mounts,
    ingest,
    book,
    store,
    isAllowedHost,
    onOther: admin.handle,
    onAgent: (req, socket, head) => stream.handleUpgrade(req, socket, head),
  })
  return { config, log, store, counters, unknown, book, stream, admin, door, sweeping: startSweeping(store, onError) }
}

function createContext(
  { config, log, store, ownToken, address }: Given,
  parts: Pick<Parts, 'counters' | 'stream'> & {
    readonly inputUrl: AdminContext['publicInputUrl']
    readonly isAllowedHost: AdminContext['isAllowedHost']
  },
): AdminContext {
  const { counters, stream } = parts
  const startedAt = Date.now()
  const context: AdminContext = {
    store,
    relay: RELAY,
    publicInputUrl: parts.inputUrl,
    isAllowedHost: parts.isAllowedHost,
    isAdmin: (headers) => isOneOf(headers, [ownToken, config.adminToken]),
    status: () => statusOf({ counters, stream, store }, { url: address.url, startedAt }),
    // Loaded when first asked for.
    openApi: async () => (await import('./admin/open-api.ts')).describeApi(context, address.url),
    audit: (what) => log.info(what, 'administration'),
    onError(error) {
      const logId = randomBytes(6).toString('hex')
      log.error({ err: error, logId }, 'a route failed')
      return logId
    },
  }
  return context
}

function statusOf(
  { counters, stream, store }: Pick<Parts, 'counters' | 'stream' | 'store'>,
  fixed: Pick<StatusView, 'url' | 'startedAt'>,
): StatusView {
  const { items, bytes, uncommittedBytes } = store.stats()
  const { accepted, unknownInputs, refused } = counters
  return {
    relay: RELAY,
    ...fixed,
    now: Date.now(),
    agents: stream.agents().length,
    buckets: store.admin.buckets().length,
    items,
    bytes,
    uncommittedBytes,
    accepted,
    unknownInputs,
    refused: Object.fromEntries(refused),
  }
}

function isOneOf(headers: IncomingHttpHeaders, tokens: readonly (string | null)[]): boolean {
  const given = readBearer(headers.authorization)
  return given !== null && tokens.some((token) => token !== null && isSameText(given, token))
}

function publicUrlPart(config: RelayConfig, part: 'hostname' | 'pathname'): string | null {
  if (config.publicUrl === null) return null
  return new URL(config.publicUrl)[part].replace(/\/+$/, '').replace(/^\[(.*)\]$/, '$1')
}
