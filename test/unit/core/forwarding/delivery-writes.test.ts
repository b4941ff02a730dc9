import { describe, expect, it } from 'vitest'
import { DeliveryWrites } from '../../../../core/forwarding/delivery-writes.ts'
import type { DeliveryChange } from '../../../../core/history/history.ts'
import { HistoryError } from '../../../../core/history/history.ts'
import { DeliveryId } from '../../../../protocol/ids.ts'
import { eventually } from '../../../helpers/eventually.ts'

function change(n: number): DeliveryChange {
  return { id: DeliveryId.parse(n), state: 'sending', holdReason: null, nextAttemptAt: null }
}

describe('what the forwarder writes while the history is being started anew', () => {
  it('is written again in the order in which it happened, whichever was heard first to have failed', async () => {
    const died = new HistoryError('thread-died', 'The thread died.', { fix: 'Wait.' })
    const refusals: (() => void)[] = []
    const written: number[] = []
    let isDead = true
    const writes: DeliveryWrites = new DeliveryWrites(
      {
        load: () => Promise.resolve([]),
        readBody: () => Promise.resolve(null),
        finishAttempt: () => Promise.resolve(),
        change(changes) {
          if (isDead) return new Promise((_, reject) => refusals.push(() => reject(died)))
          for (const { id } of changes) written.push(id)
          return Promise.resolve()
        },
      },
      { failure: () => undefined, relief: () => undefined, retry: () => writes.resume() },
    )
    const all = [1, 2, 3, 4].map((n) => writes.change([change(n)]))
    await eventually(() => expect(refusals).toHaveLength(4))
    isDead = false
    for (const refuse of refusals.toReversed()) refuse()
    await eventually(() => expect(writes.isBroken).toBe(true))
    expect(await Promise.all(all)).toEqual([true, true, true, true])
    expect(written).toEqual([1, 2, 3, 4])
    await writes.stop()
  })
})

describe('what the forwarder writes while all is well', () => {
  it('crosses at once where nothing is on its way, and then many together, in order', async () => {
    const turns: number[][] = []
    const ends: (() => void)[] = []
    let turn: number[] | null = null
    const writes: DeliveryWrites = new DeliveryWrites(
      {
        load: () => Promise.resolve([]),
        readBody: () => Promise.resolve(null),
        finishAttempt: () => Promise.resolve(),
        change([first]) {
          if (turn === null) {
            turn = []
            turns.push(turn)
            queueMicrotask(() => (turn = null))
          }
          turn.push(first?.id ?? 0)
          return new Promise((resolve) => ends.push(resolve))
        },
      },
      { failure: () => undefined, relief: () => undefined, retry: () => undefined },
    )
    const all = [writes.change([change(1)])]
    await new Promise((resolve) => setImmediate(resolve))
    expect(turns).toEqual([[1]])
    // Each in a turn of its own; at the 32nd they need not wait any more.
    for (let n = 2; n <= 33; n += 1) {
      expect(turns).toHaveLength(1)
      all.push(writes.change([change(n)]))
      await Promise.resolve()
    }
    expect(turns[1]).toEqual(Array.from({ length: 32 }, (_, index) => index + 2))
    all.push(writes.change([change(34)]))
    await eventually(() => expect(turns[2]).toEqual([34]))
    for (const end of ends) end()
    expect(new Set(await Promise.all(all))).toEqual(new Set([true]))
    await writes.stop()
  })
})
