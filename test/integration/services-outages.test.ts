import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RequestSummary } from '../../protocol/request.ts'
import { Token, type SourceConnection } from '../../protocol/source.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLocalTarget, type LocalTarget } from '../helpers/local-target.ts'
import { startTestRelay } from '../helpers/running-relay.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../helpers/services.ts'

let dataDir: string
let services: RunningServices
let target: LocalTarget

beforeEach(async () => {
  dataDir = await makeDataDir()
  services = await runServices(dataDir)
  target = await startLocalTarget()
})
afterEach(async () => {
  await services.stop()
  await target.close()
  await removeDataDir(dataDir)
})

function connectedInput(): Promise<string> {
  return eventually(() => {
    const [status] = services.engine.sourceStatuses()
    expect(status?.connection.state).toBe('connected')
    return status?.inputs[0]?.url ?? ''
  })
}

async function useTarget(): Promise<void> {
  const made = await services.engine.targets.add({ url: target.url })
  const [source] = services.engine.sources.all()
  if (source) await services.engine.sources.update(source.id, { targets: [made.id] })
}

/** As a sender does: again until it is accepted. */
async function postUntilAccepted(url: string): Promise<void> {
  await eventually(async () => {
    const answer = await fetch(url, { method: 'POST', body: 'x' })
    await answer.arrayBuffer()
    expect(answer.status).toBe(200)
  })
}

function all(): Promise<readonly RequestSummary[]> {
  return services.engine.history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 500 })
}

async function kill(role: 'writer' | 'reader' | 'relay'): Promise<void> {
  await services.threads.findLast((thread) => thread.role === role)?.worker.terminate()
}

const pathsOf = (rows: readonly RequestSummary[]) => rows.map((row) => row.requestTarget.slice(row.mountBytes))
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

describe('a thread that dies amid requests', () => {
  test.each(['writer', 'reader', 'relay'] as const)(
    'the %s: nothing accepted is missing, nothing comes twice, and everything is sent',
    async (role) => {
      const url = await connectedInput()
      await useTarget()
      const posting = Promise.all(numbers(200).map((n) => postUntilAccepted(`${url}/${n}`)))
      await eventually(() => expect(target.received.length).toBeGreaterThan(20), 1)
      await kill(role)
      await posting
      const rows = await eventually(async () => {
        const found = await all()
        expect(new Set(pathsOf(found)).size).toBe(200)
        expect(new Set(found.map(({ result }) => result?.state))).toEqual(new Set(['answered']))
        return found
      })
      // Whoever was cut off from its answer by a relay that died had to post again: that is a request of its own.
      if (role !== 'relay') expect(rows).toHaveLength(200)
      expect(target.received).toHaveLength(rows.length)
      expect(services.engine.targets.statuses()[0]).toMatchObject({ queued: 0, held: 0, sending: 0 })
    },
  )

  test('the reader, while held deliveries are let go: they go out all the same', async () => {
    const url = await connectedInput()
    await useTarget()
    await services.engine.setForwarding(false)
    for (const n of numbers(15)) await postUntilAccepted(`${url}/${n}`)
    await eventually(async () =>
      expect((await all()).map(({ result }) => result?.state)).toEqual(numbers(15).map(() => 'held')),
    )
    await kill('reader')
    await services.engine.setForwarding(true)
    await eventually(() => expect(target.received).toHaveLength(15))
    await eventually(async () =>
      expect((await all()).map(({ result }) => result?.state)).toEqual(numbers(15).map(() => 'answered')),
    )
  })
})

test('a test webhook goes to the relay that was entered, whatever host the relay says its inputs have', async () => {
  await connectedInput()
  const relay = await startTestRelay({ publicUrl: target.url })
  const bucket = await relay.newBucket()
  await relay.newInput(bucket)
  const source = await services.engine.sources.add({
    kind: 'creel',
    name: 'mine',
    relayUrl: `http://127.0.0.1:${relay.port}/`,
    buckets: [],
    targets: [],
    token: Token.parse(await relay.newToken([bucket])),
  })
  await eventually(() => expect(services.engine.sources.inputs(source.id)[0]?.url).toContain(target.url))
  expect(await services.engine.sendSample(source.id, 'hello')).toBe(200)
  await eventually(async () => expect(pathsOf(await all())).toEqual(['/hello']))
  expect(target.received).toEqual([])
})

describe('a token', () => {
  test('that is refused stays refused until it changes, and then brings what waited', async () => {
    await connectedInput()
    const relay = await startTestRelay()
    const bucket = await relay.newBucket()
    const input = await relay.newInput(bucket)
    const good = Token.parse(await relay.newToken([bucket]))
    const bad = { ...good, secret: `crs_${'a'.repeat(43)}` }
    const relayUrl = `http://127.0.0.1:${relay.port}`
    const source = await services.engine.sources.add({
      kind: 'creel',
      name: 'mine',
      relayUrl,
      buckets: [],
      targets: [],
      token: bad,
    })
    const connection = (): SourceConnection | undefined =>
      services.engine.sourceStatuses().find(({ id }) => id === source.id)?.connection
    await eventually(() => expect(connection()).toMatchObject({ state: 'refused', code: 'wrong-secret' }))
    services.engine.sources.retryNow(null)
    expect(connection()).toMatchObject({ state: 'refused' })
    await postUntilAccepted(`${relayUrl}${input.path}/early`)
    await services.engine.sources.update(source.id, { token: good })
    await eventually(() => expect(connection()?.state).toBe('connected'))
    await eventually(async () => expect(pathsOf(await all())).toEqual(['/early']))
    await relay.ask('DELETE', `/v1/tokens/${good.key}`)
    await eventually(() => expect(connection()).toMatchObject({ state: 'refused', code: 'revoked' }))
    await services.engine.sources.remove(source.id)
    expect(services.engine.sourceStatuses()).toHaveLength(1)
    expect(await all()).toHaveLength(1)
    expect(JSON.stringify(services.errors)).not.toContain(good.secret)
  })
})
