import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pace } from '../../../../core/forwarding/pace.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a pace', () => {
  it('lets everything go when none is set', () => {
    const pace = new Pace(() => performance.now(), vi.fn())
    expect([pace.take(), pace.take(), pace.isSet]).toEqual([true, true, false])
  })

  it('lets one go per interval and tells when the next may', () => {
    const onOpen = vi.fn()
    const pace = new Pace(() => performance.now(), onOpen)
    pace.set(10)
    expect([pace.take(), pace.take(), pace.take()]).toEqual([true, false, false])
    vi.advanceTimersByTime(99)
    expect(onOpen).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2)
    expect(onOpen).toHaveBeenCalledOnce()
    expect([pace.take(), pace.take()]).toEqual([true, false])
  })

  it('does not make up for lost time by a burst', () => {
    const pace = new Pace(() => performance.now(), vi.fn())
    pace.set(10)
    expect(pace.take()).toBe(true)
    vi.advanceTimersByTime(5000)
    expect([pace.take(), pace.take(), pace.take()]).toEqual([true, false, false])
  })

  it('ends when it is unset or stopped', () => {
    const onOpen = vi.fn()
    const pace = new Pace(() => performance.now(), onOpen)
    pace.set(1)
    expect([pace.take(), pace.take()]).toEqual([true, false])
    pace.set(null)
    vi.advanceTimersByTime(5000)
    expect(onOpen).not.toHaveBeenCalled()
    expect([pace.take(), pace.take()]).toEqual([true, true])
  })
})
