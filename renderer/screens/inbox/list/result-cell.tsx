import type { RequestSummary } from '../../../../protocol/request.ts'
import { describeHandshake, describeResult, type ResultWords } from '../../../format/delivery-words.ts'
import { MarkedText } from '../../../parts/mark.tsx'
import { useClock } from '../../../store/clock.ts'
import styles from './result-cell.module.css'

/** The worst of a request's deliveries, with "+1" for each more. The countdown of a retry ticks with the clock of all rows. */
export function ResultCell({ request }: { request: RequestSummary }) {
  const { result, detail } = request
  const said = useClock((now) =>
    JSON.stringify(
      detail?.kind === 'handshake' && result === null
        ? describeHandshake(detail.handshake)
        : describeResult(result, now),
    ),
  )
  const words = JSON.parse(said) as ResultWords
  const more = (result?.count ?? 1) - 1
  return (
    <span className={styles['cell']} title={more > 0 ? `${words.full}, and ${more} more` : words.full}>
      <MarkedText mark={words.mark}>{words.word}</MarkedText>
      {more > 0 && <span className={styles['more']}>+{more}</span>}
    </span>
  )
}
