import { SKEW_SHOWN_MS } from '../../../protocol/limits.ts'
import type { Source } from '../../../protocol/source.ts'
import { describeSource } from '../../format/connection-words.ts'
import { formatCount } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { clockTime, timeAgoInWords } from '../../format/time-ago.ts'
import { Button } from '../../parts/button.tsx'
import { MarkedText } from '../../parts/mark.tsx'
import { useClock } from '../../store/clock.ts'
import { retrySourceNow, useSourceStatus } from '../../store/sources.ts'
import styles from '../settings.module.css'

/** What was last proven, and when. Never "connected" alone. */
export function ConnectionProofCard({ source }: { source: Source }) {
  const status = useSourceStatus(source.id)
  const connection = status?.connection
  const words = useClock((now) => describeSource(source, status, now).full)
  const mark = describeSource(source, status, 0).mark
  const proven = useClock((now) =>
    connection?.state === 'connected' ? timeAgoInWords(connection.verifiedAt, now) : '',
  )
  return (
    <section className={styles['aside']} aria-label="Proof of the connection">
      <h2 className={styles['heading']}>Proof of the connection</h2>
      <dl className={styles['card']}>
        <div className={styles['fact']}>
          <dt>
            <MarkedText mark={mark}>{connection?.state === 'connected' ? 'Connected' : words}</MarkedText>
          </dt>
          {connection?.state === 'connected' && <dd>since {clockTime(connection.since)}</dd>}
        </div>
        {connection?.state === 'connected' && (
          <>
            <Fact name="Last round trip" value={`${proven}, ${formatDuration(connection.roundTripMs)}`} />
            <Fact name="Waiting at the start" value={formatCount(connection.pending)} />
            {Math.abs(connection.skewMs) > SKEW_SHOWN_MS && (
              <Fact
                name="Its clock"
                value={`${formatDuration(Math.abs(connection.skewMs))} ${connection.skewMs > 0 ? 'ahead' : 'behind'}`}
              />
            )}
          </>
        )}
        {status?.relay !== null && status?.relay !== undefined && (
          <Fact name="Relay" value={`${status.relay.name} ${status.relay.version}`} />
        )}
        {connection?.state === 'waiting' && (
          <Button small onClick={() => void retrySourceNow(source.id)}>
            Retry now
          </Button>
        )}
      </dl>
    </section>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
