import Database from 'better-sqlite3'
import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeliveryChange, NewAttempt, StoreOutcome } from '../../core/history/history.ts'
import type { DeliveryFailure } from '../../protocol/delivery.ts'
import { DeliveryId, type RequestId } from '../../protocol/ids.ts'
import { MIB } from '../../protocol/limits.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import {
  addTestSource,
  arrival,
  openTestHistory,
  planned,
  removeHistoryFile,
  type TestHistory,
} from '../helpers/history.ts'

let test: TestHistory

beforeEach(async () => {
  test = await openTestHistory()
})

afterEach(async () => {
  await test.history.close()
  removeHistoryFile(test.file)
})

const refused: DeliveryFailure = {
  code: 'nothing-listens',
  message: 'nothing is listening on localhost:3000',
  tried: [{ address: '127.0.0.1:3000', outcome: 'refused' }],
  listening: [{ port: 8080, process: 'python3', pid: 12 }],
}

function attempt(deliveryId: DeliveryId, change: Partial<NewAttempt> = {}): NewAttempt {
  return {
    deliveryId,
    startedAt: 1_700_000_000_500,
    timings: { connectedMs: 0.5, firstByteMs: 3.25, totalMs: 4.75 },
    sent: {
      method: 'POST',
      origin: 'http://localhost:3000',
      path: '/hooks/a?b',
      headers: [
        ['host', 'localhost:3000'],
        ['X-Latin', '\u00e9'],
      ],
      bodyBytes: 2,
      bodySha256: 'ab',
    },
    answer: null,
    failure: null,
    reconnected: false,
    ...change,
  }
}

function answer(status: number, body: Uint8Array): NonNullable<NewAttempt['answer']> {
  return {
    status,
    reasonPhrase: 'Fine',
    headers: [
      ['Set-Cookie', 'a'],
      ['Set-Cookie', 'b'],
    ],
    bodyBytes: body.length,
    keptBytes: body.length,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    cut: false,
    body,
  }
}

function change(id: DeliveryId, state: DeliveryChange['state'], more: Partial<DeliveryChange> = {}): DeliveryChange {
  return { id, state, holdReason: null, nextAttemptAt: null, ...more }
}

async function storeWith(count: number): Promise<{ id: RequestId; deliveries: readonly DeliveryId[] }> {
  const deliveries = Array.from({ length: count }, () => planned({ state: 'sending' }))
  const outcome: StoreOutcome = await test.history.intake.store(arrival(), Buffer.from('{}'), deliveries)
  if (outcome.kind !== 'stored') throw new Error(outcome.kind)
  return { id: outcome.summary.id, deliveries: outcome.deliveries.map(({ id }) => id) }
}

function first(ids: readonly DeliveryId[]): DeliveryId {
  const [id] = ids
  if (id === undefined) throw new Error('no delivery')
  return id
}

describe('deliveries', () => {
  it('keep every attempt with what was sent and answered', async () => {
    const { id, deliveries } = await storeWith(1)
    const delivery = first(deliveries)
    const { history } = test
    await history.deliveries.finishAttempt(
      attempt(delivery, { failure: refused }),
      change(delivery, 'retrying', { nextAttemptAt: 1_700_000_009_000 }),
    )
    const body = Buffer.from('thank you')
    const attemptId = await history.deliveries.finishAttempt(
      attempt(delivery, { answer: answer(201, body), reconnected: true }),
      change(delivery, 'answered'),
    )
    const [kept] = await history.deliveries.of(id)
    expect(kept).toMatchObject({ id: delivery, requestId: id, targetId: null, state: 'answered', nextAttemptAt: null })
    const { body: _, ...answered } = answer(201, body)
    expect(kept?.attempts).toEqual([
      { ...attempt(delivery, { failure: refused }), id: expect.any(Number), n: 1 },
      { ...attempt(delivery, { reconnected: true }), id: attemptId, n: 2, answer: answered },
    ])
    if (attemptId === null) throw new Error('no attempt')
    expect(await history.requests.bodyInfo({ kind: 'response', id: attemptId })).toEqual({
      bytes: 9,
      sha256: answered.bodySha256,
    })
    const bytes = await history.requests.readBody({ kind: 'response', id: attemptId }, 0, 100)
    expect(Buffer.from(bytes ?? []).toString()).toBe('thank you')
  })

  it('keep what was sent to the byte where most of it is the request itself, which is not stored again', async () => {
    const own: readonly HeaderLine[] = [
      ['Host', 'hooks.example'],
      ['X-Long', 'x'.repeat(4000)],
      ['X-Latin', '\u00e9'],
      ['X-Latin', ''],
    ]
    const body = Buffer.from('{"a":1}')
    const sha256 = createHash('sha256').update(body).digest('hex')
    const { history } = test
    const outcome = await history.intake.store(arrival({ headers: own, bodyBytes: body.length }), body, [
      planned({ state: 'sending' }),
    ])
    if (outcome.kind !== 'stored') throw new Error(outcome.kind)
    const delivery = first(outcome.deliveries.map(({ id }) => id))
    const headers: HeaderLine[] = [['host', 'localhost:3000'], ...own.slice(1), ['content-length', '7']]
    const sent = { ...attempt(delivery).sent, headers, bodyBytes: body.length, bodySha256: sha256 }
    const before = attempt(delivery, { sent })
    await history.deliveries.finishAttempt(before, change(delivery, 'retrying'))
    await history.deliveries.finishAttempt({ ...before, ownHeaders: own }, change(delivery, 'retrying'))
    const [kept] = await history.deliveries.of(outcome.summary.id)
    expect(kept?.attempts.map((one) => one.sent)).toEqual([sent, sent])
    const db = new Database(test.file, { readonly: true })
    const lengths = db.prepare<[], number>('SELECT length(sent_headers) FROM attempt ORDER BY n').pluck().all()
    db.close()
    expect(lengths).toEqual([JSON.stringify(headers).length + 1, expect.toSatisfy((length) => Number(length) < 70)])
  })

  it('that have their end stay ended, however late it is written that they were under way', async () => {
    const { id, deliveries } = await storeWith(1)
    const delivery = first(deliveries)
    const { history } = test
    await history.deliveries.finishAttempt(
      attempt(delivery, { answer: answer(200, Buffer.from('ok')) }),
      change(delivery, 'answered'),
    )
    await history.deliveries.change([change(delivery, 'sending'), change(delivery, 'queued')])
    expect((await history.deliveries.of(id))[0]?.state).toBe('answered')
    expect(await history.deliveries.live()).toEqual([])
  })

  it('keep answers of 25 MiB and of nothing', async () => {
    const { deliveries } = await storeWith(1)
    const delivery = first(deliveries)
    const { history } = test
    const body = randomBytes(25 * MIB)
    const large = await history.deliveries.finishAttempt(
      attempt(delivery, { answer: answer(200, body) }),
      change(delivery, 'answered'),
    )
    const none = await history.deliveries.finishAttempt(
      attempt(delivery, { answer: answer(204, new Uint8Array(0)) }),
      change(delivery, 'answered'),
    )
    if (large === null || none === null) throw new Error('no attempt')
    expect(await history.requests.bodyInfo({ kind: 'response', id: large })).toEqual({
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    })
    const middle = await history.requests.readBody({ kind: 'response', id: large }, 13_000_000, 13_500_000)
    expect(Buffer.from(middle ?? []).equals(body.subarray(13_000_000, 13_500_000))).toBe(true)
    expect((await history.requests.bodyInfo({ kind: 'response', id: none }))?.bytes).toBe(0)
  })

  it('show the worst of themselves in the list', async () => {
    const { id, deliveries } = await storeWith(3)
    const [good, bad, gone] = deliveries
    if (good === undefined || bad === undefined || gone === undefined) throw new Error('three deliveries')
    const { history } = test
    const result = async (): Promise<unknown> => (await history.deliveries.digests([id]))[0]?.result
    await history.deliveries.finishAttempt(
      attempt(good, { answer: answer(204, new Uint8Array(0)) }),
      change(good, 'answered'),
    )
    expect(await result()).toMatchObject({ state: 'sending', count: 3, targetLabel: 'localhost:3000' })
    await history.deliveries.finishAttempt(
      attempt(bad, { answer: answer(500, new Uint8Array(0)) }),
      change(bad, 'answered'),
    )
    expect(await result()).toMatchObject({ state: 'answered', status: 500, latencyMs: 4.75, failureCode: null })
    await history.deliveries.finishAttempt(attempt(gone, { failure: refused }), change(gone, 'failed'))
    expect(await result()).toMatchObject({ state: 'failed', status: null, failureCode: 'nothing-listens' })
    expect(await history.requests.counts()).toMatchObject({ failed: 1, held: 0, retrying: 0 })
  })

  it('are added to a stored request by a resend, whose body stays one', async () => {
    const { id } = await storeWith(0)
    const { history } = test
    const [added] = await history.deliveries.add(id, [
      planned({ reason: 'resend', state: 'held', holdReason: 'target' }),
    ])
    expect(added).toMatchObject({ requestId: id, reason: 'resend', state: 'held', holdReason: 'target' })
    expect(
      await history.requests.list({ view: 'held', sourceId: null, text: '' }, { before: null, limit: 5 }),
    ).toHaveLength(1)
    expect(await history.requests.counts()).toMatchObject({ held: 1 })
  })

  it('end as the last change said, however many an earlier one had to change', async () => {
    const outcome = await test.history.intake.store(
      arrival(),
      Buffer.from('{}'),
      Array.from({ length: 450 }, () => planned()),
    )
    if (outcome.kind !== 'stored') throw new Error(outcome.kind)
    const { deliveries } = outcome
    const change = (state: DeliveryChange['state']) => ({ state, holdReason: null, nextAttemptAt: null })
    const late = deliveries.slice(300)
    await Promise.all([
      test.history.deliveries.change(deliveries.map(({ id }) => ({ id, ...change('queued') }))),
      test.history.deliveries.change(late.map(({ id }) => ({ id, ...change('cancelled') }))),
    ])
    const states = (await test.history.deliveries.of(outcome.summary.id)).map(({ state }) => state)
    expect(states.slice(300).filter((state) => state !== 'cancelled')).toEqual([])
    expect(await test.history.deliveries.resume()).toHaveLength(300)
  })

  it('of a request that was deleted meanwhile are let go', async () => {
    const { id, deliveries } = await storeWith(1)
    const delivery = first(deliveries)
    const { history } = test
    await history.requests.delete([id])
    await history.deliveries.change([change(delivery, 'held', { holdReason: 'source' })])
    const late = attempt(delivery, { answer: answer(200, randomBytes(MIB)) })
    expect(await history.deliveries.finishAttempt(late, change(delivery, 'answered'))).toBeNull()
    await expect(history.deliveries.add(id, [planned()])).rejects.toMatchObject({ code: 'not-found' })
    expect(await history.requests.counts()).toMatchObject({ total: 0, unread: 0, failed: 0, held: 0 })
    expect(history.health()).toEqual({ state: 'good' })
  })

  it('left over by an earlier run come back in order, and what was being sent has an unknown outcome', async () => {
    const { history, file } = test
    const sourceId = await addTestSource(history)
    const store = async (state: 'sending' | 'queued' | 'held', originId: string): Promise<void> => {
      const holdReason = state === 'held' ? 'forwarding' : null
      await history.intake.store(arrival({ sourceId, originId }), Buffer.from('{}'), [planned({ state, holdReason })])
    }
    await store('queued', 'a')
    await store('sending', 'b')
    await store('held', 'c')
    await history.close()
    test = await openTestHistory({ file })
    const live = await test.history.deliveries.resume()
    expect(live).toMatchObject([
      { sourceId, state: 'queued', holdReason: null, attempts: 0, url: 'http://localhost:3000/hooks' },
      { sourceId, state: 'held', holdReason: 'forwarding' },
    ])
    const rows = await test.history.requests.list({ view: 'all', sourceId, text: '' }, { before: null, limit: 5 })
    expect(rows.map(({ result }) => result?.state)).toEqual(['held', 'outcome-unknown', 'queued'])
    expect(await test.history.requests.counts()).toMatchObject({ failed: 1, held: 1, heldBySource: { [sourceId]: 1 } })
  })

  it('left over by a crash, of which it is known which had begun, leave only those in doubt; the others wait again, in order, and the answered are done', async () => {
    const { history, file } = test
    const sourceId = await addTestSource(history)
    const ids: DeliveryId[] = []
    for (const state of ['sending', 'sending', 'sending', 'queued', 'queued', 'held'] as const) {
      const body = Buffer.from('{}')
      const outcome = await history.intake.store(arrival({ sourceId }), body, [planned({ state })])
      if (outcome.kind === 'stored') ids.push(...outcome.deliveries.map(({ id }) => id))
    }
    await history.close()
    test = await openTestHistory({ file })
    const [notBegun, begun, alsoNotBegun, queued, alsoBegun, answered] = ids
    if (begun === undefined || alsoBegun === undefined || answered === undefined) throw new Error('Six were stored.')
    const live = await test.history.deliveries.resume([
      { id: begun, answer: null },
      { id: answered, answer: { status: 404, latencyMs: 12.5 } },
      { id: alsoBegun, answer: null },
      { id: DeliveryId.parse(999), answer: null },
    ])
    expect(live.map(({ id, state }) => [id, state])).toEqual([
      [notBegun, 'queued'],
      [alsoNotBegun, 'queued'],
      [queued, 'queued'],
    ])
    const rows = await test.history.requests.list({ view: 'all', sourceId, text: '' }, { before: null, limit: 5 })
    expect(rows.map(({ result }) => result?.state)).toEqual([
      'answered',
      'outcome-unknown',
      'queued',
      'queued',
      'outcome-unknown',
    ])
    expect(rows[0]?.result).toMatchObject({ status: 404, latencyMs: 12.5 })
    expect(await test.history.requests.counts()).toMatchObject({ failed: 3, held: 0 })
    // What is said of one that has its end already changes nothing.
    await test.history.deliveries.resume([{ id: answered, answer: null }])
    expect(await test.history.requests.counts()).toMatchObject({ failed: 3 })
  })
})
