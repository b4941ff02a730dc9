import { StoreError } from '../store-error.ts'
import type { BucketStates } from './bucket-states.ts'
import type { CommitQueue } from './commit-queue.ts'
import { idText } from './item-rows.ts'
import type { ItemRow, ItemRows } from './item-rows.ts'
import type { StoreNotice } from './notices.ts'
import type { Retention } from './retention.ts'

/** An item that cannot be read any more, and why. */
export type Damaged = { readonly row: ItemRow; readonly error: StoreError }

/** What becomes of items whose bytes are not those that were written: one of them must not hold up what is behind it. */
export type Damage = {
  /** Takes them out of the log, announced by a gap to whoever still waited for them. Resolves after the commit. */
  setAside(found: readonly Damaged[]): Promise<void>
}

/** Whether the error is about one payload and lasts; a disk that does not answer is another matter. */
export function isDamage(error: unknown): error is StoreError {
  return error instanceof StoreError && (error.code === 'corrupt' || error.code === 'wrong-key')
}

export function createDamage(parts: {
  readonly queue: CommitQueue
  readonly states: BucketStates
  readonly items: ItemRows
  readonly retention: Retention
  readonly notify: (notice: StoreNotice) => void
}): Damage {
  const { queue, states, items, retention, notify } = parts

  async function setOneAside({ row: { ref, seq, id }, error }: Damaged): Promise<void> {
    const bucketId = await queue.add(() => {
      // It may have been acknowledged, or found by another reader, meanwhile.
      const row = items.byRef(ref)
      const state = row === undefined ? null : states.byRef(row.bucket)
      if (row === undefined || state === null) return null
      retention.drop(state, row, 'damaged')
      return state.bucket.id
    })
    if (bucketId !== null) notify({ kind: 'item-damaged', bucketId, seq, id: idText(id), error })
  }

  return {
    async setAside(found) {
      await Promise.all(found.map(setOneAside))
    },
  }
}
