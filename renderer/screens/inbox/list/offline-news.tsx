import type { SourceId } from '../../../../protocol/ids.ts'
import type { SourceConnection } from '../../../../protocol/source.ts'
import { hostOfUrl } from '../../../format/path.ts'
import { clockTime, countdown } from '../../../format/time-ago.ts'
import { Button } from '../../../parts/button.tsx'
import { Popover } from '../../../parts/popover.tsx'
import { useClock } from '../../../store/clock.ts'
import { retrySourceNow, useSource, useSourceStatus } from '../../../store/sources.ts'
import { BannerFrame, Ticking } from './banner-frame.tsx'
import styles from './offline-news.module.css'

type Waiting = Extract<SourceConnection, { state: 'waiting' }>

/** A relay does not answer: who, when the next try is, and a way not to wait for it. */
export function OfflineNews({ sourceId }: { sourceId: SourceId }) {
  const source = useSource(sourceId)
  const connection = useSourceStatus(sourceId)?.connection
  const next = useClock((now) =>
    connection?.state === 'waiting' ? `Next try in ${countdown(connection.nextAttemptAt, now)}` : 'Trying now',
  )
  if (source === undefined) return null
  const waiting = connection?.state === 'waiting' ? connection : null
  return (
    <BannerFrame
      mark="reconnecting"
      tone="warn"
      actions={
        <>
          <Button
            small
            offReason={waiting === null ? 'It is being tried now' : null}
            onClick={() => void retrySourceNow(sourceId)}
          >
            Retry now
          </Button>
          {waiting !== null && <Why waiting={waiting} />}
        </>
      }
    >
      No answer from <b>{hostOfUrl(source.relayUrl)}</b>. <Ticking>{next}</Ticking>
    </BannerFrame>
  )
}

function Why({ waiting }: { waiting: Waiting }) {
  const { reason, attempt, lastVerifiedAt } = waiting
  return (
    <Popover
      label="What was tried"
      align="end"
      trigger={
        <Button small kind="quiet">
          Why
        </Button>
      }
    >
      <div className={styles['why']}>
        <h3>What was tried</h3>
        <p>{reason}</p>
        <p>
          {attempt === 1 ? 'Tried once.' : `Tried ${attempt} times.`}{' '}
          {lastVerifiedAt === null
            ? 'It has not been connected yet.'
            : `Last verified at ${clockTime(lastVerifiedAt)}.`}
        </p>
        <p className={styles['faint']}>The relay keeps what arrives meanwhile and sends it here in order.</p>
      </div>
    </Popover>
  )
}
