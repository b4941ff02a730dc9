import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RequestId, SourceId } from '../../../../protocol/ids.ts'
import {
  addTestSource,
  arrival,
  openTestHistory,
  removeHistoryFile,
  type TestHistory,
} from '../../../helpers/history.ts'

let opened: TestHistory
let source: SourceId
let count = 0

beforeEach(async () => {
  opened = await openTestHistory()
  source = await addTestSource(opened.history)
})

afterEach(async () => {
  await opened.history.close()
  removeHistoryFile(opened.file)
})

async function store(change: Parameters<typeof arrival>[0] = {}, body = '{}'): Promise<RequestId> {
  count += 1
  const bytes = Buffer.from(body)
  const wanted = arrival({ sourceId: source, originId: `item-${count}`, bodyBytes: bytes.length, ...change })
  const outcome = await opened.history.intake.store(wanted, bytes, [])
  if (outcome.kind !== 'stored') throw new Error(outcome.kind)
  return outcome.summary.id
}

const repeats = (...ids: RequestId[]) => opened.history.requests.repeats(ids)

test("a request with its sender's id of one before is the repeat of the first, however its body differs", async () => {
  const first = await store({ senderId: 'evt_1', receivedAt: 1000 }, '{"try":1}')
  const stranger = await store({ senderId: 'evt_2' })
  const second = await store({ senderId: 'evt_1', receivedAt: 90_000_000 }, '{"try":2}')
  const third = await store({ senderId: 'evt_1' }, '{"try":3}')
  expect(await repeats(first, stranger, second, third)).toEqual([
    { id: second, first, firstAt: 1000, place: 2, attempt: null },
    { id: third, first, firstAt: 1000, place: 3, attempt: null },
  ])
  expect(await repeats(third)).toMatchObject([{ id: third, place: 3 }])
})

test("another source's or another sender's request of the same id is none", async () => {
  const elsewhere = await addTestSource(opened.history)
  await store({ senderId: '7' })
  const other = await store({ senderId: '7', sourceId: elsewhere })
  const sender = await store({ senderId: '7', provider: 'stripe' })
  expect(await repeats(other, sender)).toEqual([])
})

test('without an id the same method, target and body are a repeat for a quarter of an hour', async () => {
  const minute = 60_000
  const first = await store({ receivedAt: 0 }, 'same')
  const soon = await store({ receivedAt: 10 * minute }, 'same')
  const path = await store({ receivedAt: 10 * minute, requestTarget: '/in/4b2f/else' }, 'same')
  const body = await store({ receivedAt: 10 * minute }, 'other')
  const late = await store({ receivedAt: 26 * minute }, 'same')
  expect(await repeats(first, soon, path, body, late)).toMatchObject([{ id: soon, first, place: 2 }])
})

test("what the sender's own counter says is told, of a first that is not there too", async () => {
  const counted = (attempt: string) =>
    store({
      provider: 'slack',
      senderId: 'Ev1',
      headers: [
        ['X-Slack-Signature', 'v0=00'],
        ['X-Slack-Retry-Num', attempt],
      ],
    })
  const lone = await counted('2')
  const next = await counted('3')
  expect(await repeats(lone, next)).toEqual([
    { id: lone, first: null, firstAt: null, place: 1, attempt: 2 },
    { id: next, first: lone, firstAt: 1_699_999_999_000, place: 2, attempt: 3 },
  ])
})

test('what is asked for out of order, and asked for again once more has come, is told the same', async () => {
  const first = await store({ senderId: 'a' })
  const second = await store({ senderId: 'a' })
  expect(await repeats(second)).toMatchObject([{ id: second, first, place: 2 }])
  const third = await store({ senderId: 'a' })
  expect(await repeats(third)).toMatchObject([{ id: third, first, place: 3 }])
  expect(await repeats(second, first)).toMatchObject([{ id: second, first, place: 2 }])
})
