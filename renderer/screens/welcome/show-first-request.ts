import { useRequests } from '../../store/requests.ts'
import { setView, showInbox, useView } from '../../store/view.ts'

/** The list, with what has just come selected, so that a newcomer sees what is in it. */
export function showFirstRequest(): void {
  showInbox('all')
  const newest = useRequests.getState().rows.order[0]
  if (newest !== undefined && useView.getState().selectedId === null) setView({ selectedId: newest })
}
