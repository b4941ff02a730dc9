import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KIB } from '../../../../protocol/limits.ts'
import { createCommitQueue } from '../../../../relay/store/sqlite/commit-queue.ts'
import type { CommitQueue } from '../../../../relay/store/sqlite/commit-queue.ts'
import type { JournalSync } from '../../../../relay/store/sqlite/journal-sync.ts'
import { eventually } from '../../../helpers/eventually.ts'

describe('the commit queue', () => {
  let database: Database
  let queue: CommitQueue
  const rolledBack = vi.fn<() => void>()

  beforeEach(() => {
    rolledBack.mockClear()
    database = new Sqlite(':memory:')
    database.exec('CREATE TABLE job (name TEXT UNIQUE)')
    const nothing = (): void => undefined
    const hooks = { begin: nothing, beforeCommit: nothing, committed: () => nothing, roundDone: nothing, rolledBack }
    queue = createCommitQueue(database, 'file', hooks, null)
  })
  afterEach(() => {
    queue.close()
    database.close()
  })

  function insert(name: string): () => string {
    return () => {
      database.prepare('INSERT INTO job VALUES (?)').run(name)
      return name
    }
  }
  function names(): unknown[] {
    return database.prepare('SELECT name FROM job ORDER BY rowid').pluck().all()
  }

  it('commits what comes together in one transaction', async () => {
    expect(await Promise.all(['a', 'b', 'c'].map((name) => queue.add(insert(name))))).toEqual(['a', 'b', 'c'])
    expect(queue.commits).toBe(1)
  })

  it('tells each of thousands that wait for one another that it has closed', async () => {
    queue.close()
    let left = 20_000
    const told: (string | undefined)[] = []
    const push = (): void =>
      queue.push({
        bytes: 0,
        run: () => undefined,
        settled(error) {
          told.push(error?.code)
          left -= 1
          if (left > 0) push()
        },
      })
    push()
    await eventually(() => expect(left).toBe(0))
    expect(new Set(told)).toEqual(new Set(['closed']))
  })

  async function commitOf(name: string, bytes: number): Promise<number> {
    await queue.add(insert(name), bytes)
    return queue.commits
  }

  it('takes the small ones first, alone, and then 1 MiB of the large ones with each commit', async () => {
    const large = Array.from({ length: 6 }, (_, n) => commitOf(`large ${n}`, 256 * KIB))
    const small = commitOf('small', 2 * KIB)
    expect(await Promise.all([...large, small])).toEqual([2, 2, 2, 2, 3, 3, 1])
    expect(names()[0]).toBe('small')
  })

  it('lets large ones have every other commit while there are always small ones', async () => {
    const large = Array.from({ length: 8 }, (_, n) => commitOf(`large ${n}`, 256 * KIB))
    const small: number[] = []
    for (let n = 0; n < 4; n += 1) small.push(await commitOf(`small ${n}`, 2 * KIB))
    expect(small).toEqual([1, 2, 3, 4])
    expect(await Promise.all(large)).toEqual([2, 2, 2, 2, 4, 4, 4, 4])
  })

  it('takes one that is larger than all that a commit takes', async () => {
    await queue.add(insert('huge'), 9000 * KIB)
    expect(names()).toEqual(['huge'])
  })

  it('stores the others when one job fails by its own fault', async () => {
    const results = await Promise.allSettled(['a', 'a', 'b'].map((name) => queue.add(insert(name))))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: { name: 'StoreError', code: 'internal' } })
    expect(names()).toEqual(['a', 'b'])
    expect(rolledBack).toHaveBeenCalledTimes(2)
  })

  it('tells nobody of a success before the commit', async () => {
    const seen: boolean[] = []
    await queue.add(() => seen.push(database.inTransaction))
    seen.push(database.inTransaction)
    expect(seen).toEqual([true, false])
  })

  it('commits what it has at its end and refuses what comes later', async () => {
    const last = queue.add(insert('last'))
    queue.close()
    expect(await last).toBe('last')
    await expect(queue.add(insert('late'))).rejects.toMatchObject({ code: 'closed' })
    expect(names()).toEqual(['last'])
  })
})

describe('a commit queue whose disk is waited for elsewhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'creel-commit-queue-'))
  const file = join(folder, 'queue.sqlite')
  const onDisk = vi.fn<() => void>()
  let database: Database
  let queue: CommitQueue
  let syncs: ((error: Error | null) => void)[]

  beforeEach(() => {
    onDisk.mockClear()
    syncs = []
    database = new Sqlite(file, { timeout: 0 })
    database.pragma('journal_mode = WAL')
    database.exec('DROP TABLE IF EXISTS job; CREATE TABLE job (name TEXT UNIQUE)')
    const nothing = (): void => undefined
    const hooks = { begin: nothing, beforeCommit: nothing, committed: () => onDisk, roundDone: nothing }
    const sync: JournalSync = { start: (done) => syncs.push(done), now: nothing, close: nothing }
    queue = createCommitQueue(database, file, { ...hooks, rolledBack: nothing }, sync)
  })
  afterEach(() => {
    queue.close()
    database.close()
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function add(name: string, bytes = 128 * KIB): { promise: Promise<void>; isTold: () => boolean } {
    let isTold = false
    const tell = (): void => void (isTold = true)
    const promise = queue.add(() => void database.prepare('INSERT INTO job VALUES (?)').run(name), bytes)
    promise.then(tell, tell)
    return { promise, isTold: () => isTold }
  }
  async function synced(error: Error | null = null): Promise<void> {
    await eventually(() => expect(syncs).toHaveLength(1))
    syncs.pop()?.(error)
  }

  it('tells of a commit once it is on disk, and lets what comes meanwhile share the next one', async () => {
    const first = add('first')
    await eventually(() => expect(syncs).toHaveLength(1))
    expect(database.prepare('SELECT name FROM job').pluck().all()).toEqual(['first'])
    const others = [add('second'), add('third')]
    await setImmediate()
    expect([first.isTold(), queue.commits, onDisk.mock.calls.length]).toEqual([false, 1, 0])
    await synced()
    await first.promise
    expect(onDisk).toHaveBeenCalledTimes(1)
    await synced()
    await Promise.all(others.map(({ promise }) => promise))
    expect([queue.commits, onDisk.mock.calls.length]).toEqual([2, 2])
  })

  it('waits for little at once', async () => {
    await add('little', 100).promise
    expect([syncs.length, onDisk.mock.calls.length, queue.commits]).toEqual([0, 1, 1])
  })

  it('brings what the system failed to sync into the database itself, and says no sooner that it is stored', async () => {
    const one = add('one')
    await synced(new Error('EIO: i/o error, fdatasync'))
    await one.promise
    expect(statSync(`${file}-wal`).size).toBe(0)
  })

  it('tells the reason when that fails too, and goes on once it is mended', async () => {
    const reader = new Sqlite(file)
    reader.exec('BEGIN; SELECT * FROM job')
    const one = add('one')
    await synced(Object.assign(new Error('ENOSPC: no space left on device, fdatasync'), { code: 'ENOSPC' }))
    await expect(one.promise).rejects.toMatchObject({ name: 'StoreError', code: 'disk-full' })
    await expect(add('two').promise).rejects.toMatchObject({ code: 'io-error' })
    expect(onDisk).not.toHaveBeenCalled()
    reader.close()
    const three = add('three')
    await synced()
    await three.promise
    // What of the first commit came to be there after all is told with it.
    expect(onDisk).toHaveBeenCalledTimes(2)
    expect(database.prepare('SELECT name FROM job').pluck().all()).toEqual(['one', 'three'])
  })

  it('waits for the disk at its end, and hears nothing of a sync that was on its way', async () => {
    const one = add('one')
    await eventually(() => expect(syncs).toHaveLength(1))
    const two = add('two')
    queue.close()
    await Promise.all([one.promise, two.promise])
    syncs.pop()?.(new Error('too late'))
    expect(onDisk).toHaveBeenCalledTimes(2)
  })
})
