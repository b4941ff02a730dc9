import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { startRetention, type Limits, type Retention } from '../../core/engine/retention.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { MIB } from '../../protocol/limits.ts'
import { eventually } from '../helpers/eventually.ts'
import { arrival, newHistoryFile, openTestHistory, removeHistoryFile, type TestHistory } from '../helpers/history.ts'

const NONE = { days: null, count: null, bytes: null }
const DAY_MS = 86_400_000

let test: TestHistory
let retention: Retention | null = null
let limits: Limits
let deleted: RequestId[]

async function begin(file?: string): Promise<void> {
  test = await openTestHistory(file === undefined ? {} : { file })
  limits = { whole: NONE, sources: [] }
  deleted = []
}

function start(thinkAgainMs = 0): Retention {
  const started = startRetention({
    history: test.history,
    limits: () => limits,
    now: () => test.clock.now,
    onDeleted: (ids) => deleted.push(...ids),
    onProblem: (problem) => {
      throw problem
    },
    everyMs: 20,
    thinkAgainMs,
  })
  retention = started
  return started
}

async function store(count: number, bytes = 2): Promise<RequestId[]> {
  const bodies = Array.from({ length: count }, () => randomBytes(bytes))
  const stored = await Promise.all(
    bodies.map((body) => test.history.intake.store(arrival({ bodyBytes: bytes }), body, [])),
  )
  return stored.flatMap((one) => (one.kind === 'stored' ? [one.summary.id] : []))
}

afterEach(async () => {
  await retention?.stop()
  retention = null
  await test.history.close()
  removeHistoryFile(test.file)
})

it('looks by itself, so that what grows old goes while requests go on arriving', async () => {
  await begin()
  limits = { whole: { ...NONE, days: 30 }, sources: [] }
  const old = await store(300)
  start()
  test.clock.now += 31 * DAY_MS
  const young = await store(20)
  await eventually(() => expect(deleted).toEqual(old))
  const rows = await test.history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 500 })
  expect(rows.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(young)
})

it('gives much free space back to the disk, and little of it not', async () => {
  await begin()
  const ids = await store(12, 2 * MIB)
  const full = statSync(test.file).size
  start()
  limits = { whole: { ...NONE, count: 11 }, sources: [] }
  await eventually(() => expect(deleted).toEqual(ids.slice(0, 1)))
  await eventually(async () => expect((await test.history.keeping.usage()).freeBytes).toBeGreaterThan(MIB))
  limits = { whole: { ...NONE, count: 1 }, sources: [] }
  await eventually(() => expect(deleted).toEqual(ids.slice(0, 11)))
  await eventually(() => expect(statSync(test.file).size).toBeLessThan(full / 4))
})

it('clears, keeps what is pinned and what came since, and shrinks the file', async () => {
  await begin()
  const ids = await store(500, 4000)
  const [pinned] = ids
  await test.history.requests.setPinned(pinned ?? (0 as never), true)
  const started = start()
  expect(await started.clear('all')).toBe(499)
  const later = await store(1)
  await eventually(async () => expect((await test.history.keeping.usage()).freeBytes).toBe(0))
  const rows = await test.history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 500 })
  expect(rows.map(({ id }) => id)).toEqual([...later, pinned])
})

it('takes up at the next start what was being cleared, and what was deleted and not taken back', async () => {
  const file = newHistoryFile()
  await begin(file)
  const ids = await store(60)
  const [hidden] = await store(1)
  await test.history.keeping.hide([hidden ?? (0 as never)])
  await test.history.config.setSetting('clearing', { kind: 'clear', scope: 'all', upTo: ids[39] })
  await test.history.close()

  await begin(file)
  start()
  await eventually(() => expect(deleted).toEqual(ids.slice(0, 40)))
  await eventually(async () => expect(await test.history.keeping.hidden(9)).toEqual([]))
  await eventually(async () => expect(await test.history.config.setting('clearing')).toBeNull())
  expect(await test.history.requests.counts()).toMatchObject({ total: 20 })
})

it('waits with changed limits until whoever changed them could think again', async () => {
  await begin()
  await store(5)
  const started = startRetention({
    history: test.history,
    limits: () => limits,
    now: () => test.clock.now,
    onDeleted: (ids) => deleted.push(...ids),
    onProblem: () => undefined,
    everyMs: 3_600_000,
    thinkAgainMs: 50,
  })
  retention = started
  await eventually(async () => expect((await test.history.keeping.usage()).requests).toBe(5))
  limits = { whole: { ...NONE, count: 1 }, sources: [] }
  started.limitsChanged()
  expect(deleted).toEqual([])
  await eventually(() => expect(deleted).toHaveLength(4))
})
