import type { RequestId } from '../../protocol/ids.ts'
import { ask } from '../bridge.ts'
import { pinRequest } from './request-verbs.ts'
import { useRequests } from './requests.ts'
import { showFailure } from './toast.ts'

/** Pins all of them, or takes the pins off when all have one. */
export async function pinRequests(ids: readonly RequestId[]): Promise<void> {
  const { byId } = useRequests.getState().rows
  const isAllPinned = ids.every((id) => byId.get(id)?.pinned === true)
  await Promise.all(ids.map((id) => pinRequest(id, !isAllPinned)))
}

/** Sends the same bytes to a URL of this computer that is no target. */
export async function resendToUrl(id: RequestId, url: string): Promise<void> {
  const resent = await ask('requests:resend', { id, targetId: null, url })
  if (!resent.ok) showFailure(resent.error)
}
