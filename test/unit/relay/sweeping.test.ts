import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startSweeping } from '../../../relay/sweeping.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a sweep is never begun beside another, and its failure is told', async () => {
  const failures: unknown[] = []
  let end: (error?: Error) => void = () => undefined
  const sweep = vi.fn(
    () => new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve()))),
  )
  const sweeping = startSweeping({ sweep }, (error) => failures.push(error))
  await vi.advanceTimersByTimeAsync(90_000)
  expect(sweep).toHaveBeenCalledTimes(1)
  end(new Error('the disk is away'))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(sweep).toHaveBeenCalledTimes(2)
  expect(failures).toHaveLength(1)
  end()
  sweeping.stop()
  await vi.advanceTimersByTimeAsync(90_000)
  expect(sweep).toHaveBeenCalledTimes(2)
})

test('a stop does not wait for a long sweep, which ends when the store is closed under it, without a complaint', async () => {
  const failures: unknown[] = []
  let close: () => void = () => undefined
  const sweep = () => new Promise<void>((_resolve, reject) => (close = () => reject(new Error('closed'))))
  const sweeping = startSweeping({ sweep }, (error) => failures.push(error))
  await vi.advanceTimersByTimeAsync(30_000)
  sweeping.stop()
  close()
  await sweeping.ended()
  expect(failures).toEqual([])
})
