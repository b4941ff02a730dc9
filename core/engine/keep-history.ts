import type { SourceId } from '../../protocol/ids.ts'
import type { Forwarder } from '../forwarding/forwarder.ts'
import type { History } from '../history/history.ts'
import { createDeletions, type Deletions } from './deletions.ts'
import type { LiveView } from './live-view.ts'
import { startRetention, type Limits, type Retention } from './retention.ts'

/** What stays in the history and what goes: by the person, and by limits. */
export type HistoryKeeper = {
  readonly deletions: Deletions
  readonly retention: Retention
  /** Deletes all but the pinned, of one source or of all; what waits of them is not sent any more. Gives how many. */
  clear(id: SourceId | null): Promise<number>
  /** Of one source, or of all. */
  markAllRead(id: SourceId | null): Promise<void>
  /** While the history still takes it: deletes what was not taken back. */
  stop(): Promise<void>
}

/** Begins at once, with what an earlier run left to delete. */
export function startKeeping(options: {
  readonly history: Pick<History, 'keeping' | 'config'>
  readonly forwarder: Pick<Forwarder, 'setAside' | 'dropRequests'>
  readonly live: Pick<LiveView, 'deleted' | 'restored' | 'marked'>
  readonly limits: () => Limits
  readonly now: () => number
  readonly onProblem: (problem: unknown) => void
}): HistoryKeeper {
  const { history, forwarder, live, limits, now, onProblem } = options
  const deletions = createDeletions({
    history,
    forwarder,
    onHidden: (ids) => live.deleted(ids),
    onRestored: (ids) => live.restored(ids),
    onProblem,
  })
  const retention = startRetention({
    history,
    limits,
    now,
    onDeleted: (ids, wasCleared) => {
      live.deleted(ids)
      if (wasCleared) forwarder.dropRequests(ids).catch(onProblem)
    },
    onProblem,
  })
  return {
    deletions,
    retention,
    async clear(id) {
      // What was deleted a moment ago cannot come back into what was cleared.
      await deletions.finishAll()
      return retention.clear(id ?? 'all')
    },
    async markAllRead(id) {
      // Before, as the marks change piece by piece, and after, for what came meanwhile: a row that is told from memory has the marks of its coming.
      live.marked()
      await history.keeping.markAllRead(id)
      live.marked()
    },
    async stop() {
      // What cannot be deleted now is at the next start.
      await deletions.finishAll().catch(onProblem)
      await retention.stop()
    },
  }
}
