import { useMemo } from 'react'
import { ACTIVITY_MINUTES, countActivity, type ActivityBar } from '../../../format/activity.ts'
import { formatCount } from '../../../format/bytes.ts'
import { useClock } from '../../../store/clock.ts'
import { useRequests } from '../../../store/requests.ts'
import styles from './activity-strip.module.css'

const ABOVE_PX = 22
const BELOW_PX = 11
const LINE_Y = 26

/** Answered above the line, not answered below: place tells, not colour. Of the rows that are loaded, and it says how far they reach. */
export function ActivityStrip() {
  const order = useRequests((state) => state.rows.order)
  const byId = useRequests((state) => state.rows.byId)
  const isWhole = useRequests((state) => state.isWhole)
  const minute = useClock((now) => Math.floor(now / 60_000))
  const activity = useMemo(() => {
    const since = (minute - ACTIVITY_MINUTES) * 60_000
    const known = order.map((id) => byId.get(id)).filter((row) => row !== undefined)
    const reachesBack = isWhole || (known.at(-1)?.receivedAt ?? Number.POSITIVE_INFINITY) < since
    return countActivity(known, minute * 60_000, reachesBack)
  }, [order, byId, isWhole, minute])
  const { bars, answered, notAnswered, knownMinutes, peak, isPeakCut } = activity
  const label = `Requests of the last ${knownMinutes} minutes: ${answered} answered, ${notAnswered} not`
  return (
    <div className={styles['strip']}>
      <span className={styles['caption']} aria-hidden>
        <span>Answered</span>
        <span>Not</span>
      </span>
      <svg
        className={styles['bars']}
        viewBox={`0 0 ${ACTIVITY_MINUTES * 6} 39`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <path className={styles['line']} d={`M0 ${LINE_Y + 0.5}H${ACTIVITY_MINUTES * 6}`} />
        {bars.map((bar, index) => (
          <Bar key={index} bar={bar} x={index * 6} peak={peak} />
        ))}
      </svg>
      <span className={styles['caption-right']} aria-hidden>
        <span>{order.length > 0 || isWhole ? `${knownMinutes} min` : ''}</span>
        <span>{peak > 0 && `peak ${formatCount(peak)}${isPeakCut ? '+' : ''}/min`}</span>
      </span>
    </div>
  )
}

function Bar({ bar, x, peak }: { bar: ActivityBar; x: number; peak: number }) {
  const above = heightOf(bar.answered, peak, ABOVE_PX)
  const waiting = heightOf(bar.waiting, peak, BELOW_PX)
  const failed = heightOf(bar.failed, peak, BELOW_PX)
  return (
    <>
      {above > 0 && <rect className={styles['answered']} x={x} y={LINE_Y - above} width="4" height={above} rx="1" />}
      {waiting > 0 && <rect className={styles['waiting']} x={x} y={LINE_Y + 2} width="4" height={waiting} rx="1" />}
      {failed > 0 && (
        <rect className={styles['failed']} x={x} y={LINE_Y + 2 + waiting} width="4" height={failed} rx="1" />
      )}
    </>
  )
}

/** Every request is seen, however many the busiest minute had. */
function heightOf(count: number, peak: number, most: number): number {
  return count === 0 ? 0 : Math.max(2, (count / Math.max(peak, 4)) * most)
}
