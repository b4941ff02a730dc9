import type { HistoryUsage } from '../../protocol/ipc.ts'
import type { Engine } from '../../core/engine/engine.ts'
import type { HistoryUsage as StoredUsage } from '../../core/history/keeping.ts'
import type { Handlers } from './answer.ts'

type KeepingHandlers = Pick<
  Handlers,
  | 'requests:delete'
  | 'requests:undo-delete'
  | 'requests:finish-delete'
  | 'requests:mark-all-read'
  | 'history:usage'
  | 'history:clear'
>

export function createKeepingHandlers(engine: Engine): KeepingHandlers {
  return {
    'requests:delete': ({ ids }) => engine.deletions.begin(ids),
    'requests:undo-delete': async ({ deletion }) => ({ ids: await engine.deletions.undo(deletion) }),
    'requests:finish-delete': async ({ deletion }) => {
      await engine.deletions.finish(deletion)
      return null
    },
    'requests:mark-all-read': async ({ sourceId }) => {
      await engine.markAllRead(sourceId)
      return null
    },
    'history:usage': async () => toUsage(await engine.history.keeping.usage()),
    'history:clear': async ({ sourceId }) => ({ requests: await engine.clear(sourceId) }),
  }
}

/** What the window is told of it. */
export function toUsage(usage: StoredUsage): HistoryUsage {
  const { freeBytes: _free, newestId: _newest, bySource, ...told } = usage
  return {
    ...told,
    bySource: bySource.map(({ scope, ...rest }) => ({ sourceId: scope === 0 ? null : scope, ...rest })),
  }
}
