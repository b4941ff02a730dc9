import { describe, expect, it } from 'vitest'
import { createBatcher } from '../../../../renderer/store/batcher.ts'

function startBatcher() {
  const handedOn: (readonly number[])[] = []
  let now = 1000
  let due: { run: () => void; at: number } | null = null
  const put = createBatcher<number>((items) => handedOn.push(items), 250, {
    now: () => now,
    setTimer: (run, afterMs) => (due = { run, at: now + afterMs }),
  })
  const pass = (ms: number) => {
    now += ms
    if (due !== null && due.at <= now) {
      const { run } = due
      due = null
      run()
    }
  }
  return { put, pass, handedOn }
}

describe('createBatcher', () => {
  it('hands on at once what comes when it is quiet', () => {
    const { put, handedOn } = startBatcher()
    put(1)
    expect(handedOn).toEqual([[1]])
  })

  it('hands on together what comes within the interval, in order', () => {
    const { put, pass, handedOn } = startBatcher()
    put(1)
    put(2)
    pass(100)
    put(3)
    expect(handedOn).toEqual([[1]])
    pass(150)
    expect(handedOn).toEqual([[1], [2, 3]])
  })

  it('draws at most four times a second under load', () => {
    const { put, pass, handedOn } = startBatcher()
    for (let at = 0; at < 100; at += 1) {
      put(at)
      pass(10)
    }
    expect(handedOn.length).toBeLessThanOrEqual(5)
    pass(250)
    expect(handedOn.flat()).toHaveLength(100)
  })
})
