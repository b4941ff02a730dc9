import { describe, expect, it } from 'vitest'
import { createCommitQueue, type JobEnd, type WriteJob } from '../../../../core/history/commit-queue.ts'
import { toHistoryError } from '../../../../core/history/database-error.ts'
import { HistoryError } from '../../../../core/history/history.ts'
import { KIB, MIB } from '../../../../protocol/limits.ts'
import { eventually } from '../../../helpers/eventually.ts'

function startQueue(commit: () => void = () => {}) {
  const commits: number[][] = []
  const ends: JobEnd[] = []
  let open: number[] = []
  const queue = createCommitQueue({
    begin: () => (open = []),
    commit() {
      commit()
      commits.push(open)
    },
    rollback: () => (open = []),
    describe: (error) => toHistoryError(error, 'file.db'),
    onEnds: (some) => ends.push(...some),
  })
  const add = (id: number, change: Partial<WriteJob> = {}): void =>
    queue.add({ id, lane: 'small', canWait: false, bytes: 0, order: null, run: () => open.push(id), ...change })
  return { queue, add, commits, ends }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function sqliteError(code: string): Error {
  return Object.assign(new Error(code), { code })
}

describe('the commit queue', () => {
  it('commits all that came in one turn together', async () => {
    const { add, commits } = startQueue()
    add(1)
    add(2)
    await turn()
    add(3)
    await turn()
    expect(commits).toEqual([[1, 2], [3]])
  })

  it('lets a job that can wait share the commit of one that cannot', async () => {
    const { add, commits } = startQueue()
    add(1, { canWait: true })
    await turn()
    expect(commits).toEqual([])
    add(2, { canWait: true })
    add(3)
    await turn()
    expect(commits).toEqual([[1, 2, 3]])
  })

  it('commits jobs that can wait when nothing else comes, or when they are many', async () => {
    const { add, commits } = startQueue()
    add(1, { canWait: true })
    await eventually(() => expect(commits).toEqual([[1]]))
    for (let id = 2; id < 66; id += 1) add(id, { canWait: true })
    await turn()
    expect(commits.at(-1)).toHaveLength(64)
  })

  it('takes small jobs first and at most 1 MiB of chunks', async () => {
    const { add, commits } = startQueue()
    for (let id = 1; id <= 6; id += 1) add(id, { lane: 'bulk', bytes: 256 * KIB })
    add(7)
    await turn()
    add(8)
    await turn()
    expect(commits).toEqual([
      [7, 1, 2, 3, 4],
      [8, 5, 6],
    ])
  })

  it('takes a job that is larger than a commit may be by itself', async () => {
    const { add, commits } = startQueue()
    add(1, { lane: 'bulk', bytes: 3 * MIB })
    add(2, { lane: 'bulk', bytes: 1 })
    await turn()
    expect(commits).toEqual([[1]])
  })

  it('lets no job overtake a bulky one that it must follow', async () => {
    const { add, commits } = startQueue()
    for (let id = 1; id <= 4; id += 1) add(id, { lane: 'bulk', bytes: 256 * KIB })
    add(5, { lane: 'bulk', bytes: 256 * KIB, order: 9 })
    add(6, { order: 9 })
    add(7, { order: 8 })
    await turn()
    await turn()
    add(8, { order: 9 })
    await turn()
    expect(commits).toEqual([[7, 1, 2, 3, 4], [5, 6], [8]])
  })

  it('tells of a job only after its commit', () => {
    const seen: string[] = []
    const queue = createCommitQueue({
      begin: () => seen.push('begin'),
      commit: () => seen.push('commit'),
      rollback: () => seen.push('rollback'),
      describe: (error) => toHistoryError(error, 'file.db'),
      onEnds: () => seen.push('told'),
    })
    queue.add({ id: 1, lane: 'small', canWait: false, bytes: 0, order: null, run: () => seen.push('run') })
    queue.drain()
    expect(seen).toEqual(['begin', 'run', 'commit', 'told'])
  })

  it('fails a job that refuses, and commits its neighbours', async () => {
    const { add, commits, ends } = startQueue()
    add(1)
    add(2, {
      run: () => {
        throw new HistoryError('altered', 'Altered.', { fix: '' })
      },
    })
    await turn()
    expect(commits).toEqual([[1]])
    expect(ends).toMatchObject([
      { id: 1, ok: true },
      { id: 2, ok: false, error: { code: 'altered' } },
    ])
  })

  it('runs each job alone when one of them breaks the transaction', async () => {
    const { add, commits, ends } = startQueue()
    add(1)
    add(2, {
      run: () => {
        throw sqliteError('SQLITE_CONSTRAINT_FOREIGNKEY')
      },
    })
    add(3)
    await turn()
    expect(commits).toEqual([[1], [3]])
    expect(ends.map(({ id, ok }) => [id, ok])).toEqual([
      [1, true],
      [2, false],
      [3, true],
    ])
  })

  it('fails all jobs of a commit that the disk does not take', async () => {
    let isFull = true
    const { add, commits, ends } = startQueue(() => {
      if (isFull) throw sqliteError('SQLITE_FULL')
    })
    const told: string[] = []
    add(1)
    add(2, { onEnd: (error) => told.push(error?.code ?? 'stored') })
    await turn()
    isFull = false
    add(3)
    await turn()
    expect(commits).toEqual([[3]])
    expect(ends.map((end) => (end.ok ? end.id : end.error.code))).toEqual(['disk-full', 'disk-full', 3])
    expect(told).toEqual(['disk-full'])
  })

  it('stores nothing of a key behind what an outage kept out, until that was heard', async () => {
    let isFull = true
    const { queue, add, commits, ends } = startQueue(() => {
      if (isFull) throw sqliteError('SQLITE_FULL')
    })
    add(1, { order: 9 })
    await turn()
    isFull = false
    add(2, { order: 9 })
    add(3, { order: 8 })
    add(4)
    // That 1 failed is heard before 2 was even tried: it was added earlier all the same.
    queue.heard()
    expect(commits).toEqual([[3, 4]])
    add(5, { order: 9 })
    await turn()
    // The failure of 2 was not heard yet.
    expect(ends.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual([1, 2, 5])
    queue.heard()
    queue.heard()
    add(6, { order: 9 })
    await turn()
    expect(commits.at(-1)).toEqual([6])
  })

  it('stores the jobs of a key behind one that failed by its own fault', async () => {
    const { add, commits } = startQueue()
    add(1, {
      order: 9,
      run: () => {
        throw new HistoryError('altered', 'Altered.', { fix: '' })
      },
    })
    add(2, { order: 9 })
    await turn()
    expect(commits).toEqual([[2]])
  })
})
