import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import type { HistoryHealth } from '../../core/history/history.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { KIB } from '../../protocol/limits.ts'
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

function watchHealth(test: TestHistory): HistoryHealth[] {
  const seen: HistoryHealth[] = []
  test.history.onHealth((health) => seen.push(health))
  return seen
}

describe('a history that cannot be opened', () => {
  it('says so when a newer Creel wrote it', async () => {
    const { history, file } = await openTestHistory()
    await history.close()
    const db = new Database(file)
    db.pragma('user_version = 1000')
    db.close()
    await expect(openTestHistory({ file })).rejects.toMatchObject({
      name: 'HistoryError',
      code: 'database-newer',
      message: expect.stringContaining('newer version of Creel'),
      fix: expect.stringContaining('Install the newest version'),
    })
    removeHistoryFile(file)
  })

  it('says so when the file is damaged', async () => {
    const file = newHistoryFile()
    writeFileSync(file, 'this is no database at all '.repeat(500))
    await expect(openTestHistory({ file })).rejects.toMatchObject({
      code: 'database-broken',
      message: expect.stringContaining('damaged'),
    })
    removeHistoryFile(file)
  })

  it('says so when another program has it locked', async () => {
    const { history, file } = await openTestHistory()
    await history.close()
    const other = new Database(file)
    other.pragma('locking_mode = EXCLUSIVE')
    other.exec('BEGIN EXCLUSIVE; CREATE TABLE other (x); COMMIT')
    await expect(openTestHistory({ file })).rejects.toMatchObject({ code: 'database-locked' })
    other.close()
    removeHistoryFile(file)
  })

  it('says so when the disk gives something else than a file', async () => {
    const file = newHistoryFile()
    mkdirSync(file)
    writeFileSync(`${file}/x`, '')
    await expect(openTestHistory({ file })).rejects.toMatchObject({ code: 'database-broken' })
    removeHistoryFile(file)
  })
})

describe('a full disk', () => {
  it('fails what cannot be stored, says so, and goes on once there is room', async () => {
    const test = await open({ maxPages: 120 })
    const { history } = test
    const sourceId = await addTestSource(history)
    const seen = watchHealth(test)
    const body = new Uint8Array(8 * KIB)
    const stored: RequestId[] = []
    const store = (n: number) =>
      history.intake.store(arrival({ sourceId, originId: `${n}`, bodyBytes: body.length }), body, [])
    let failure: unknown = null
    for (let n = 0; failure === null; n += 1) {
      try {
        const outcome = await store(n)
        if (outcome.kind === 'stored') stored.push(outcome.summary.id)
      } catch (error) {
        failure = error
      }
    }
    expect(failure).toMatchObject({ code: 'disk-full', message: expect.stringContaining('The disk is full') })
    expect(seen.at(-1)).toMatchObject({
      state: 'broken',
      error: { code: 'history-unavailable', fix: expect.stringContaining('Free some space') },
      nextAttemptAt: test.clock.now + 500,
    })
    const rows = await history.requests.list({ view: 'all', sourceId, text: '' }, { before: null, limit: 500 })
    expect(rows.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(stored)
    expect(await history.requests.counts()).toMatchObject({ total: stored.length })

    await history.requests.delete(stored.slice(0, 20))
    await eventually(() => expect(history.health()).toEqual({ state: 'good' }))
    expect((await store(1_000_000)).kind).toBe('stored')
  })

  it.each([
    ['part of which was stored', 2_000_000, 0],
    ['all of which was stored but its end', 3 * 256 * KIB + 1, 400_000],
  ])('fails a large body %s, and keeps nothing of it', async (_, size, headerBytes) => {
    const { history, file } = await open({ maxPages: 110 })
    const headers: [string, string][] = [['X-Large', 'x'.repeat(headerBytes)]]
    const large = arrival({ bodyBytes: size, headers })
    await expect(history.intake.store(large, new Uint8Array(size), [])).rejects.toMatchObject({ code: 'disk-full' })
    await eventually(() => {
      const db = new Database(file, { readonly: true })
      const rows = db.prepare('SELECT count(*) AS rows FROM body').get()
      db.close()
      expect(rows).toEqual({ rows: 0 })
    })
    expect((await history.intake.store(arrival(), Buffer.from('{}'), [])).kind).toBe('stored')
  })
})

describe('a lock of another program', () => {
  it('fails what it keeps from being stored, and passes', async () => {
    const test = await open()
    const seen = watchHealth(test)
    const other = new Database(test.file)
    other.exec('BEGIN IMMEDIATE')
    await expect(test.history.intake.store(arrival(), Buffer.from('{}'), [])).rejects.toMatchObject({
      code: 'database-locked',
    })
    expect(seen.at(-1)).toMatchObject({ state: 'broken' })
    other.exec('COMMIT')
    other.close()
    await eventually(() => expect(test.history.health()).toEqual({ state: 'good' }))
    expect(await test.history.requests.counts()).toMatchObject({ total: 0 })
  })
})

describe('a thread that dies', () => {
  it('fails what it was doing, and another takes its place', async () => {
    const test = await open()
    const { history, workers } = test
    const sourceId = await addTestSource(history)
    const seen = watchHealth(test)
    const stored = await history.intake.store(arrival({ sourceId, originId: 'a' }), Buffer.from('{}'), [])
    const large = history.intake.begin(arrival({ sourceId, originId: 'b', bodyBytes: 1_000_000 }))
    await large.write(new Uint8Array(300_000))
    const writer = workers.find(({ role }) => role === 'writer')?.worker
    const caught = history.intake.store(arrival({ sourceId, originId: 'c' }), Buffer.from('{}'), []).catch(String)
    await writer?.terminate()
    await caught
    expect(seen.at(-1)).toMatchObject({ state: 'broken', error: { message: expect.stringContaining('stopped') } })
    await expect(history.config.setSetting('x', 1)).rejects.toMatchObject({ code: 'thread-died' })
    await eventually(() => expect(history.health()).toEqual({ state: 'good' }))
    expect(workers.map(({ role }) => role)).toEqual(['writer', 'reader', 'writer'])
    await expect(large.write(new Uint8Array(700_000)).then(() => large.finish([planned()]))).rejects.toMatchObject({
      code: 'thread-died',
    })
    large.abort()
    expect((await history.intake.store(arrival({ sourceId, originId: 'a' }), Buffer.from('{}'), [])).kind).toBe(
      'duplicate',
    )
    expect(stored.kind).toBe('stored')
  })

  it('comes back for readers too', async () => {
    const test = await open()
    await test.workers.find(({ role }) => role === 'reader')?.worker.terminate()
    await expect(test.history.requests.counts()).rejects.toMatchObject({ code: 'thread-died' })
    await eventually(async () => expect(await test.history.requests.counts()).toMatchObject({ total: 0 }))
    expect(test.history.health()).toEqual({ state: 'good' })
  })

  it('is not replaced after the history was closed', async () => {
    const test = await open()
    await test.history.close()
    await expect(test.history.requests.counts()).rejects.toMatchObject({ code: 'closed' })
    await expect(test.history.intake.store(arrival(), Buffer.from('{}'), [])).rejects.toMatchObject({ code: 'closed' })
    expect(test.workers).toHaveLength(2)
  })
})

describe('closing', () => {
  it('commits what was begun', async () => {
    const { history, file } = await openTestHistory()
    const storing = Array.from({ length: 50 }, () => history.intake.store(arrival(), Buffer.from('{}'), []))
    const closing = history.close()
    expect((await Promise.all(storing)).map(({ kind }) => kind)).toEqual(storing.map(() => 'stored'))
    await closing
    const db = new Database(file, { readonly: true })
    expect(db.prepare('SELECT count(*) AS rows FROM item').get()).toEqual({ rows: 50 })
    db.close()
    removeHistoryFile(file)
  })
})

describe('a process that is killed in the middle of a burst', () => {
  it('has everything it acknowledged, once, and nothing half', { timeout: 60_000 }, async () => {
    const file = newHistoryFile()
    const child = spawn(process.execPath, [new URL('./history-burst.ts', import.meta.url).pathname, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const acknowledged: string[] = []
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      acknowledged.push(line)
      if (acknowledged.length === 2000) child.kill('SIGKILL')
    })
    await once(lines, 'close')
    expect(acknowledged.length).toBeGreaterThanOrEqual(2000)

    const test = await open({ file })
    const db = new Database(file, { readonly: true })
    const rows = db.prepare<[], string>('SELECT origin_id FROM item').pluck().all()
    expect(new Set(rows).size).toBe(rows.length)
    expect(acknowledged.filter((id) => !rows.includes(id))).toEqual([])
    expect(db.prepare('SELECT count(*) AS orphans FROM body WHERE sha256 IS NULL').get()).toEqual({ orphans: 0 })
    expect(db.prepare('SELECT count(*) AS half FROM item WHERE body_id NOT IN (SELECT id FROM body)').get()).toEqual({
      half: 0,
    })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    db.close()
    const [source] = await test.history.config.sources()
    if (source === undefined) throw new Error('The source is gone.')
    expect(await test.history.requests.counts()).toMatchObject({ total: rows.length, unread: rows.length })
    const repeat = arrival({ sourceId: source.id, originId: acknowledged[0] ?? '' })
    expect((await test.history.intake.store(repeat, Buffer.from('{}'), [])).kind).toBe('duplicate')
    const live = await test.history.deliveries.resume()
    expect(live).toEqual([])
    expect((await test.history.requests.counts()).failed).toBe(rows.length)
    rmSync(file, { force: true })
  })
})
