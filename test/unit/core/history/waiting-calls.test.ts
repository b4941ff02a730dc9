import { describe, expect, it } from 'vitest'
import { WaitingCalls, type WaitingCall } from '../../../../core/history/threads/waiting-calls.ts'

function call(): WaitingCall {
  return { resolve: () => undefined, reject: () => undefined }
}

describe('calls that wait for a thread', () => {
  it('are found by their number once, in whatever order they end, however many there were', () => {
    const waiting = new WaitingCalls()
    const left = new Map<number, WaitingCall>()
    for (let round = 0; round < 200; round += 1) {
      for (let n = 0; n < 100; n += 1) {
        const added = call()
        left.set(waiting.add(added), added)
      }
      // Every third stays for a while, the first of all for ever.
      for (const [id, added] of left) {
        if (id === 1 || (id % 3 === 0 && id > round * 50)) continue
        expect(waiting.take(id)).toBe(added)
        expect(waiting.take(id)).toBeNull()
        left.delete(id)
      }
    }
    expect(left.size).toBeGreaterThan(1000)
    expect(waiting.take(1_000_000)).toBeNull()
    expect(waiting.takeAll()).toEqual([...left.values()])
    expect(waiting.takeAll()).toEqual([])
  })

  it('have numbers of their own after all were taken', () => {
    const waiting = new WaitingCalls()
    const first = waiting.add(call())
    waiting.takeAll()
    const next = call()
    const id = waiting.add(next)
    expect(id).toBeGreaterThan(first)
    expect(waiting.take(first)).toBeNull()
    expect(waiting.take(id)).toBe(next)
  })
})
