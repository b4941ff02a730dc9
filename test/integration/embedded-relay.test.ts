import { createServer, type Server } from 'node:http'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { type EmbeddedRelay, startEmbeddedRelay } from '../../core/embedded-relay/embedded-relay.ts'
import type { AskRelay } from '../../core/embedded-relay/relay-thread.ts'
import type { EmbeddedRelayStatus } from '../../protocol/ipc.ts'
import { ownFirstPort } from '../helpers/first-port.ts'
import { makeDataDir, removeDataDir } from '../helpers/services.ts'

let dataDir: string
let savedPort: number | null
let firstPort: number
let relay: EmbeddedRelay | null
let workers: Worker[]
let states: EmbeddedRelayStatus[]
let asks: AskRelay[]

beforeEach(async () => {
  dataDir = await makeDataDir()
  savedPort = null
  firstPort = ownFirstPort()
  relay = null
  workers = []
  states = []
  asks = []
})
afterEach(async () => {
  await relay?.stop()
  await removeDataDir(dataDir)
})

async function start(options: { now?: () => number; process?: string } = {}): Promise<EmbeddedRelay> {
  relay = await startEmbeddedRelay({
    startWorker: (workerData) => {
      const worker = new Worker(new URL('../../relay/embedded/worker.ts', import.meta.url), { workerData })
      workers.push(worker)
      return worker
    },
    dataDir,
    nativeBinding: null,
    firstPort,
    now: options.now ?? Date.now,
    listListening: async () => [{ port: savedPort ?? 1, process: options.process ?? null, pid: 7 }],
    loadPort: async () => savedPort,
    savePort: async (port) => {
      savedPort = port
    },
    onStatus: (status) => states.push(status),
    onRunning: async ({ ask }) => {
      asks.push(ask)
    },
    onProblem: (problem) => {
      throw problem
    },
  })
  return relay
}

function occupy(port: number): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

test('the first free port is taken, kept, and found again at the next start', async () => {
  const first = await start()
  const status = first.status()
  expect(status).toMatchObject({ state: 'running' })
  expect(savedPort).toBeGreaterThanOrEqual(firstPort)
  await first.stop()
  await start()
  expect(relay?.status()).toEqual(status)
})

test('administration is asked through its own door, without a token', async () => {
  await start()
  const [ask] = asks
  const made = await ask?.('POST', '/v1/buckets', { name: 'mine' })
  expect(made?.status).toBe(201)
  expect((await ask?.('GET', '/v1/buckets'))?.body).toMatchObject({ buckets: [{ name: 'mine' }] })
})

test('a thread that dies is started again on the same port, and says so meanwhile', async () => {
  const running = await start()
  const before = running.status()
  await workers[0]?.terminate()
  await eventually(() => expect(states.some(({ state }) => state === 'down')).toBe(true))
  await eventually(() => expect(running.status()).toEqual(before))
  expect(workers).toHaveLength(2)
})

test('a port that somebody else took is named with who has it, and another one is offered', async () => {
  const first = await start()
  await first.stop()
  const taken = savedPort ?? 0
  const other = await occupy(taken)
  // The ten seconds in which a crash may hold the port pass at once.
  let clock = 0
  const second = await start({ now: () => (clock += 6_000), process: 'python3' })
  expect(second.status()).toEqual({
    state: 'port-taken',
    port: taken,
    by: 'python3',
    message: `Port ${taken} is taken by python3, so this computer's URLs do not answer.`,
  })
  await second.useAnotherPort()
  const status = second.status()
  expect(status.state === 'running' && status.port > taken).toBe(true)
  expect(savedPort).not.toBe(taken)
  await new Promise((resolve) => other.close(resolve))
})
