import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { type EmbeddedRelayData, FromEmbeddedRelay, type ToEmbeddedRelay } from '../../protocol/embedded-relay.ts'
import { RELAY } from '../../relay/version.ts'
import { startTestRelay, temporaryFolder } from '../helpers/running-relay.ts'

async function startThread(data: Partial<EmbeddedRelayData> = {}) {
  const workerData = { port: 0, dataDir: await temporaryFolder(), publicUrl: null, nativeBinding: null, ...data }
  const worker = new Worker(new URL('../../relay/embedded/worker.ts', import.meta.url), { workerData })
  onTestFinished(async () => void (await worker.terminate()))
  const told: FromEmbeddedRelay[] = []
  const ended = new Promise<number>((resolve) => worker.once('exit', resolve))
  worker.on('message', (message: unknown) => told.push(FromEmbeddedRelay.parse(message)))
  const tell = (message: ToEmbeddedRelay) => worker.postMessage(message)
  async function hear<T extends FromEmbeddedRelay['type']>(type: T, id?: number) {
    return eventually(() => {
      const found = told.find((one) => one.type === type && (id === undefined || ('id' in one && one.id === id)))
      if (!found) throw new Error(`nothing of "${type}" yet, but ${JSON.stringify(told)}`)
      return found as Extract<FromEmbeddedRelay, { type: T }>
    })
  }
  return { tell, hear, ended, dataDir: workerData.dataDir }
}

test('whoever asks a relay that is stopping is told so', async () => {
  const { relay } = await startTestRelay()
  const stopping = relay.stop()
  expect(await relay.inject({ method: 'GET', path: '/v1/buckets' })).toMatchObject({
    status: 503,
    body: { code: 'closing', detail: 'This relay is shutting down.' },
  })
  await stopping
})

describe('the relay in a thread of the app', () => {
  test('is administrated over its message port, takes requests over HTTP, and ends with 0', async () => {
    const { tell, hear, ended } = await startThread()
    const { url } = await hear('ready')
    tell({ type: 'ask', id: 1, method: 'POST', path: '/v1/buckets', body: { name: 'This computer' } })
    const made = await hear('answer', 1)
    expect(made).toMatchObject({ status: 201, body: { name: 'This computer' } })
    const { id } = made.body as { id: string }
    tell({ type: 'ask', id: 2, method: 'POST', path: `/v1/buckets/${id}/inputs`, body: null })
    const input = (await hear('answer', 2)).body as { url: string }
    expect(input.url.startsWith(url)).toBe(true)
    expect((await fetch(input.url, { method: 'POST', body: 'x' })).status).toBe(200)
    tell({ type: 'ask', id: 3, method: 'GET', path: `/v1/buckets/${id}/requests`, body: null })
    expect(await hear('answer', 3)).toMatchObject({ status: 200, body: { requests: [{ bodyBytes: 1 }] } })
    tell({ type: 'stop' })
    await hear('stopped')
    expect(await ended).toBe(0)
  })

  test('has no administration over HTTP, for nobody has its token', async () => {
    const { hear } = await startThread()
    const { url } = await hear('ready')
    const answer = await fetch(`${url}/v1/buckets`, { headers: { authorization: 'Bearer guessed' } })
    expect(answer.status).toBe(401)
  })

  test('says that its port is taken, and ends', async () => {
    const first = await startThread()
    const { port } = await first.hear('ready')
    const second = await startThread({ port })
    expect(await second.hear('failed')).toMatchObject({
      code: 'port-taken',
      message: expect.stringContaining(String(port)),
    })
    expect(await second.ended).toBe(0)
  })

  test('says that its store cannot be opened, and ends', async () => {
    const first = await startThread()
    await first.hear('ready')
    const second = await startThread({ dataDir: first.dataDir })
    expect(await second.hear('failed')).toMatchObject({ code: 'store' })
    await second.ended
  })
})

test("the relay's version is the package's", () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  expect((JSON.parse(text) as { version: string }).version).toBe(RELAY.version)
})
