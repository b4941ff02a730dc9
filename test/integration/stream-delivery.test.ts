import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import type { NewItemHead } from '../../relay/store/store.ts'
import { isHashRight } from '../helpers/recording-sink.ts'
import { startClient, type TestClient } from '../helpers/start-client.ts'
import { removeRelayFiles, startStreamRelay, type StreamRelay } from '../helpers/stream-relay.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const seqs = ({ sink }: TestClient): number[] => sink.stored.map(({ head }) => head.seq)
const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, i) => i + from)

let relay: StreamRelay
const clients: TestClient[] = []

function connect(wanted: Partial<Parameters<typeof startClient>[0]> = {}, tuning?: Parameters<typeof startClient>[1]) {
  const client = startClient({ relayUrl: relay.url, token: relay.token, ...wanted }, tuning)
  clients.push(client)
  return client
}

beforeEach(async () => {
  relay = await startStreamRelay()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map(({ client }) => client.stop()))
  await relay.stop()
  await removeRelayFiles(relay)
})

async function pendingFor(name: string): Promise<number> {
  return relay.store.log.pending({ bucketId: relay.bucketId, name })
}

describe('what a sender sent', () => {
  it('arrives with every byte, header line and target as it was, and is acknowledged', async () => {
    const head: Partial<NewItemHead> = {
      method: 'PATCH',
      target: `/in/${relay.inputId}//a/../b?x=%00&x=\u00e9?`,
      headers: [
        ['X-Twice', 'one'],
        ['x-twice', ''],
        ['Set-Cookie', 'caf\u00e9=\u00ff'],
      ],
    }
    const body = new Uint8Array(256).map((_, i) => i)
    await relay.add(body, head)
    const agent = connect()
    await eventually(() => expect(agent.sink.stored).toHaveLength(1))
    const [stored] = agent.sink.stored
    expect(stored?.head).toMatchObject({ kind: 'request', seq: 1, handout: 1, redelivered: false, ...head })
    expect(Buffer.from(stored?.body ?? []).equals(body)).toBe(true)
    await eventually(async () => expect(await pendingFor('test')).toBe(0))
  })

  it('arrives whole at 25 MB, in chunks, before the small one behind it', async () => {
    const body = randomBytes(25 * 1024 * 1024)
    const agent = connect()
    await relay.add(body)
    await relay.add(bytes('behind'))
    await eventually(() => expect(agent.sink.stored).toHaveLength(2))
    expect(seqs(agent)).toEqual([1, 2])
    expect(agent.sink.stored.every(isHashRight)).toBe(true)
    expect(Buffer.from(agent.sink.stored[0]?.body ?? []).equals(body)).toBe(true)
    expect(agent.sink.events).toEqual(['begin 1', 'finish 1', 'store 2'])
  })

  it('arrives in order, a thousand of them, and each once', async () => {
    const agent = connect()
    await Promise.all(upTo(1000).map((n) => relay.add(bytes(`n ${n}`))))
    await eventually(() => expect(agent.sink.stored).toHaveLength(1000))
    expect(seqs(agent)).toEqual(upTo(1000))
    await eventually(async () => expect(await pendingFor('test')).toBe(0))
  })

  it('passes a large body of another bucket by', async () => {
    const other = await relay.store.admin.createBucket({ name: 'Other', settings: {} })
    const token = await relay.createToken([relay.bucketId, other.id])
    await relay.add(randomBytes(8 * 1024 * 1024))
    await relay.add(bytes('small'), { bucketId: other.id, inputId: null })
    const agent = connect({ token })
    await eventually(() => expect(agent.sink.stored).toHaveLength(2))
    expect(agent.sink.events).toEqual(['begin 1', 'store 1', 'finish 1'])
  })
})

describe('a connection that breaks', () => {
  it('in the middle of a burst loses nothing and changes no order', async () => {
    const proxy = await startTcpProxy(relay.port)
    const agent = connect({ relayUrl: proxy.url })
    const seen = new Set<number>()
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(upTo(100).map(() => relay.add(randomBytes(2000))))
      await eventually(() => expect(agent.sink.stored.length).toBeGreaterThan(round * 80))
      proxy.cut()
    }
    await eventually(() => expect(new Set(seqs(agent)).size).toBe(500))
    const firsts = seqs(agent).filter((seq) => !seen.has(seq) && seen.add(seq))
    expect(firsts).toEqual(upTo(500))
    expect(agent.sink.stored.every(isHashRight)).toBe(true)
    await eventually(async () => expect(await pendingFor('test')).toBe(0))
    await proxy.close()
  })

  it('in the middle of a large body drops what came of it and gets it whole again', async () => {
    const proxy = await startTcpProxy(relay.port)
    const agent = connect({ relayUrl: proxy.url })
    let writes = 0
    agent.sink.gate = async () => {
      writes += 1
      if (writes === 5) proxy.cut()
    }
    const body = randomBytes(6 * 1024 * 1024)
    await relay.add(body)
    await eventually(() => expect(agent.sink.stored).toHaveLength(1))
    expect(agent.sink.events).toContain('abort 1')
    expect(agent.sink.stored[0]?.head).toMatchObject({ handout: 2, redelivered: false })
    expect(Buffer.from(agent.sink.stored[0]?.body ?? []).equals(body)).toBe(true)
    await proxy.close()
  })

  it('before the acknowledgement arrives brings the items again, counted and not called redelivered', async () => {
    const proxy = await startTcpProxy(relay.port)
    const agent = connect({ relayUrl: proxy.url })
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    agent.sink.gate = async () => {
      proxy.cut()
    }
    await relay.add(bytes('a'))
    await eventually(() => expect(agent.sink.stored).toHaveLength(1))
    agent.sink.gate = () => Promise.resolve()
    await eventually(() => expect(agent.sink.stored).toHaveLength(2))
    expect(agent.sink.stored.map(({ head }) => [head.id, head.handout, head.redelivered])).toEqual([
      [agent.sink.stored[0]?.head.id, 1, false],
      [agent.sink.stored[0]?.head.id, 2, false],
    ])
    await eventually(async () => expect(await pendingFor('test')).toBe(0))
    await proxy.close()
  })

  it('unnoticed by the relay holds nothing back: the same agent gets its items again at once', async () => {
    const proxy = await startTcpProxy(relay.port)
    const times = { silenceMs: 300, pingEveryMs: 100, proofMs: 100 }
    const agent = connect({ relayUrl: proxy.url }, { times })
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    proxy.blackHole()
    await Promise.all(upTo(20).map((n) => relay.add(bytes(`n ${n}`))))
    await eventually(() => expect(agent.client.connection().state).toBe('waiting'))
    expect(relay.stream.agents()).toHaveLength(1)
    proxy.heal()
    await eventually(() => expect(seqs(agent)).toEqual(upTo(20)))
    expect(agent.sink.stored[0]?.head.handout).toBe(2)
    expect(relay.stream.agents()).toHaveLength(1)
    await proxy.close()
  })

  it('with the whole relay is taken up again when it is back', async () => {
    const agent = connect()
    await relay.add(bytes('before'))
    await eventually(() => expect(seqs(agent)).toEqual([1]))
    const { dir, port } = relay
    await relay.stop()
    await eventually(() => expect(agent.client.connection()).toMatchObject({ state: 'waiting' }))
    relay = await startStreamRelay({ dir, port })
    await relay.add(bytes('after'))
    await eventually(() => expect(seqs(agent)).toEqual([1, 2]))
  })
})

describe('the window', () => {
  it('bounds what is out and not acknowledged', async () => {
    const agent = connect({}, { window: { items: 3, bytes: 1000 } })
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    agent.sink.gate = () => gate
    for (let i = 0; i < 10; i += 1) await relay.add(new Uint8Array(100))
    await eventually(() => expect(agent.sink.events).toHaveLength(3))
    expect(relay.stream.agents()[0]?.inFlight).toEqual({ items: 3, bytes: 300 })
    open()
    await eventually(() => expect(seqs(agent)).toEqual(upTo(10)))
  })

  it('lets an item out alone that is larger than it', async () => {
    const agent = connect({}, { window: { items: 10, bytes: 1000 } })
    await relay.add(new Uint8Array(500_000))
    await relay.add(new Uint8Array(10))
    await eventually(() => expect(seqs(agent)).toEqual([1, 2]))
  })
})

describe('a sink', () => {
  it('that is behind stops the reading, and the rest waits at the relay', async () => {
    const agent = connect()
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    agent.sink.gate = () => gate
    const reads = vi.spyOn(relay.store.log, 'readBody')
    await relay.add(new Uint8Array(60 * 1024 * 1024))
    let before = 0
    await eventually(() => {
      const now = reads.mock.calls.length
      const isStill = now > 0 && now === before
      before = now
      expect(isStill).toBe(true)
    }, 500)
    // Of 240 chunks: what fits into memory here, and into the buffers of both sockets.
    expect(before).toBeLessThan(120)
    expect(relay.stream.agents()[0]?.inFlight.items).toBe(1)
    open()
    await eventually(() => expect(agent.sink.stored).toHaveLength(1))
    expect(agent.sink.stored.every(isHashRight)).toBe(true)
  })

  it('that fails gets nothing acknowledged, and everything again', async () => {
    const agent = connect()
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    agent.sink.gate = () => Promise.reject(new Error('The disk is full.'))
    await relay.add(bytes('a'))
    await eventually(() =>
      expect(agent.states).toContainEqual(
        expect.objectContaining({
          state: 'waiting',
          reason: 'A request could not be stored, so the relay keeps it: The disk is full.',
        }),
      ),
    )
    expect(await pendingFor('test')).toBe(1)
    agent.sink.gate = () => Promise.resolve()
    agent.client.retryNow()
    await eventually(() => expect(seqs(agent)).toEqual([1]))
    expect(agent.sink.stored[0]?.head.handout).toBeGreaterThan(1)
  })

  it('is waited for when the client stops, and its work acknowledged', async () => {
    const agent = connect()
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    agent.sink.gate = () => gate
    await relay.add(bytes('a'))
    await eventually(() => expect(agent.sink.events).toEqual(['store 1']))
    const stopped = agent.client.stop()
    open()
    await stopped
    expect(agent.client.connection()).toEqual({ state: 'disconnected' })
    await eventually(async () => expect(await pendingFor('test')).toBe(0))
  })
})

describe('several agents', () => {
  it('of one subscription share the work', async () => {
    const one = connect()
    const other = connect()
    await eventually(() => expect(relay.stream.agents()).toHaveLength(2))
    await Promise.all(upTo(200).map((n) => relay.add(bytes(`n ${n}`))))
    await eventually(() => expect(seqs(one).length + seqs(other).length).toBe(200))
    expect([...seqs(one), ...seqs(other)].toSorted((a, b) => a - b)).toEqual(upTo(200))
    expect(Math.min(seqs(one).length, seqs(other).length)).toBeGreaterThan(20)
  })

  it('of different subscriptions each get everything', async () => {
    const one = connect({ subscription: 'one' })
    const other = connect({ subscription: 'other' })
    await Promise.all(upTo(20).map((n) => relay.add(bytes(`n ${n}`))))
    await eventually(() => expect([seqs(one), seqs(other)]).toEqual([upTo(20), upTo(20)]))
  })
})

it('an item that an administrator asks for again comes as redelivered, with its old id', async () => {
  const agent = connect()
  const { id } = await relay.add(bytes('again'))
  await eventually(async () => expect(await pendingFor('test')).toBe(0))
  await relay.store.log.redeliver(relay.bucketId, id)
  await eventually(() => expect(agent.sink.stored).toHaveLength(2))
  expect(agent.sink.stored[1]?.head).toMatchObject({ id, redelivered: true })
})

it('inputs are told at the welcome and whenever they change', async () => {
  const agent = connect()
  await eventually(() => expect(agent.inputs()).toHaveLength(1))
  expect(agent.inputs()[0]).toEqual({
    id: relay.inputId,
    bucket: relay.bucketId,
    name: 'Stripe',
    url: `http://127.0.0.1/in/${relay.inputId}`,
  })
  await relay.store.admin.createInput({ bucketId: relay.bucketId, name: 'GitHub', settings: {} })
  await eventually(() => expect(agent.inputs().map((input) => input.name)).toEqual(['Stripe', 'GitHub']))
})
