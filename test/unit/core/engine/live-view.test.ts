import { afterEach, expect, test } from 'vitest'
import { createEngineEvents } from '../../../../core/engine/events.ts'
import { createLiveView, NO_COUNTS, type LiveView } from '../../../../core/engine/live-view.ts'
import type { HistoryDeliveries, HistoryRequests } from '../../../../core/history/history.ts'
import { RequestId } from '../../../../protocol/ids.ts'
import type { RequestSummary } from '../../../../protocol/request.ts'
import { eventually } from '../../../helpers/eventually.ts'

let view: LiveView | null = null
afterEach(() => view?.stop())

const queued = {
  state: 'queued',
  holdReason: null,
  status: null,
  failureCode: null,
  latencyMs: null,
  nextAttemptAt: null,
  targetLabel: 'localhost:3000',
} as const

const row = (id: number): RequestSummary => ({ id: RequestId.parse(id) }) as RequestSummary

/** A view over a history whose reads fail so many times. Somebody watches. */
function open(failures: number, unindexed: readonly number[] = [], rows: readonly RequestSummary[] = []) {
  const told: { name: string; event: unknown }[] = []
  const problems: unknown[] = []
  const read: RequestId[] = []
  let left = failures
  const indexing = [...unindexed]
  const fail = (): void => {
    left -= 1
    if (left >= 0) throw new Error('the reader is being started again')
  }
  const events = createEngineEvents()
  events.listen((name, event) => void told.push({ name, event }))
  view = createLiveView({
    // Only what a view asks for.
    requests: {
      async counts() {
        fail()
        return { ...NO_COUNTS, total: 7, unindexed: indexing.shift() ?? 0 }
      },
    } as HistoryRequests,
    deliveries: {
      async digests(ids) {
        fail()
        read.push(...ids)
        return ids.map((id) => rows.find((one) => one.id === id) ?? row(id))
      },
    } as Partial<HistoryDeliveries> as HistoryDeliveries,
    events,
    monotonic: () => performance.now(),
    forwarding: () => ({ on: true, since: 0, held: 0, retrying: 0 }),
    onCounts: () => undefined,
    onProblem: (problem) => problems.push(problem),
  })
  return { view, told, problems, read, endWatch: view.watch() }
}

const named = (told: readonly { name: string; event: unknown }[], name: string) =>
  told.filter((one) => one.name === name).map(({ event }) => event)

test('new rows are told before what changed in them', async () => {
  const { view: live, told } = open(0)
  live.changed(row(1).id)
  live.stored(row(1), true)
  await eventually(() => expect(named(told, 'requests:changed')).toEqual([[row(1)]]))
  expect(told.map(({ name }) => name).indexOf('requests:received')).toBe(0)
})

test('a row that came again is told as if it were new, as nobody may have heard of it', async () => {
  const { view: live, told } = open(0)
  live.repeated(row(3).id)
  await eventually(() => expect(named(told, 'requests:received')).toEqual([[row(3)]]))
})

test('what was deleted and is there again is told, and once more as it is by then while something of it is under way', async () => {
  const underWay = { ...row(4), result: { ...queued, count: 1 } }
  const answered = { ...row(5), result: { ...queued, count: 1, state: 'answered' as const } }
  const rows = [underWay, answered]
  const { view: live, told } = open(0, [], rows)
  live.restored(rows.map(({ id }) => id))
  await eventually(() => expect(named(told, 'requests:changed')).toEqual([[underWay]]))
  expect(named(told, 'requests:restored')).toEqual([rows])
  expect(told.map(({ name }) => name).indexOf('requests:restored')).toBe(0)
})

test('what becomes of the one delivery of a new row is told without reading it back, its marks as they are', async () => {
  const { view: live, told } = open(0)
  const result = { ...queued, count: 1 }
  live.stored({ ...row(1), result }, true)
  live.delivered(row(1).id, { state: 'sending', holdReason: null })
  const end = { state: 'answered', holdReason: null, status: 204, failureCode: null, latencyMs: 3 } as const
  live.delivered(row(1).id, end)
  await eventually(() =>
    expect(named(told, 'requests:changed')).toEqual([[{ ...row(1), result: { ...result, ...end } }]]),
  )
  expect(told.map(({ name }) => name).slice(0, 3)).toEqual([
    'requests:received',
    'requests:changed',
    'deliveries:changed',
  ])
  // From its end on, and after whatever else changes it, it is read.
  live.delivered(row(1).id, end)
  live.stored({ ...row(2), result }, true)
  live.changed(row(2).id)
  live.delivered(row(2).id, end)
  live.stored({ ...row(3), result: { ...queued, count: 2 } }, true)
  live.delivered(row(3).id, end)
  await eventually(() => expect(named(told, 'requests:changed').at(-1)).toEqual([row(1), row(2), row(3)]))
})

test('a row whose marks may have changed with all others is read, as it is remembered with those of its coming', async () => {
  const { view: live, told } = open(0)
  live.stored({ ...row(1), result: { ...queued, count: 1 } }, true)
  live.marked()
  live.delivered(row(1).id, { state: 'sending', holdReason: null })
  await eventually(() => expect(named(told, 'requests:changed')).toEqual([[row(1)]]))
})

test('of more new rows than are remembered, those that are not are read', async () => {
  const { view: live, told } = open(0)
  const end = { state: 'answered', holdReason: null, status: 200, failureCode: null, latencyMs: 3 } as const
  const ids = Array.from({ length: 5_000 }, (_, n) => RequestId.parse(n + 1))
  for (const id of ids) live.stored({ ...row(id), result: { ...queued, count: 1 } }, true)
  for (const id of ids) live.delivered(id, end)
  const rows = () => named(told, 'requests:changed') as (readonly RequestSummary[])[]
  await eventually(() => expect(new Set(rows().flatMap((some) => some.map(({ id }) => id))).size).toBe(5_000))
  expect(
    rows()
      .flat()
      .filter(({ result }) => result?.status === 200),
  ).toHaveLength(4_096)
})

test('a burst is read a few at a time, the newest first, and each row once, however often it changed meanwhile', async () => {
  const { view: live, told } = open(0)
  const ids = Array.from({ length: 3_000 }, (_, n) => RequestId.parse(n + 1))
  for (let times = 0; times < 3; times += 1) for (const id of ids) live.changed(id)
  const rows = () => named(told, 'requests:changed') as (readonly RequestSummary[])[]
  await eventually(() => expect(rows().flat()).toHaveLength(3_000))
  expect(new Set(rows().flatMap((some) => some.map(({ id }) => id))).size).toBe(3_000)
  expect(rows()[0]?.length).toBeLessThanOrEqual(250)
  expect(rows()[0]?.[0]?.id).toBe(3_000)
  expect(named(told, 'deliveries:changed')).toHaveLength(3_000)
})

test('what could not be read is told once it can, new rows once only', async () => {
  const { view: live, told, problems } = open(3)
  live.stored(row(1), true)
  live.changed(row(2).id)
  await eventually(() => expect(named(told, 'requests:changed')).toEqual([[row(2)]]))
  await eventually(() => expect(named(told, 'counts:changed').at(-1)).toMatchObject({ total: 7 }))
  expect(named(told, 'requests:received')).toEqual([[row(1)]])
  expect(problems).toHaveLength(3)
})

test('while nobody watches, new rows and counts are told, and no row is read', async () => {
  const { view: live, told, read, endWatch } = open(0)
  const result = { ...queued, count: 1 }
  const end = { state: 'answered', holdReason: null, status: 200, failureCode: null, latencyMs: 3 } as const
  live.stored({ ...row(1), result }, true)
  live.changed(row(2).id)
  endWatch()
  live.stored({ ...row(3), result }, true)
  live.stored(row(4), false)
  live.delivered(row(3).id, end)
  live.changed(row(5).id)
  await eventually(() => expect(named(told, 'counts:changed')).not.toEqual([]))
  await eventually(() => expect(named(told, 'requests:received').flat()).toHaveLength(2))
  // Whoever watches next is told of the one that came meanwhile by reading it: what it was told as may be old.
  const endSecond = live.watch()
  live.delivered(row(1).id, end)
  live.delivered(row(3).id, end)
  await eventually(() => expect(named(told, 'requests:changed')).toEqual([[row(1), row(3)]]))
  expect(read).toEqual([1, 3])
  expect(named(told, 'deliveries:changed')).toEqual([{ requestId: 1 }, { requestId: 3 }])
  // Each says only once that he has gone, however often he does.
  live.watch()
  endSecond()
  endSecond()
  live.changed(row(6).id)
  await eventually(() => expect(named(told, 'requests:changed').at(-1)).toEqual([row(6)]))
})

test('a new row whose delivery ended before somebody began to watch is read, as it is told the way it was stored', async () => {
  const { view: live, told, endWatch } = open(0)
  const stored = (id: number): RequestSummary => ({ ...row(id), result: { ...queued, count: 1 } })
  const end = { state: 'answered', holdReason: null, status: 200, failureCode: null, latencyMs: 3 } as const
  // Within one batch, by which the window that just opened hears of all three.
  live.stored(stored(1), true)
  endWatch()
  live.delivered(row(1).id, end)
  live.stored(stored(2), true)
  live.delivered(row(2).id, end)
  live.watch()
  live.stored(stored(3), true)
  await eventually(() => expect(named(told, 'requests:changed')).toEqual([[row(1), row(2)]]))
  expect(named(told, 'requests:received')).toEqual([[stored(1), stored(2), stored(3)]])
  expect(told.map(({ name }) => name).indexOf('requests:received')).toBe(0)
})

test('counts are told anew until all requests are indexed, of which nobody tells', async () => {
  const { view: live, told } = open(0, [40, 20])
  live.recount()
  await eventually(() => {
    const counts = named(told, 'counts:changed') as { unindexed: number }[]
    expect(counts.map(({ unindexed }) => unindexed)).toEqual([40, 20, 0])
  })
})
