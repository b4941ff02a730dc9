import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCommitQueue } from '../../../../../core/history/commit-queue.ts'
import { HistoryError } from '../../../../../core/history/history.ts'
import { createFeed } from '../../../../../core/history/search/feed.ts'

const STEP_MS = 2

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A feed beside a queue, with what both do in order; a step takes 2 ms of the clock, a commit as told. */
function start(steps: number, commitMs = 0) {
  const done: string[] = []
  let left = steps
  let clock = 0
  let committingMs = 0
  const queue = createCommitQueue({
    begin: () => {},
    commit() {
      done.push('commit')
      clock += commitMs
      committingMs += commitMs
    },
    rollback: () => {},
    describe: () => new HistoryError('internal', 'no', { fix: 'no' }),
    onEnds: () => {},
  })
  const feed = createFeed({
    step() {
      if (left === 0) return false
      left -= 1
      done.push('step')
      clock += STEP_MS
      return true
    },
    isIdle: queue.isIdle,
    committingMs: () => committingMs,
    now: () => clock + performance.now(),
  })
  const arrive = (): void => {
    feed.wake()
    queue.add({ id: 1, lane: 'small', canWait: false, bytes: 0, order: null, run: () => null })
  }
  return { done, feed, queue, arrive, left: () => left }
}

describe('the feed of the index', () => {
  it('goes on by itself until nothing is left', () => {
    const { feed, left } = start(200)
    vi.advanceTimersByTime(60_000)
    expect(left()).toBe(0)
    feed.stop()
  })

  it('never does a step while something waits for its commit', () => {
    const { done, feed, arrive } = start(1000)
    for (let turn = 0; turn < 300; turn += 1) {
      arrive()
      const before = done.length
      // The turn in which the commit is due.
      vi.advanceTimersByTime(0)
      vi.advanceTimersByTime(1)
      expect(done[before]).toBe('commit')
    }
    feed.stop()
  })

  it('does one step between two commits at most while calls keep coming, and few in all', () => {
    const { done, feed, arrive } = start(10_000)
    for (let turn = 0; turn < 1000; turn += 1) {
      arrive()
      vi.advanceTimersByTime(2)
    }
    expect(done.join(' ')).not.toContain('step step')
    const steps = done.filter((one) => one === 'step').length
    // 2 s of calls: a step of 2 ms each 48 ms.
    expect(steps).toBeGreaterThan(20)
    expect(steps).toBeLessThan(60)
    feed.stop()
  })

  it('does a quarter as many while commits take much of the thread', () => {
    const { done, feed, arrive } = start(10_000, 1)
    for (let turn = 0; turn < 1000; turn += 1) {
      arrive()
      vi.advanceTimersByTime(2)
    }
    const steps = done.filter((one) => one === 'step').length
    // 2 s of timers: a step each 192 ms.
    expect(steps).toBeGreaterThan(5)
    expect(steps).toBeLessThan(15)
    feed.stop()
  })

  it('waits until a transaction that was put off is over', () => {
    const { done, feed, queue } = start(5)
    queue.add({ id: 1, lane: 'small', canWait: true, bytes: 0, order: null, run: () => null })
    vi.advanceTimersByTime(5)
    expect(done).toEqual([])
    vi.advanceTimersByTime(60_000)
    expect(done).toEqual(['commit', 'step', 'step', 'step', 'step', 'step'])
    feed.stop()
  })

  it('wakes up for what comes once it had nothing left', () => {
    let left = 0
    const feed = createFeed({
      step() {
        left -= 1
        return left > 0
      },
      isIdle: () => true,
      committingMs: () => 0,
      now: () => performance.now(),
    })
    vi.advanceTimersByTime(1000)
    left = 3
    vi.advanceTimersByTime(1000)
    expect(left).toBe(3)
    feed.wake()
    vi.advanceTimersByTime(1000)
    expect(left).toBe(0)
    feed.stop()
  })

  it('lets a step that fails wait half a minute, and is told by nobody that it may not', () => {
    let tries = 0
    const feed = createFeed({
      step() {
        tries += 1
        throw new Error('database or disk is full')
      },
      isIdle: () => true,
      committingMs: () => 0,
      now: () => performance.now(),
    })
    vi.advanceTimersByTime(100)
    feed.wake()
    vi.advanceTimersByTime(20_000)
    expect(tries).toBe(1)
    vi.advanceTimersByTime(20_000)
    expect(tries).toBe(2)
    feed.stop()
    vi.advanceTimersByTime(100_000)
    expect(tries).toBe(2)
  })
})
