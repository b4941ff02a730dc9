import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KIB } from '../../../../protocol/limits.ts'
import { createCommitQueue } from '../../../../relay/store/sqlite/commit-queue.ts'
import type { CommitQueue } from '../../../../relay/store/sqlite/commit-queue.ts'

describe('the commit queue', () => {
  let database: Database
  let queue: CommitQueue
  const rolledBack = vi.fn<() => void>()

  beforeEach(() => {
    rolledBack.mockClear()
    database = new Sqlite(':memory:')
    database.exec('CREATE TABLE job (name TEXT UNIQUE)')
    const nothing = (): void => undefined
    const hooks = { begin: nothing, beforeCommit: nothing, committed: nothing, roundDone: nothing, rolledBack }
    queue = createCommitQueue(database, 'file', hooks)
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
