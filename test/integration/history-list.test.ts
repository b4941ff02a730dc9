import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Arrival, PlannedDelivery, RequestFilter } from '../../core/history/history.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
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

async function store(change: Partial<Arrival> = {}, deliveries: readonly PlannedDelivery[] = []): Promise<RequestId> {
  const outcome = await test.history.intake.store(arrival(change), Buffer.from('{}'), deliveries)
  if (outcome.kind !== 'stored') throw new Error(outcome.kind)
  return outcome.summary.id
}

async function list(filter: Partial<RequestFilter> = {}, before: RequestId | null = null, limit = 500) {
  const rows = await test.history.requests.list({ view: 'all', sourceId: null, text: '', ...filter }, { before, limit })
  return rows.map(({ id }) => id)
}

describe('the list', () => {
  it('goes from the newest to the oldest by pages, and new arrivals move nothing', async () => {
    const ids: RequestId[] = []
    for (let count = 0; count < 7; count += 1) ids.unshift(await store())
    const first = await list({}, null, 3)
    await store()
    const second = await list({}, first.at(-1) ?? null, 3)
    const third = await list({}, second.at(-1) ?? null, 3)
    expect([...first, ...second, ...third]).toEqual(ids)
    expect(await list({}, third.at(-1) ?? null, 3)).toEqual([])
  })

  it('shows one source, failed, held or pinned requests', async () => {
    const [one, two] = [await addTestSource(test.history), await addTestSource(test.history)] as [SourceId, SourceId]
    const plain = await store({ sourceId: one })
    const failed = await store({ sourceId: one }, [planned({ state: 'failed' })])
    const held = await store({ sourceId: two }, [planned({ state: 'held', holdReason: 'source' })])
    const both = await store({ sourceId: two }, [planned({ state: 'failed' }), planned({ state: 'held' })])
    await test.history.requests.setPinned(plain, true)
    await test.history.requests.setPinned(held, true)
    expect(await list({ sourceId: one })).toEqual([failed, plain])
    expect(await list({ view: 'failed' })).toEqual([both, failed])
    expect(await list({ view: 'failed', sourceId: two })).toEqual([both])
    expect(await list({ view: 'held' })).toEqual([both, held])
    expect(await list({ view: 'held', sourceId: one })).toEqual([])
    expect(await list({ view: 'pinned' })).toEqual([held, plain])
    expect(await list({ view: 'pinned', sourceId: one }, null)).toEqual([plain])
    expect(await test.history.requests.counts()).toMatchObject({
      total: 4,
      unread: 4,
      failed: 2,
      held: 2,
      pinned: 2,
      unreadBySource: { [one]: 2, [two]: 2 },
      heldBySource: { [two]: 2 },
    })
  })

  it('finds words in path, event, provider and method, and takes wildcards for letters', async () => {
    const stripe = await store({
      provider: 'stripe',
      event: 'invoice.paid',
      requestTarget: '/in/ab/pay?x=100%25_y',
      mountBytes: 6,
    })
    const github = await store({ provider: 'github', event: 'push', requestTarget: '/in/ab/hooks', mountBytes: 6 })
    const put = await store({ method: 'PUT', provider: null, event: null, requestTarget: '/in/ab/pay', mountBytes: 6 })
    expect(await list({ text: 'INVOICE' })).toEqual([stripe])
    expect(await list({ text: 'pay' })).toEqual([put, stripe])
    expect(await list({ text: '  pay   put ' })).toEqual([put])
    expect(await list({ text: 'github' })).toEqual([github])
    expect(await list({ text: '100%25_' })).toEqual([stripe])
    expect(await list({ text: '5_' })).toEqual([stripe])
    expect(await list({ text: 'p_y' })).toEqual([])
    expect(await list({ text: '\\' })).toEqual([])
    expect(await list({ text: '/in/' })).toEqual([])
    expect(await list({ view: 'failed', text: 'pay' })).toEqual([])
  })

  it('shows what was made of a request under it, oldest first', async () => {
    const original = await store()
    const one = await store({ kind: 'composed', parentId: original })
    const two = await store({ kind: 'composed', parentId: original })
    const children = await test.history.requests.children(original)
    expect(children.map(({ id, parentId, read }) => ({ id, parentId, read }))).toEqual([
      { id: one, parentId: original, read: true },
      { id: two, parentId: original, read: true },
    ])
  })

  it('counts what is unread, whoever reads it twice', async () => {
    const sourceId = await addTestSource(test.history)
    const ids = [await store({ sourceId }), await store({ sourceId }), await store({ kind: 'composed' })]
    expect(await test.history.requests.counts()).toMatchObject({ unread: 2 })
    await test.history.requests.markRead(ids)
    await test.history.requests.markRead(ids)
    const [row] = await test.history.requests.list({ view: 'all', sourceId, text: '' }, { before: null, limit: 1 })
    expect(row?.read).toBe(true)
    expect(await test.history.requests.counts()).toMatchObject({ unread: 0, unreadBySource: { [sourceId]: 0 } })
  })

  it('keeps its counts right whatever is pinned, deleted or counted over', async () => {
    const sourceId = await addTestSource(test.history)
    const [id] = [await store({ sourceId }, [planned({ state: 'held' })]), await store({ sourceId })]
    await test.history.requests.setPinned(id, true)
    await test.history.requests.setPinned(id, true)
    await test.history.requests.setPinned(id, false)
    await test.history.requests.setPinned(id, false)
    expect(await test.history.requests.counts()).toMatchObject({ pinned: 0, held: 1 })
    await test.history.requests.setPinned(id, true)
    await test.history.requests.delete([id, id])
    const counts = await test.history.requests.counts()
    expect(counts).toMatchObject({ total: 1, unread: 1, pinned: 0, held: 0, unreadBySource: { [sourceId]: 1 } })
    expect(counts.bytes).toBeGreaterThan(0)
  })
})
