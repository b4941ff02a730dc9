import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RequestHead } from '../../../../relay/ingest/read-head.ts'
import { createUnknownInputs } from '../../../../relay/ingest/unknown-inputs.ts'
import type { NewItemHead, RelayAdminStore, RelayIntake } from '../../../../relay/store/store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp(buckets = ['first', 'second']) {
  const written: { bucket: string; target: string; count: number | undefined }[] = []
  const admin = {
    buckets: () => buckets.map((id) => ({ id, name: id, settings: {}, createdAt: 0 })),
  } as unknown as RelayAdminStore
  const intake = {
    reject: async (head: NewItemHead, { count }: { count?: number }) =>
      void written.push({ bucket: head.bucketId, target: head.target, count }),
  } as unknown as RelayIntake
  const unknown = createUnknownInputs({ store: { admin, intake }, onError: () => undefined })
  const note = (target: string) => {
    const head: RequestHead = { method: 'POST', target, remote: null, headers: [], bodyBytes: 1 }
    unknown.note(head, { status: 200, reason: 'no input has this address', bodyBytes: 1 })
  }
  return { unknown, note, written }
}

test('the first of a path shows at once, those of the next minute as one with their count', async () => {
  const { note, written } = setUp()
  note('/in/a?1')
  expect(written).toEqual([{ bucket: 'first', target: '/in/a?1', count: 1 }])
  note('/in/a?2')
  note('/in/a?3')
  note('/in/b')
  expect(written).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(written).toHaveLength(3)
  expect(written[2]).toEqual({ bucket: 'first', target: '/in/a?3', count: 2 })
  await vi.advanceTimersByTimeAsync(120_000)
  expect(written).toHaveLength(3)
  note('/in/a')
  expect(written).toHaveLength(4)
})

test('a page that posts to ever new ids fills neither memory nor the bucket', async () => {
  const { note, written } = setUp()
  for (let n = 0; n < 1000; n += 1) note(`/in/${n}`)
  expect(written).toHaveLength(65)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(written).toHaveLength(66)
  expect(written[65]).toMatchObject({ count: 1000 - 65 })
})

test('what was counted is written down at the end', async () => {
  const { unknown, note, written } = setUp()
  note('/in/a')
  note('/in/a')
  await unknown.stop()
  expect(written).toMatchObject([{ count: 1 }, { count: 1 }])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(written).toHaveLength(2)
})

test('without a bucket there is nobody to be told', () => {
  const { note, written } = setUp([])
  note('/in/a')
  expect(written).toEqual([])
})

test('a store that takes nothing is told of, and keeps nobody from stopping', async () => {
  const problems: unknown[] = []
  const admin = { buckets: () => [{ id: 'b', name: 'b', settings: {}, createdAt: 0 }] } as unknown as RelayAdminStore
  const intake = { reject: () => Promise.reject(new Error('the disk is full')) } as unknown as RelayIntake
  const unknown = createUnknownInputs({ store: { admin, intake }, onError: (error) => problems.push(error) })
  const head: RequestHead = { method: 'POST', target: '/in/a', remote: null, headers: [], bodyBytes: 1 }
  for (let n = 0; n < 2; n += 1) unknown.note(head, { status: 200, reason: 'no input has this address', bodyBytes: 1 })
  await unknown.stop()
  expect(problems).toHaveLength(2)
})
