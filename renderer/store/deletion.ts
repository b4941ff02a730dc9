import type { RequestId, SourceId } from '../../protocol/ids.ts'
import { ask } from '../bridge.ts'
import { countOf } from '../format/bytes.ts'
import { clearMultiSelection } from './multi-select.ts'
import { patchRequests, useRequests } from './requests.ts'
import { showFailure, showToast, showUndoToast } from './toast.ts'
import { setView, useView } from './view.ts'

/** Deletes requests, and selects the next row. For as long as the toast stands they can be had back. */
export async function deleteRequests(ids: readonly RequestId[]): Promise<void> {
  if (ids.length === 0) return
  const before = useView.getState().selectedId
  if (before !== null && ids.includes(before)) setView({ selectedId: rowAfter(ids) })
  const deleted = await ask('requests:delete', { ids: [...ids] })
  if (!deleted.ok) {
    setView({ selectedId: before })
    showFailure(deleted.error)
    return
  }
  clearMultiSelection()
  const { deletion, requests, deliveries } = deleted.value
  const along = deliveries === 0 ? '' : `, with ${countOf(deliveries, 'delivery', 'deliveries')}`
  showUndoToast('deleted', `${countOf(requests, 'request')} deleted${along}`, {
    undo: () => void undo(deletion, before),
    onEnd: () => void ask('requests:finish-delete', { deletion }),
  })
}

async function undo(deletion: number, selectedId: RequestId | null): Promise<void> {
  const undone = await ask('requests:undo-delete', { deletion })
  if (undone.ok) setView({ selectedId })
  else showFailure(undone.error)
}

/** The row below the last of them, else the last of those above. */
function rowAfter(ids: readonly RequestId[]): RequestId | null {
  const { order } = useRequests.getState().rows
  const gone = new Set(ids)
  const last = order.findLastIndex((id) => gone.has(id))
  const below = order.slice(last + 1).find((id) => !gone.has(id))
  return below ?? order.findLast((id) => !gone.has(id)) ?? null
}

/** Of one source, or of all. Says how many went. */
export async function clearHistory(sourceId: SourceId | null): Promise<void> {
  const cleared = await ask('history:clear', { sourceId })
  if (cleared.ok) showToast('done', `${countOf(cleared.value.requests, 'request')} cleared`)
  else showFailure(cleared.error)
}

/** Of one source, or of all. */
export async function markAllRead(sourceId: SourceId | null): Promise<void> {
  const marked = await ask('requests:mark-all-read', { sourceId })
  if (!marked.ok) {
    showFailure(marked.error)
    return
  }
  const { byId } = useRequests.getState().rows
  const unread = [...byId.values()].filter(
    (request) => !request.read && (sourceId === null || request.sourceId === sourceId),
  )
  patchRequests(
    unread.map(({ id }) => id),
    { read: true },
  )
}
