import type { RequestId } from '../../../../protocol/ids.ts'
import { useDelayed } from '../../../body/use-delayed.ts'
import { Button } from '../../../parts/button.tsx'
import { DetailLoading } from './detail-loading.tsx'
import styles from './detail.module.css'
import { GapDetail } from './gap-detail.tsx'
import { RejectedDetail } from './rejected-detail.tsx'
import { RequestContent } from './request-content.tsx'
import { useRequest, type RequestState } from './use-request.ts'

const WAIT_MS = 150

/** One item of the list, whatever it is: a request, a gap, or what the relay rejected. */
export function RequestDetail({ id }: { id: RequestId }) {
  const state = useRequest(id)
  const isLate = useDelayed(state.isStale, WAIT_MS)
  return (
    <div className={styles['detail']} aria-busy={state.isStale}>
      <DetailOf state={state} isLate={isLate} />
    </div>
  )
}

function DetailOf({ state, isLate }: { state: RequestState; isLate: boolean }) {
  const { data, error } = state
  if (error !== null) {
    return (
      <div className={styles['failure']} role="alert">
        <h3>The request could not be shown</h3>
        <p>
          {error.message} {error.fix}
        </p>
        <Button onClick={state.retry}>Try again</Button>
      </div>
    )
  }
  // The one before stays for a moment: a frame of nothing between two requests would flicker.
  if (data === null || (state.isStale && isLate)) return isLate ? <DetailLoading /> : null
  const { detail } = data.full.request
  if (detail?.kind === 'gap') return <GapDetail request={data.full.request} gap={detail.gap} />
  if (detail?.kind === 'rejected') return <RejectedDetail request={data.full.request} rejected={detail.rejected} />
  return <RequestContent key={data.full.request.id} data={data} onSecretSet={state.checkSignatureAgain} />
}
