import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HistoryError, type HistoryErrorCode, type HistoryHealth } from '../../../../core/history/history.ts'
import { superviseThread } from '../../../../core/history/threads/supervisor.ts'
import type { ThreadLink } from '../../../../core/history/threads/thread-link.ts'

type TestCalls = { readonly work: { input: null; output: string } }

function historyError(code: HistoryErrorCode): HistoryError {
  return new HistoryError(code, `It is ${code}.`, { fix: 'Mend it.' })
}

/** A thread of which every answer is said beforehand. */
function startThread() {
  const threads: { end: (error: HistoryError) => void; isKilled: boolean }[] = []
  const seen: HistoryHealth[] = []
  const said: { start: HistoryError | null; work: HistoryError | null } = { start: null, work: null }
  const supervised = superviseThread<TestCalls>({
    start(onEnd) {
      const thread = { end: onEnd, isKilled: false }
      threads.push(thread)
      const link: ThreadLink<TestCalls> = {
        ready: said.start ? Promise.reject(said.start) : Promise.resolve(),
        call: () => (said.work ? Promise.reject(said.work) : Promise.resolve('done')),
        close: () => Promise.resolve(),
        kill() {
          thread.isKilled = true
          return Promise.resolve()
        },
      }
      return link
    },
    probe: (link) => link.call('work', null),
    now: () => Date.now(),
    onHealth: (health) => seen.push(health),
  })
  const delays = (): number[] =>
    seen.flatMap((health) => (health.state === 'broken' ? [(health.nextAttemptAt ?? 0) - Date.now()] : []))
  return { supervised, threads, seen, said, delays }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a supervised thread', () => {
  it('is not tried again when its first start fails', async () => {
    const threads: unknown[] = []
    const supervised = superviseThread<TestCalls>({
      start() {
        threads.push(1)
        return {
          ready: Promise.reject(historyError('database-newer')),
          call: () => Promise.resolve('done'),
          close: () => Promise.resolve(),
          kill: () => Promise.resolve(),
        }
      },
      probe: () => Promise.resolve(),
      now: () => Date.now(),
      onHealth: () => {},
    })
    await expect(supervised).rejects.toMatchObject({ code: 'database-newer' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(threads).toHaveLength(1)
  })

  it('is started again with growing waits, and proven before it is called good', async () => {
    const { supervised, threads, seen, said } = startThread()
    const supervisor = await supervised
    said.start = historyError('no-permission')
    threads[0]?.end(historyError('thread-died'))
    const waits: number[] = []
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const health = supervisor.health()
      if (health.state !== 'broken' || health.nextAttemptAt === null) throw new Error('broken')
      waits.push(health.nextAttemptAt - Date.now())
      await expect(supervisor.call('work', null)).rejects.toMatchObject({ name: 'HistoryError' })
      await vi.advanceTimersByTimeAsync(health.nextAttemptAt - Date.now())
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    said.start = null
    await vi.advanceTimersByTimeAsync(30_000)
    expect(supervisor.health()).toEqual({ state: 'good' })
    expect(seen.at(-1)).toEqual({ state: 'good' })
    expect(await supervisor.call('work', null)).toBe('done')
  })

  it('stays where it is while the disk is full, and is asked whether it can write again', async () => {
    const { supervised, threads, said } = startThread()
    const supervisor = await supervised
    said.work = historyError('disk-full')
    await expect(supervisor.call('work', null)).rejects.toMatchObject({ code: 'disk-full' })
    expect(supervisor.health()).toMatchObject({ state: 'broken', error: { message: 'It is disk-full.' } })
    await vi.advanceTimersByTimeAsync(500)
    expect(supervisor.health()).toMatchObject({ state: 'broken' })
    said.work = null
    await vi.advanceTimersByTimeAsync(1000)
    expect(supervisor.health()).toEqual({ state: 'good' })
    expect(threads).toHaveLength(1)
  })

  it('is replaced when its file is damaged', async () => {
    const { supervised, threads, said } = startThread()
    const supervisor = await supervised
    said.work = historyError('database-broken')
    await expect(supervisor.call('work', null)).rejects.toMatchObject({ code: 'database-broken' })
    await vi.advanceTimersByTimeAsync(500)
    expect(threads.map(({ isKilled }) => isKilled)).toEqual([true, false])
  })

  it('is good at once when a call succeeds', async () => {
    const { supervised, said } = startThread()
    const supervisor = await supervised
    said.work = historyError('database-locked')
    await expect(supervisor.call('work', null)).rejects.toMatchObject({ code: 'database-locked' })
    said.work = null
    expect(await supervisor.call('work', null)).toBe('done')
    expect(supervisor.health()).toEqual({ state: 'good' })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits longer when it breaks again soon, and forgets that after half a minute', async () => {
    const { supervised, said, delays, seen } = startThread()
    const supervisor = await supervised
    const failOnce = async (): Promise<number> => {
      said.work = historyError('database-locked')
      await expect(supervisor.call('work', null)).rejects.toThrow()
      said.work = null
      const [delay] = delays().slice(-1)
      await supervisor.call('work', null)
      return delay ?? 0
    }
    expect(await failOnce()).toBe(500)
    expect(await failOnce()).toBe(1000)
    await vi.advanceTimersByTimeAsync(30_001)
    expect(await failOnce()).toBe(500)
    expect(seen).toHaveLength(6)
  })

  it('tells nothing of calls that were refused for themselves', async () => {
    const { supervised, said, seen } = startThread()
    const supervisor = await supervised
    said.work = historyError('altered')
    await expect(supervisor.call('work', null)).rejects.toMatchObject({ code: 'altered' })
    expect(seen).toEqual([])
  })

  it('is left alone after closing', async () => {
    const { supervised, threads } = startThread()
    const supervisor = await supervised
    await supervisor.close()
    threads[0]?.end(historyError('thread-died'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(threads).toHaveLength(1)
    await expect(supervisor.call('work', null)).rejects.toMatchObject({ code: 'closed' })
  })
})
