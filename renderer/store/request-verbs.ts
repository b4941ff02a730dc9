import type { RequestId, TargetId } from '../../protocol/ids.ts'
import { ask } from '../bridge.ts'
import { patchRequests, useRequests } from './requests.ts'
import { showFailure, showToast } from './toast.ts'

/** Sends the same bytes again: to its source's targets, or to the one named. The row and its facts show what becomes of it. */
export async function resendRequest(id: RequestId, targetId: TargetId | null = null): Promise<void> {
  const resent = await ask('requests:resend', { id, targetId })
  if (!resent.ok) showFailure(resent.error)
  else if (resent.value.deliveries === 0)
    showToast('failed', 'Nothing was sent: its source has no target. Add one to it.')
}

/** The same with its signature made anew: a request of its own, which the list shows as it comes. */
export async function resendSigned(id: RequestId): Promise<void> {
  const sent = await ask('requests:resend-signed', { id })
  if (!sent.ok) showFailure(sent.error)
}

export async function pinRequest(id: RequestId, pinned: boolean): Promise<void> {
  patchRequests([id], { pinned })
  const done = await ask('requests:pin', { id, pinned })
  if (done.ok) return
  patchRequests([id], { pinned: !pinned })
  showFailure(done.error)
}

/** Nothing is told when it fails: the dot comes back with the next listing. */
export async function markRead(id: RequestId): Promise<void> {
  if (useRequests.getState().rows.byId.get(id)?.read !== false) return
  patchRequests([id], { read: true })
  await ask('requests:mark-read', { ids: [id] })
}
