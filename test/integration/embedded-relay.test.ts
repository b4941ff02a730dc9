import { createServer, type Server } from 'node:http'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
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
let publicUrl: string | null
let workers: Worker[]
/** Public addresses that threads were started with. */
let told: (string | null)[]
let states: EmbeddedRelayStatus[]
let asks: AskRelay[]

beforeEach(async () => {
  dataDir = await makeDataDir()
  savedPort = null
  firstPort = ownFirstPort()
  relay = null
  publicUrl = null
  workers = []
  told = []
  states = []
  asks = []
})
afterEach(async () => {
  await relay?.stop()
  await removeDataDir(dataDir)
})

type StartOptions = {
  readonly now?: () => number
  readonly process?: string
  /** Instead of the relay's thread. */
  readonly startWorker?: (workerData: unknown) => Worker | null
  readonly onRunning?: () => Promise<void>
  readonly onProblem?: (problem: unknown) => void
  readonly signal?: AbortSignal
}

async function start(options: StartOptions = {}): Promise<EmbeddedRelay> {
  relay = await startEmbeddedRelay({
    startWorker: (workerData) => {
      told.push(publicUrl)
      const worker =
        options.startWorker?.(workerData) ??
        new Worker(new URL('../../relay/embedded/worker.ts', import.meta.url), { workerData })
      workers.push(worker)
      return worker
    },
    dataDir,
    nativeBinding: null,
    firstPort,
    now: options.now ?? Date.now,
    listListening: async () => [{ port: savedPort ?? 1, process: options.process ?? null, pid: 7 }],
    loadPort: async () => savedPort,
    publicUrl: () => publicUrl,
    savePort: async (port) => {
      savedPort = port
    },
    onStatus: (status) => states.push(status),
    onRunning: async ({ ask }) => {
      asks.push(ask)
      await options.onRunning?.()
    },
    onProblem: (problem) => {
      if (!options.onProblem) throw problem
      options.onProblem(problem)
    },
    ...(options.signal ? { signal: options.signal } : {}),
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

test('whoever clicks twice for another port gets one relay, not two', async () => {
  const first = await start()
  await first.stop()
  const other = await occupy(savedPort ?? 0)
  let clock = 0
  const second = await start({ now: () => (clock += 6_000) })
  const before = workers.length
  await Promise.all([second.useAnotherPort(), second.useAnotherPort()])
  await eventually(() => expect(second.status().state).toBe('running'))
  expect(workers).toHaveLength(before + 1)
  await new Promise((resolve) => other.close(resolve))
})

test('what is to be done once it runs is tried again when it fails', async () => {
  const problems: unknown[] = []
  let tries = 0
  const running = await start({
    onRunning: async () => {
      tries += 1
      if (tries < 3) throw new Error('the history is busy')
    },
    onProblem: (problem) => problems.push(problem),
  })
  expect(running.status().state).toBe('running')
  await eventually(() => expect(tries).toBe(3))
  expect(problems).toHaveLength(2)
  expect(workers).toHaveLength(1)
})

test('a thread that cannot even begin is named as down and started again', async () => {
  let starts = 0
  const running = await start({
    startWorker: () => {
      starts += 1
      return starts > 1 ? null : new Worker('throw new Error("no such addon")', { eval: true })
    },
  })
  expect(states.find(({ state }) => state === 'down')).toMatchObject({
    message: 'The relay of this computer could not start (no such addon).',
  })
  await eventually(() => expect(running.status().state).toBe('running'))
})

test('a relay that begins anew because of a tunnel keeps its port, and tells senders the address of the tunnel', async () => {
  const running = await start()
  const before = running.status()
  publicUrl = 'https://calm-otter.example'
  await running.restart()
  expect(running.status()).toEqual(before)
  const ask = asks.at(-1)
  if (!ask) throw new Error('Nobody can be asked.')
  const bucket = z.object({ id: z.string() }).parse((await ask('POST', '/v1/buckets', { name: 'mine' })).body)
  const { body } = await ask('POST', `/v1/buckets/${bucket.id}/inputs`, { name: 'in' })
  expect(body).toMatchObject({ url: expect.stringMatching(/^https:\/\/calm-otter\.example\/in\/[0-9a-f-]{36}$/) })
})

test('administration that is asked of a thread which is gone fails instead of waiting for ever', async () => {
  const running = await start()
  await running.stop()
  await expect(asks[0]?.('GET', '/v1/buckets')).rejects.toThrow('ended')
})

test('a start that waits for its port ends when the app does', async () => {
  const first = await start()
  await first.stop()
  const other = await occupy(savedPort ?? 0)
  const stopping = new AbortController()
  const startedAt = performance.now()
  const waiting = start({ signal: stopping.signal })
  await eventually(() => expect(workers.length).toBeGreaterThan(1))
  stopping.abort()
  const second = await waiting
  expect(performance.now() - startedAt).toBeLessThan(8_000)
  await second.stop()
  expect(second.status().state).not.toBe('running')
  await new Promise((resolve) => other.close(resolve))
})

test('the last public address counts, however soon one follows another', async () => {
  const running = await start()
  publicUrl = 'https://one.example'
  const first = running.restart()
  await eventually(() => expect(workers).toHaveLength(2))
  publicUrl = 'https://two.example'
  await Promise.all([first, running.restart()])
  expect(told.at(-1)).toBe('https://two.example')
})
