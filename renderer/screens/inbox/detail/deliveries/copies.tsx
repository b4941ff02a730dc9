import { Pencil } from 'lucide-react'
import type { RequestSummary } from '../../../../../protocol/request.ts'
import { describeResult } from '../../../../format/delivery-words.ts'
import { clockTime } from '../../../../format/time-ago.ts'
import { MarkedText } from '../../../../parts/mark.tsx'
import { useClock } from '../../../../store/clock.ts'
import { showRequest } from '../../../../store/view.ts'
import { LinkButton } from '../../../../parts/link-button.tsx'
import styles from './deliveries.module.css'

/** Edited copies of a request, each a request of its own. */
export function Copies({ requests }: { requests: readonly RequestSummary[] }) {
  return (
    <ul className={styles['card']}>
      {requests.map((request) => (
        <Copy key={request.id} request={request} />
      ))}
    </ul>
  )
}

function Copy({ request }: { request: RequestSummary }) {
  const mark = useClock((now) => describeResult(request.result, now).mark)
  const word = useClock((now) => describeResult(request.result, now).word)
  return (
    <li className={styles['copy']}>
      <Pencil size={14} />
      <span className={styles['grow']}>{request.kind === 'imported' ? 'Imported' : 'Edited'}</span>
      <span className={styles['faint']}>{clockTime(request.receivedAt)}</span>
      <MarkedText mark={mark}>{word}</MarkedText>
      <LinkButton
        aria-label={`Open the copy of ${clockTime(request.receivedAt)}`}
        onClick={() => showRequest(request.id)}
      >
        Open
      </LinkButton>
    </li>
  )
}
