import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import type { History, PlannedDelivery, StoreOutcome } from '../../core/history/history.ts'
import type { ExpiryRule } from '../../core/history/keeping.ts'
import { migrate } from '../../core/history/migrate.ts'
import { keeping } from '../../core/history/migrations/004-keeping.ts'
import { migrations } from '../../core/history/migrations/list.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import { MIB } from '../../protocol/limits.ts'
import {
  addTestSource,
  arrival,
  newHistoryFile,
  openTestHistory,
  planned,
  removeHistoryFile,
  type TestHistory,
  type TestHistoryOptions,
} from '../helpers/history.ts'

const DAY_MS = 86_400_000
const opened: TestHistory[] = []

async function open(options: TestHistoryOptions = {}): Promise<TestHistory> {
  const test = await openTestHistory(options)
  opened.push(test)
  return test
}

afterEach(async () => {
  for (const { history, file } of opened.splice(0)) {
    await history.close()
    removeHistoryFile(file)
  }
})

type Given = { sourceId?: SourceId | null; originId?: string; body?: Uint8Array; deliveries?: PlannedDelivery[] }

async function store(history: History, given: Given = {}): Promise<Extract<StoreOutcome, { kind: 'stored' }>> {
  const body = given.body ?? Buffer.from('{}')
  const { sourceId = null, originId = null } = given
  const came = arrival({ sourceId, originId, bodyBytes: body.length })
  const outcome = await history.intake.store(came, body, given.deliveries ?? [])
  if (outcome.kind !== 'stored') throw new Error(`Expected a stored request, got ${outcome.kind}.`)
  return outcome
}

/** Follows one rule to its end. Gives what was deleted. */
async function follow(history: History, rule: ExpiryRule): Promise<RequestId[]> {
  const deleted: RequestId[] = []
  for (let after = 0; ;) {
    const step = await history.keeping.expire(rule, after)
    deleted.push(...step.ids)
    if (step.isDone) return deleted
    after = step.after
  }
}

async function listed(history: History): Promise<RequestId[]> {
  const rows = await history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 500 })
  return rows.map(({ id }) => id)
}

describe('a request that was deleted and may be taken back', () => {
  it('is out of every list, count and look-up, and all back when it is restored', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const kept = await store(history, { sourceId })
    const held = planned({ state: 'held', holdReason: 'forwarding' })
    const { summary } = await store(history, { sourceId, deliveries: [held] })
    await history.requests.setPinned(summary.id, true)
    const before = await history.requests.counts()

    expect(await history.keeping.hide([summary.id])).toEqual({ requests: 1, deliveries: 1 })
    expect(await history.keeping.hide([summary.id])).toEqual({ requests: 0, deliveries: 0 })
    expect(await listed(history)).toEqual([kept.summary.id])
    for (const view of ['held', 'pinned'] as const) {
      const filter = { view, sourceId: null, text: '' }
      expect(await history.requests.list(filter, { before: null, limit: 10 }), view).toEqual([])
    }
    const found = await history.requests.list({ view: 'all', sourceId, text: 'hooks' }, { before: null, limit: 10 })
    expect(found.map(({ id }) => id)).toEqual([kept.summary.id])
    expect(await history.requests.get(summary.id)).toBeNull()
    expect(await history.requests.findByUid(summary.uid)).toBeNull()
    expect(await history.deliveries.digests([summary.id])).toEqual([])
    expect(await history.deliveries.live()).toEqual([])
    expect(await history.requests.counts()).toMatchObject({
      total: 1,
      unread: 1,
      held: 0,
      pinned: 0,
      unreadBySource: { [sourceId]: 1 },
      heldBySource: { [sourceId]: 0 },
    })

    expect(await history.keeping.restore([summary.id])).toEqual([summary.id])
    expect(await listed(history)).toEqual([summary.id, kept.summary.id])
    expect(await history.requests.counts()).toEqual({ ...before, bytes: expect.any(Number) })
    expect((await history.deliveries.live()).map(({ requestId }) => requestId)).toEqual([summary.id])
  })

  it('is known to the next run, and cannot be restored once it is deleted for good', async () => {
    const test = await open()
    const { summary } = await store(test.history)
    await test.history.keeping.hide([summary.id])
    await test.history.close()
    const { history } = await open({ file: test.file })
    expect(await history.keeping.hidden(10)).toEqual([summary.id])
    await history.requests.delete([summary.id])
    expect(await history.keeping.hidden(10)).toEqual([])
    expect(await history.keeping.restore([summary.id])).toEqual([])
    expect(await history.requests.counts()).toMatchObject({ total: 0, unread: 0 })
  })

  it('is there again when its relay is asked to hand it out once more', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const { summary } = await store(history, { sourceId, originId: 'a' })
    await history.keeping.hide([summary.id])
    const again = arrival({ sourceId, originId: 'a', redelivered: true })
    const outcome = await history.intake.store(again, Buffer.from('{}'), [planned({ reason: 'relay-redelivery' })])
    expect(outcome).toMatchObject({ kind: 'redelivered', summary: { id: summary.id } })
    expect(await listed(history)).toEqual([summary.id])
  })

  it('is not deleted for good with the others when its relay was asked for it meanwhile', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const asked = (await store(history, { sourceId, originId: 'a' })).summary.id
    const other = (await store(history, { sourceId, originId: 'b' })).summary.id
    await history.keeping.hide([asked, other])
    await history.intake.store(arrival({ sourceId, originId: 'a', redelivered: true }), Buffer.from('{}'), [])
    expect(await history.keeping.deleteHidden([asked, other])).toEqual([asked])
    expect(await listed(history)).toEqual([asked])
    expect(await history.requests.counts()).toMatchObject({ total: 1 })
  })
})

describe('keeping within limits', () => {
  it('by age deletes what is older, but not what is pinned, hidden or under way', async () => {
    const { history, clock } = await open()
    const old = await store(history)
    const pinned = await store(history)
    await history.requests.setPinned(pinned.summary.id, true)
    const waiting = await store(history, { deliveries: [planned({ state: 'held', holdReason: 'target' })] })
    const hidden = await store(history)
    await history.keeping.hide([hidden.summary.id])
    clock.now += DAY_MS
    const young = await store(history)

    const rule = { kind: 'age', scope: 'all', before: clock.now } as const
    expect(await follow(history, rule)).toEqual([old.summary.id])
    expect(await listed(history)).toEqual([young.summary.id, waiting.summary.id, pinned.summary.id])
    expect(await history.keeping.restore([hidden.summary.id])).toEqual([hidden.summary.id])
  })

  it('by count keeps the newest of a source and touches no other', async () => {
    const { history } = await open()
    const [one, other] = [await addTestSource(history), await addTestSource(history)]
    const ids: RequestId[] = []
    for (let n = 0; n < 200; n += 1) ids.push((await store(history, { sourceId: one })).summary.id)
    const stranger = await store(history, { sourceId: other })
    const composed = await store(history)
    expect(await follow(history, { kind: 'count', scope: one, keep: 30 })).toEqual(ids.slice(0, 170))
    expect(await follow(history, { kind: 'count', scope: one, keep: 30 })).toEqual([])
    expect(await follow(history, { kind: 'count', scope: 0, keep: 0 })).toEqual([composed.summary.id])
    expect(await listed(history)).toEqual([stranger.summary.id, ...ids.slice(170).toReversed()])
    expect(await history.requests.counts()).toMatchObject({ total: 31, unread: 31 })
  })

  it('by size of a source counts bodies and header lines as they came', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const ids: RequestId[] = []
    for (let n = 0; n < 5; n += 1) ids.push((await store(history, { sourceId, body: randomBytes(1000) })).summary.id)
    const { bySource, contentBytes } = await history.keeping.usage()
    const one = contentBytes / 5
    expect(one).toBeGreaterThan(1000)
    expect(bySource).toEqual([{ scope: sourceId, requests: 5, bytes: contentBytes }])
    expect(await follow(history, { kind: 'bytes', scope: sourceId, keep: 2 * one })).toEqual(ids.slice(0, 3))
    expect((await history.keeping.usage()).contentBytes).toBe(2 * one)
  })

  it('by size of the whole erases large bodies piece by piece, and the file gets shorter', async () => {
    const { history, file } = await open()
    const ids: RequestId[] = []
    for (let n = 0; n < 6; n += 1) ids.push((await store(history, { body: randomBytes(4 * MIB) })).summary.id)
    const full = await history.keeping.usage()
    expect(full.usedBytes).toBeGreaterThan(24 * MIB)
    const deleted = await follow(history, { kind: 'bytes', scope: 'all', keep: 10 * MIB })
    expect(deleted).toEqual(ids.slice(0, 4))
    const after = await history.keeping.usage()
    expect(after.usedBytes).toBeLessThan(10 * MIB)
    expect(after.usedBytes).toBeGreaterThan(8 * MIB)
    expect(after.freeBytes).toBeGreaterThan(15 * MIB)
    while (!(await history.keeping.shrink()));
    expect((await history.keeping.usage()).freeBytes).toBe(0)
    expect(statSync(file).size).toBeLessThan(10 * MIB)
    for (const id of ids.slice(4)) {
      expect((await history.requests.readBody({ kind: 'request', id }, 0, MIB))?.length).toBe(MIB)
    }
  })

  it('clears all up to a request, what waits too, and keeps what is pinned', async () => {
    const { history } = await open()
    const waiting = await store(history, { deliveries: [planned({ state: 'held', holdReason: 'target' })] })
    const pinned = await store(history)
    await history.requests.setPinned(pinned.summary.id, true)
    const { newestId } = await history.keeping.usage()
    const later = await store(history)
    expect(await follow(history, { kind: 'clear', scope: 'all', upTo: newestId })).toEqual([waiting.summary.id])
    expect(await listed(history)).toEqual([later.summary.id, pinned.summary.id])
    expect(await history.requests.counts()).toMatchObject({ total: 2, held: 0, pinned: 1 })
  })

  it('leaves a tombstone only where the relay may still hand the request out', async () => {
    const { history, clock } = await open()
    const sourceId = await addTestSource(history)
    await history.config.noteTtl(sourceId, 2 * DAY_MS)
    await store(history, { sourceId, originId: 'old' })
    clock.now += 3 * DAY_MS
    await store(history, { sourceId, originId: 'young' })
    await follow(history, { kind: 'count', scope: 'all', keep: 0 })
    const come = (originId: string): Promise<StoreOutcome> =>
      history.intake.store(arrival({ sourceId, originId }), Buffer.from('{}'), [])
    expect((await come('young')).kind).toBe('tombstoned')
    expect((await come('old')).kind).toBe('stored')
  })

  it('knows the size of what an earlier version stored', async () => {
    const file = newHistoryFile()
    const test = await open({ file })
    const sourceId = await addTestSource(test.history)
    await store(test.history, { sourceId, body: randomBytes(500) })
    const { contentBytes } = await test.history.keeping.usage()
    await test.history.close()
    const db = new Database(file)
    db.exec(`DELETE FROM counter WHERE name = 'content'; DROP TABLE trash; DROP TABLE waste`)
    db.pragma(`user_version = ${migrations.indexOf(keeping)}`)
    migrate(db, migrations.slice(0, migrations.indexOf(keeping) + 1), () => undefined)
    expect(db.prepare(`SELECT value FROM counter WHERE name = 'content'`).pluck().all()).toEqual([contentBytes])
    db.close()
  })
})

describe('marking all as read', () => {
  it('reads those of one source, or all, whatever their number', async () => {
    const { history } = await open()
    const [one, other] = [await addTestSource(history), await addTestSource(history)]
    const stored = [
      ...Array.from({ length: 300 }, () => store(history, { sourceId: one })),
      ...Array.from({ length: 3 }, () => store(history, { sourceId: other })),
    ]
    await Promise.all(stored)
    await history.keeping.markAllRead(one)
    expect(await history.requests.counts()).toMatchObject({ unread: 3, unreadBySource: { [one]: 0, [other]: 3 } })
    await history.keeping.markAllRead(null)
    expect(await history.requests.counts()).toMatchObject({ unread: 0, total: 303 })
    const rows = await history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 500 })
    expect(rows.every(({ read }) => read)).toBe(true)
  })
})
