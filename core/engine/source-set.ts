import { AppFailure } from '../../protocol/app-error.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { Source, SourceConnection, SourceInput, SourceKind, SourceStatus, Token } from '../../protocol/source.ts'
import type { HistoryConfig } from '../history/history.ts'
import type { Secrets } from '../secrets.ts'
import type { ItemSink, RelayClient, RelayClientOptions } from '../sources/relay-client.ts'

export type SourceSetOptions = {
  readonly config: HistoryConfig
  readonly secrets: Secrets
  readonly sinkFor: (id: SourceId) => ItemSink
  readonly createClient: (kind: SourceKind, options: RelayClientOptions) => RelayClient
  readonly client: Pick<RelayClientOptions, 'agent' | 'subscription' | 'network' | 'now' | 'monotonic' | 'random'>
  readonly onChange: () => void
  /** Nothing more of it comes. */
  readonly onRemoved: (id: SourceId) => Promise<void>
}

export type NewSource = Pick<Source, 'kind' | 'name' | 'relayUrl' | 'buckets' | 'targets'> & {
  /** Null for a channel that anybody may read. */
  readonly token: Token | null
}
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
  /** Connecting and disconnecting, one after the other: two at once would leave a connection that nobody knows of. */
  work: Promise<void>
  isRemoved: boolean
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
  /** Null = all of them, but those that their relay refused: nothing has changed for them. */
  retryNow(id: SourceId | null): void
  stop(): Promise<void>
}

export function secretName(id: SourceId): string {
  return `source:${id}`
}

export function createSourceSet(options: SourceSetOptions): SourceSet {
  const running = new Map<SourceId, Running>()
  let isStopped = false

  function need(id: SourceId): Running {
    const found = running.get(id)
    if (!found) throw new AppFailure({ code: 'not-found', message: 'This source no longer exists.' })
    return found
  }

  function tell(entry: Running, connection: SourceConnection): void {
    entry.connection = connection
    options.onChange()
  }

  async function readSecret({ id, kind, name }: Source): Promise<string | { missing: string }> {
    if (kind === 'smee') return ''
    try {
      const secret = await options.secrets.get(secretName(id))
      return secret ?? { missing: `The token of "${name}" is not on this computer.` }
    } catch (problem) {
      // One source without its token must not keep the others, or the app, from starting.
      const why = problem instanceof Error ? problem.message : String(problem)
      return { missing: `The token of "${name}" cannot be read: ${why}` }
    }
  }

  async function connect(entry: Running): Promise<void> {
    const { source } = entry
    if (source.disconnected) return tell(entry, { state: 'disconnected' })
    const secret = await readSecret(source)
    if (typeof secret === 'object') {
      return tell(entry, {
        state: 'refused',
        code: 'no-secret',
        reason: secret.missing,
        fix: 'Enter the token again.',
        at: options.client.now(),
      })
    }
    const client = options.createClient(source.kind, {
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

  function afterWork(entry: Running, work: () => Promise<void>): Promise<void> {
    const done = entry.work.then(work)
    entry.work = done.catch(() => undefined)
    return done
  }

  function reconnect(entry: Running): Promise<void> {
    return afterWork(entry, async () => {
      await disconnect(entry)
      if (!isStopped && !entry.isRemoved) await connect(entry)
    })
  }

  function adopt(source: Source): Running {
    const entry: Running = {
      source,
      client: null,
      connection: { state: 'disconnected' },
      inputs: [],
      relay: null,
      work: Promise.resolve(),
      isRemoved: false,
    }
    running.set(source.id, entry)
    return entry
  }

  return {
    async load() {
      for (const source of await options.config.sources()) adopt(source)
    },
    async connect() {
      for (const entry of running.values()) await reconnect(entry)
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
        tokenKey: token?.key ?? '',
        held: false,
        disconnected: false,
      })
      try {
        if (token !== null) await options.secrets.set(secretName(source.id), token.secret)
      } catch (problem) {
        await options.config.removeSource(source.id)
        throw problem
      }
      await reconnect(adopt(source))
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
      if (isOtherConnection) await reconnect(entry)
      options.onChange()
      return source
    },
    async remove(id) {
      const entry = need(id)
      await options.config.removeSource(id)
      entry.isRemoved = true
      running.delete(id)
      await afterWork(entry, () => disconnect(entry))
      await options.onRemoved(id)
      await options.secrets.delete(secretName(id))
      options.onChange()
    },
    dropTarget(id) {
      for (const entry of running.values()) {
        entry.source = { ...entry.source, targets: entry.source.targets.filter((target) => target !== id) }
      }
    },
    retryNow(id) {
      for (const entry of running.values()) {
        const isMeant = id === null ? entry.connection.state !== 'refused' : entry.source.id === id
        if (!isMeant) continue
        if (entry.client) entry.client.retryNow()
        // Its token could not be read, which a keyring that was unlocked meanwhile may have changed.
        else if (entry.connection.state === 'refused') void reconnect(entry)
      }
    },
    async stop() {
      isStopped = true
      await Promise.all([...running.values()].map((entry) => afterWork(entry, () => disconnect(entry))))
    },
  }
}
