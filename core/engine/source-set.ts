import { AppFailure } from '../../protocol/app-error.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { Source, SourceConnection, SourceInput, SourceStatus, Token } from '../../protocol/source.ts'
import type { HistoryConfig } from '../history/history.ts'
import type { Secrets } from '../secrets.ts'
import type { ItemSink, RelayClient, RelayClientOptions } from '../sources/relay-client.ts'

export type SourceSetOptions = {
  readonly config: HistoryConfig
  readonly secrets: Secrets
  readonly sinkFor: (id: SourceId) => ItemSink
  readonly createClient: (options: RelayClientOptions) => RelayClient
  readonly client: Pick<RelayClientOptions, 'agent' | 'subscription' | 'now' | 'monotonic' | 'random'>
  readonly onChange: () => void
}

export type NewSource = Pick<Source, 'kind' | 'name' | 'relayUrl' | 'buckets' | 'targets'> & { readonly token: Token }
export type SourceChange = Partial<
  Pick<Source, 'name' | 'relayUrl' | 'buckets' | 'targets' | 'held' | 'disconnected'>
> & {
  readonly token?: Token
}

type Running = {
  source: Source
  client: RelayClient | null
  connection: SourceConnection
  inputs: readonly SourceInput[]
  relay: SourceStatus['relay']
}

/** The configured sources and their connections: what is stored, what is running, and the way from one to the other. */
export type SourceSet = {
  /** Reads what is configured. Nothing is connected yet. */
  load(): Promise<void>
  /** Connects every source that is not disconnected. */
  connect(): Promise<void>
  all(): readonly Source[]
  get(id: SourceId): Source | null
  inputs(id: SourceId): readonly SourceInput[]
  statuses(counts: { unread: Readonly<Record<number, number>>; held: Readonly<Record<number, number>> }): SourceStatus[]
  add(wanted: NewSource): Promise<Source>
  update(id: SourceId, change: SourceChange): Promise<Source>
  remove(id: SourceId): Promise<void>
  /** Takes a target out of every source, in memory: the history does the same on disk. */
  dropTarget(id: number): void
  retryNow(id: SourceId | null): void
  stop(): Promise<void>
}

export function secretName(id: SourceId): string {
  return `source:${id}`
}

export function createSourceSet(options: SourceSetOptions): SourceSet {
  const running = new Map<SourceId, Running>()

  function need(id: SourceId): Running {
    const found = running.get(id)
    if (!found) throw new AppFailure({ code: 'not-found', message: 'This source no longer exists.' })
    return found
  }

  function tell(entry: Running, connection: SourceConnection): void {
    entry.connection = connection
    options.onChange()
  }

  async function connect(entry: Running): Promise<void> {
    const { source } = entry
    if (source.disconnected) return tell(entry, { state: 'disconnected' })
    const secret = await options.secrets.get(secretName(source.id))
    if (secret === null) {
      return tell(entry, {
        state: 'refused',
        code: 'no-secret',
        reason: `The token of "${source.name}" is not on this computer.`,
        fix: 'Enter the token again.',
        at: options.client.now(),
      })
    }
    const client = options.createClient({
      ...options.client,
      relayUrl: source.relayUrl,
      token: { key: source.tokenKey, secret },
      buckets: source.buckets,
      sink: options.sinkFor(source.id),
      onConnection: (connection) => tell(entry, connection),
      onWelcome: (told) => {
        entry.relay = told.relay
        if (told.ttlMs !== null) {
          // A lost note only makes tombstones live for the default time.
          void options.config.noteTtl(source.id, told.ttlMs).catch(() => undefined)
        }
        options.onChange()
      },
      onInputs: (inputs) => {
        entry.inputs = inputs
        options.onChange()
      },
    })
    entry.client = client
    client.start()
  }

  async function disconnect(entry: Running): Promise<void> {
    const { client } = entry
    entry.client = null
    await client?.stop()
  }

  function adopt(source: Source): Running {
    const entry: Running = { source, client: null, connection: { state: 'disconnected' }, inputs: [], relay: null }
    running.set(source.id, entry)
    return entry
  }

  return {
    async load() {
      for (const source of await options.config.sources()) adopt(source)
    },
    async connect() {
      for (const entry of running.values()) await connect(entry)
    },
    all: () => [...running.values()].map((entry) => entry.source),
    get: (id) => running.get(id)?.source ?? null,
    inputs: (id) => running.get(id)?.inputs ?? [],
    statuses: (counts) =>
      [...running.values()].map(({ source, connection, inputs, relay }) => ({
        id: source.id,
        connection,
        inputs: [...inputs],
        relay,
        unread: counts.unread[source.id] ?? 0,
        held: counts.held[source.id] ?? 0,
      })),
    async add({ token, ...wanted }) {
      const source = await options.config.addSource({
        ...wanted,
        tokenKey: token.key,
        held: false,
        disconnected: false,
      })
      await options.secrets.set(secretName(source.id), token.secret)
      await connect(adopt(source))
      options.onChange()
      return source
    },
    async update(id, { token, ...change }) {
      const entry = need(id)
      const source = await options.config.updateSource(id, token ? { ...change, tokenKey: token.key } : change)
      if (source === null) throw new AppFailure({ code: 'not-found', message: 'This source no longer exists.' })
      if (token) await options.secrets.set(secretName(id), token.secret)
      entry.source = source
      const isOtherConnection =
        token !== undefined ||
        change.relayUrl !== undefined ||
        change.buckets !== undefined ||
        change.disconnected !== undefined
      if (isOtherConnection) {
        await disconnect(entry)
        await connect(entry)
      }
      options.onChange()
      return source
    },
    async remove(id) {
      const entry = need(id)
      running.delete(id)
      await disconnect(entry)
      await options.config.removeSource(id)
      await options.secrets.delete(secretName(id))
      options.onChange()
    },
    dropTarget(id) {
      for (const entry of running.values()) {
        entry.source = { ...entry.source, targets: entry.source.targets.filter((target) => target !== id) }
      }
    },
    retryNow(id) {
      for (const entry of running.values()) if (id === null || entry.source.id === id) entry.client?.retryNow()
    },
    async stop() {
      await Promise.all([...running.values()].map(disconnect))
    },
  }
}
