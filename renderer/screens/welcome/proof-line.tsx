import type { Source } from '../../../protocol/source.ts'
import { describeSource } from '../../format/connection-words.ts'
import { formatDuration } from '../../format/duration.ts'
import { timeAgoInWords } from '../../format/time-ago.ts'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { useClock } from '../../store/clock.ts'
import { useRequests } from '../../store/requests.ts'
import { useSourceStatus } from '../../store/sources.ts'
import { showInbox, showScreen } from '../../store/view.ts'
import { LinkButton } from '../../parts/link-button.tsx'
import styles from './proof-line.module.css'

/** "Connected" with the time of its proof, or what is in the way. */
export function ProofLine({ source }: { source: Source | undefined }) {
  const status = useSourceStatus(source?.id ?? null)
  const connection = status?.connection
  const hasRequest = useRequests((state) => state.rows.order.length > 0)
  const mark = source === undefined ? 'reconnecting' : describeSource(source, status, 0).mark
  const said = useClock((now) => (source === undefined ? 'Connecting' : describeSource(source, status, now).full))
  const proof = useClock((now) =>
    connection?.state === 'connected'
      ? `Verified ${timeAgoInWords(connection.verifiedAt, now)} in ${formatDuration(connection.roundTripMs)}`
      : '',
  )
  const isConnected = connection?.state === 'connected'
  return (
    <div className={styles['line']}>
      <Mark name={mark} />
      <b>
        {isConnected ? (hasRequest ? 'The first request is here.' : 'Connected. Waiting for the first request.') : said}
      </b>
      <span className={styles['proof']}>{proof}</span>
      <span className={styles['right']}>
        {hasRequest ? (
          <Button small onClick={() => showInbox('all')}>
            Show it
          </Button>
        ) : (
          <LinkButton className={styles['other-way']} onClick={() => showScreen({ kind: 'doors' })}>
            Another way in: a public channel, my relay, my tunnel
          </LinkButton>
        )}
      </span>
    </div>
  )
}
