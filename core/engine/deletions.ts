import { AppFailure } from '../../protocol/app-error.ts'
import type { RequestId } from '../../protocol/ids.ts'
import type { Deletion } from '../../protocol/ipc.ts'
import type { Forwarder } from '../forwarding/forwarder.ts'
import type { History } from '../history/history.ts'

/** Deletions that may be taken back for a while. */
export type Deletions = {
  /** Takes requests out of sight; what waits of them does not go out. After a crash, or once this is closed, they are deleted for good. */
  begin(ids: readonly RequestId[]): Promise<Deletion>
  /**
   * All is as it was, and what waited waits where it stood.
   * @throws AppFailure `conflict` when they are deleted already.
   */
  undo(deletion: number): Promise<readonly RequestId[]>
  /** Deletes them for good, but for those that their relay was asked for again meanwhile. One that is over already changes nothing. */
  finish(deletion: number): Promise<void>
  /** All of them, those too that somebody else has begun to finish. */
  finishAll(): Promise<void>
}

/** A window that forgets to say that the time for undoing is over must not keep what was deleted for ever. */
const MOST_MS = 600_000

type Pending = {
  readonly ids: readonly RequestId[]
  readonly putBack: (some?: readonly RequestId[]) => void
  readonly timer: ReturnType<typeof setTimeout>
}

export function createDeletions(options: {
  readonly history: Pick<History, 'keeping'>
  readonly forwarder: Pick<Forwarder, 'setAside'>
  readonly onHidden: (ids: readonly RequestId[]) => void
  readonly onRestored: (ids: readonly RequestId[]) => void
  readonly onProblem: (problem: unknown) => void
}): Deletions {
  const { keeping } = options.history
  const pending = new Map<number, Pending>()
  /** Begun and not over: whoever closes the history waits for them too. */
  const finishing = new Set<Promise<void>>()
  let last = 0

  function keep(deletion: number, { ids, putBack }: Omit<Pending, 'timer'>): void {
    const timer = setTimeout(() => void finish(deletion).catch(options.onProblem), MOST_MS)
    timer.unref()
    pending.set(deletion, { ids, putBack, timer })
  }

  function take(deletion: number): Pending | undefined {
    const taken = pending.get(deletion)
    pending.delete(deletion)
    clearTimeout(taken?.timer)
    return taken
  }

  async function finish(deletion: number): Promise<void> {
    const taken = take(deletion)
    if (!taken) return
    const done = deleteForGood(taken)
    finishing.add(done)
    try {
      await done
    } finally {
      finishing.delete(done)
    }
  }

  async function deleteForGood({ ids, putBack }: Pending): Promise<void> {
    const inSight = await keeping.deleteHidden(ids)
    if (inSight.length === 0) return
    putBack(inSight)
    options.onRestored(inSight)
  }

  return {
    async begin(ids) {
      // First of all: none of them may slip out while they are being hidden.
      const putBack = options.forwarder.setAside(ids)
      try {
        const hidden = await keeping.hide(ids)
        const deletion = (last += 1)
        keep(deletion, { ids, putBack })
        options.onHidden(ids)
        return { deletion, ...hidden }
      } catch (problem) {
        // Some may be hidden already, and what is hidden is deleted at the next start.
        await keeping.restore(ids).catch(options.onProblem)
        putBack()
        throw problem
      }
    },
    async undo(deletion) {
      const taken = take(deletion)
      if (!taken) throw new AppFailure({ code: 'conflict', message: 'These requests are deleted for good.' })
      let ids: readonly RequestId[]
      try {
        ids = await keeping.restore(taken.ids)
      } catch (problem) {
        // It can be taken back still.
        keep(deletion, taken)
        throw problem
      }
      taken.putBack()
      options.onRestored(ids)
      return ids
    },
    finish,
    async finishAll() {
      await Promise.all([...finishing, ...[...pending.keys()].map(finish)])
    },
  }
}
