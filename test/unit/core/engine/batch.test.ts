import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBatch } from '../../../../core/engine/batch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function start() {
  const flushed: (readonly number[])[] = []
  const batch = createBatch<number>({
    everyMs: 250,
    monotonic: () => performance.now(),
    flush: (things) => flushed.push(things),
  })
  return { batch, flushed }
}

test('after a quiet time a thing is handed over at once', () => {
  const { batch, flushed } = start()
  batch.add(1)
  vi.advanceTimersByTime(1)
  expect(flushed).toEqual([[1]])
})

test('in a burst at most one batch goes out in the interval, and nothing is lost', () => {
  const { batch, flushed } = start()
  for (let at = 0; at < 100; at += 1) {
    batch.add(at)
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(250)
  expect(flushed.length).toBeLessThanOrEqual(6)
  expect(flushed.flat()).toEqual(Array.from({ length: 100 }, (_, at) => at))
})

test('stopping hands over what is left', () => {
  const { batch, flushed } = start()
  batch.add(1)
  batch.stop()
  vi.advanceTimersByTime(1000)
  expect(flushed).toEqual([[1]])
})
