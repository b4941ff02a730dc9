import { Pencil } from 'lucide-react'
import type { RequestFull } from '../../../../../protocol/ipc.ts'
import { describeChanges } from '../../../../format/change-words.ts'
import { describeResult } from '../../../../format/delivery-words.ts'
import { clockTime } from '../../../../format/time-ago.ts'
import { MarkedText } from '../../../../parts/mark.tsx'
import { useClock } from '../../../../store/clock.ts'
import { showRequest } from '../../../../store/view.ts'
import { LinkButton } from '../../../../parts/link-button.tsx'
import styles from './deliveries.module.css'

/** Edited copies of a request, each a request of its own. */
export function Copies({ requests }: { requests: RequestFull['children'] }) {
  return (
    <ul className={styles['card']}>
      {requests.map((request) => (
        <Copy key={request.id} request={request} />
      ))}
    </ul>
  )
}

function Copy({ request }: { request: RequestFull['children'][number] }) {
  const words = wordsOf(request)
  const mark = useClock((now) => describeResult(request.result, now).mark)
  const word = useClock((now) => describeResult(request.result, now).word)
  return (
    <li className={styles['copy']}>
      <Pencil size={14} />
      <span className={styles['words-of-copy']} title={words}>
        {words}
      </span>
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

/** Who made it, and what they changed. */
function wordsOf({ kind, changes }: RequestFull['children'][number]): string {
  if (kind === 'imported') return 'Imported'
  return changes === null ? 'Edited by you' : `Sent by you: ${describeChanges(changes)}`
}
