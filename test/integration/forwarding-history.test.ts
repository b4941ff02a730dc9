import { createHash, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { createForwarder } from '../../core/forwarding/create-forwarder.ts'
import type { Forwarder, SendableRequest } from '../../core/forwarding/forwarder.ts'
import type { Arrival, History } from '../../core/history/history.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { TargetOptions, type Target } from '../../protocol/target.ts'
import { until } from '../helpers/forwarding-desk.ts'
import { openTestHistory, removeHistoryFile } from '../helpers/history.ts'
import { findFreePort, startRawTarget, type RawTarget } from '../helpers/raw-target.ts'

const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function forwarderOver(history: History): Forwarder {
  return createForwarder({
    store: {
      load: (ids) => load(history, ids),
      readBody: (id, from, to) => history.requests.readBody({ kind: 'request', id }, from, to),
      change: (changes) => history.deliveries.change(changes),
      finishAttempt: (attempt, change) => history.deliveries.finishAttempt(attempt, change),
    },
    now: () => Date.now(),
    monotonic: () => performance.now(),
    listListening: async () => [],
    markResends: () => true,
    onDelivery: () => {},
    marks: { begun() {}, answered() {}, ended() {}, waits() {} },
    onTarget: () => {},
    onStoreFailure: (error) => {
      throw error
    },
    probeEveryMs: 40,
  })
}

async function load(history: History, ids: readonly RequestId[]): Promise<readonly (SendableRequest | null)[]> {
  const rows = await history.requests.sendable(ids)
  return rows.map((row) => {
    if (row === null || row.bodySha256 === null) return null
    return { ...row, scheme: 'https', bodySha256: row.bodySha256, isProven: false }
  })
}

async function setUp(url: string) {
  const { history, file } = await openTestHistory()
  const target = await history.config.addTarget({ url, options: TargetOptions.parse({}), held: false })
  const forwarder = forwarderOver(history)
  forwarder.setTargets([target])
  closing.push(
    () => removeHistoryFile(file),
    () => history.close(),
    () => forwarder.stop(0),
  )
  return { history, forwarder, target }
}

async function openTarget(port?: number): Promise<RawTarget> {
  const target = await startRawTarget(port === undefined ? {} : { port })
  closing.push(() => target.close())
  return target
}

function arrival(n: number, body: Uint8Array): Arrival {
  const target = `/in/x/${n}`
  return {
    sourceId: null,
    originId: null,
    kind: 'captured',
    receivedAt: n,
    relaySeq: null,
    remote: '203.0.113.9',
    method: 'POST',
    requestTarget: target,
    mountBytes: 5,
    headers: [['Host', 'relay.example']],
    trailers: [],
    bodyBytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    detail: null,
    parentId: null,
    provider: null,
    event: null,
    senderId: null,
    redelivered: false,
  }
}

/** As the engine does it: plan, store in one transaction, start. */
async function capture(history: History, forwarder: Forwarder, target: Target, n: number, body: Uint8Array) {
  const planned = forwarder.plan({ sourceId: null, targets: [target.id], reason: 'captured' })
  const outcome = await history.intake.store(arrival(n, body), body, planned)
  if (outcome.kind !== 'stored') throw new Error(outcome.kind)
  forwarder.start(outcome.deliveries, { sourceId: null, request: null })
  return outcome.summary.id
}

describe('forwarding from the real history', () => {
  it('records what was sent and what came back', async () => {
    const server = await openTarget()
    const { history, forwarder, target } = await setUp(server.url)
    const body = randomBytes(700_000)
    const id = await capture(history, forwarder, target, 1, body)
    await until(async () => expect((await history.deliveries.of(id))[0]?.state).toBe('answered'))
    const [delivery] = await history.deliveries.of(id)
    expect(delivery?.attempts[0]).toMatchObject({
      n: 1,
      sent: { path: '/1', bodySha256: createHash('sha256').update(body).digest('hex') },
      answer: { status: 200, bodyBytes: 2, cut: false },
      failure: null,
    })
    expect(server.requests[0]?.body.equals(body)).toBe(true)
  })

  it('keeps order and attempts over an outage', async () => {
    const port = await findFreePort()
    const { history, forwarder, target } = await setUp(`http://localhost:${port}`)
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, i) => capture(history, forwarder, target, i, Buffer.from(`${i}`))),
    )
    const states = async () => {
      const all = await Promise.all(ids.map((id) => history.deliveries.of(id)))
      return new Set(all.flat().map(({ state, holdReason }) => `${state} ${holdReason}`))
    }
    await until(async () => expect(await states()).toEqual(new Set(['held nothing-listens'])))
    const server = await openTarget(port)
    await until(async () => expect(await states()).toEqual(new Set(['answered null'])))
    const all = (await Promise.all(ids.map((id) => history.deliveries.of(id)))).flat()
    expect(all.flatMap(({ attempts }) => attempts)).toHaveLength(31)
    expect(server.requests).toHaveLength(30)
  })
})
