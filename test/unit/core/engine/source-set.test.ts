import { beforeEach, describe, expect, test } from 'vitest'
import { createSourceSet, secretName, type SourceSet } from '../../../../core/engine/source-set.ts'
import type { HistoryConfig } from '../../../../core/history/history.ts'
import type { RelayClient, RelayClientOptions } from '../../../../core/sources/relay-client.ts'
import { SourceId } from '../../../../protocol/ids.ts'
import type { Source, SourceConnection } from '../../../../protocol/source.ts'

/** A client that only notes what is asked of it, and takes as long to stop as the test says. */
type FakeClient = {
  readonly options: RelayClientOptions
  isRunning: boolean
  retries: number
  /** Lets `stop` end. */
  letGo(): void
}

const token = { key: 'crk_abcdef', secret: `crs_${'x'.repeat(43)}` }
const wanted = { kind: 'creel' as const, name: 'r', relayUrl: 'http://127.0.0.1:1', buckets: [], targets: [], token }

let clients: FakeClient[]
let stored: Map<SourceId, Source>
let secrets: Map<string, string>
let failing: Error | null
let set: SourceSet

beforeEach(() => {
  clients = []
  stored = new Map()
  secrets = new Map()
  failing = null
  set = createSourceSet({
    config: configOver(stored),
    secrets: {
      get: async (name) => secrets.get(name) ?? null,
      async set(name, value) {
        if (failing) throw failing
        secrets.set(name, value)
      },
      delete: async (name) => void secrets.delete(name),
    },
    sinkFor: () => ({
      store: async () => undefined,
      begin() {
        throw new Error('nothing comes')
      },
    }),
    createClient: (_kind, options) => createFake(options),
    client: {
      agent: { name: 'a', version: '1' },
      subscription: 's',
      now: () => 0,
      monotonic: () => 0,
      random: () => 0,
    },
    onChange: () => undefined,
    onRemoved: async () => undefined,
  })
})

function createFake(options: RelayClientOptions): RelayClient {
  let letGo = (): void => undefined
  const gone = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const fake: FakeClient = { options, isRunning: false, retries: 0, letGo }
  clients.push(fake)
  return {
    start() {
      fake.isRunning = true
    },
    connection: (): SourceConnection => ({ state: 'disconnected' }),
    retryNow() {
      fake.retries += 1
    },
    async stop() {
      await gone
      fake.isRunning = false
    },
  }
}

function configOver(sources: Map<SourceId, Source>): HistoryConfig {
  const nothing = (): never => {
    throw new Error('not asked for')
  }
  return {
    sources: async () => [...sources.values()],
    async addSource(source) {
      const made = { ...source, id: SourceId.parse(sources.size + 1), createdAt: 0 }
      sources.set(made.id, made)
      return made
    },
    async updateSource(id, change) {
      const before = sources.get(id)
      if (!before) return null
      const after = { ...before, ...change }
      sources.set(id, after)
      return after
    },
    removeSource: async (id) => sources.delete(id),
    noteTtl: async () => undefined,
    targets: nothing,
    addTarget: nothing,
    updateTarget: nothing,
    removeTarget: nothing,
    setting: nothing,
    setSetting: nothing,
  }
}

const runningClients = () => clients.filter(({ isRunning }) => isRunning)
const letAllGo = () => clients.forEach((client) => client.letGo())

describe('a source', () => {
  test('has one connection, however fast it is disconnected and connected again', async () => {
    const { id } = await set.add(wanted)
    const changes = [
      set.update(id, { disconnected: true }),
      set.update(id, { disconnected: false }),
      set.update(id, { relayUrl: 'http://127.0.0.1:2' }),
    ]
    await new Promise((resolve) => setImmediate(resolve))
    letAllGo()
    const letting = setInterval(letAllGo, 1)
    await Promise.all(changes)
    clearInterval(letting)
    expect(runningClients()).toHaveLength(1)
    expect(runningClients()[0]?.options.relayUrl).toBe('http://127.0.0.1:2')
    await Promise.all([set.stop(), new Promise((resolve) => setImmediate(() => resolve(letAllGo())))])
    expect(runningClients()).toEqual([])
  })

  test('that is removed while it changes is not connected any more', async () => {
    const { id } = await set.add(wanted)
    const changed = set.update(id, { relayUrl: 'http://127.0.0.1:2' })
    await new Promise((resolve) => setImmediate(resolve))
    const removed = set.remove(id)
    await new Promise((resolve) => setImmediate(resolve))
    letAllGo()
    await Promise.allSettled([changed, removed])
    expect(runningClients()).toEqual([])
    expect(secrets.size).toBe(0)
  })

  test('that changes while everything stops is not connected any more', async () => {
    const { id } = await set.add(wanted)
    const changed = set.update(id, { relayUrl: 'http://127.0.0.1:2' })
    await new Promise((resolve) => setImmediate(resolve))
    const stopped = set.stop()
    letAllGo()
    await Promise.allSettled([changed, stopped])
    expect(runningClients()).toEqual([])
  })

  test('whose token cannot be kept is not added at all', async () => {
    failing = new Error('the disk is full')
    await expect(set.add(wanted)).rejects.toThrow('the disk is full')
    expect(stored.size).toBe(0)
    expect(set.all()).toEqual([])
  })

  test('that its relay refused is tried again when its person asks, not by itself', async () => {
    const { id } = await set.add(wanted)
    clients[0]?.options.onConnection({ state: 'refused', code: 'revoked', reason: 'r', fix: 'f', at: 0 })
    set.retryNow(null)
    expect(clients[0]?.retries).toBe(0)
    set.retryNow(id)
    expect(clients[0]?.retries).toBe(1)
    clients[0]?.options.onConnection({ state: 'connecting', attempt: 1 })
    set.retryNow(null)
    expect(clients[0]?.retries).toBe(2)
  })

  test('whose secret is gone is refused with what to do, and connected once the token is entered', async () => {
    const { id } = await set.add(wanted)
    letAllGo()
    secrets.delete(secretName(id))
    await set.update(id, { disconnected: true })
    await set.update(id, { disconnected: false })
    expect(set.statuses({ unread: {}, held: {} })[0]?.connection).toMatchObject({ state: 'refused', code: 'no-secret' })
    secrets.set(secretName(id), 'found')
    set.retryNow(id)
    await new Promise((resolve) => setImmediate(resolve))
    expect(runningClients()).toHaveLength(1)
    letAllGo()
    await set.update(id, { token })
    expect(runningClients()).toHaveLength(1)
  })
})
