import { randomBytes } from 'node:crypto'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import type { StoreOutcome } from '../../core/history/history.ts'
import { MIB } from '../../protocol/limits.ts'
import {
  addTestSource,
  arrival,
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

function stored(outcome: StoreOutcome): Extract<StoreOutcome, { kind: 'stored' }> {
  if (outcome.kind !== 'stored') throw new Error(`Expected a stored request, got ${outcome.kind}.`)
  return outcome
}

describe('a deleted request', () => {
  it('does not come back by a late repeat, until the relay has forgotten it', async () => {
    const { history, clock } = await open()
    const sourceId = await addTestSource(history)
    const came = arrival({ sourceId, originId: 'a' })
    const { summary } = stored(await history.intake.store(came, Buffer.from('{}'), [planned()]))
    await history.requests.delete([summary.id])
    expect(await history.requests.get(summary.id)).toBeNull()
    expect(await history.requests.bodyInfo({ kind: 'request', id: summary.id })).toBeNull()
    clock.now += 8 * DAY_MS - 1
    expect(await history.intake.store(came, Buffer.from('{}'), [planned()])).toEqual({ kind: 'tombstoned' })
    clock.now += 1
    const back = stored(await history.intake.store(came, Buffer.from('{}'), []))
    expect(back.summary.id).toBeGreaterThan(summary.id)
    expect(await history.requests.counts()).toMatchObject({ total: 1, unread: 1 })
  })

  it('stays away for the time that its relay keeps items, and a day', async () => {
    const { history, clock } = await open()
    const sourceId = await addTestSource(history)
    await history.config.noteTtl(sourceId, 2 * DAY_MS)
    const came = arrival({ sourceId, originId: 'a' })
    const { summary } = stored(await history.intake.store(came, Buffer.from('{}'), []))
    await history.requests.delete([summary.id])
    clock.now += 3 * DAY_MS - 1
    expect((await history.intake.store(came, Buffer.from('{}'), [])).kind).toBe('tombstoned')
    clock.now += 1
    expect((await history.intake.store(came, Buffer.from('{}'), [])).kind).toBe('stored')
  })

  it('comes back when an administrator has it handed out again', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const came = arrival({ sourceId, originId: 'a' })
    const { summary } = stored(await history.intake.store(came, Buffer.from('{}'), []))
    await history.requests.delete([summary.id])
    const back = await history.intake.store({ ...came, redelivered: true }, Buffer.from('{}'), [
      planned({ reason: 'relay-redelivery' }),
    ])
    expect(back).toMatchObject({ kind: 'stored', deliveries: [{ reason: 'relay-redelivery' }] })
  })

  it('takes its answers bodies along and gives its ids to nobody', async () => {
    const test = await open()
    const { history, file } = test
    const sourceId = await addTestSource(history)
    const first = stored(
      await history.intake.store(arrival({ sourceId, originId: 'a', bodyBytes: MIB }), randomBytes(MIB), [planned()]),
    )
    await history.requests.delete([first.summary.id])
    await history.close()
    const db = new Database(file, { readonly: true })
    for (const table of ['item', 'body', 'body_chunk', 'delivery', 'result']) {
      expect(db.prepare(`SELECT count(*) AS rows FROM ${table}`).get(), table).toEqual({ rows: 0 })
    }
    db.close()
    const again = await open({ file })
    const second = stored(await again.history.intake.store(arrival(), Buffer.from('{}'), [planned()]))
    expect(second.summary.id).toBeGreaterThan(first.summary.id)
    expect(second.deliveries[0]?.id).toBeGreaterThan(first.deliveries[0]?.id ?? Infinity)
  })
})
