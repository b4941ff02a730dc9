import { exactTime, timeAgo } from '../../../format/time-ago.ts'
import { useClock } from '../../../store/clock.ts'
import styles from './time-cell.module.css'

/** How long ago, ticking with the clock of all rows; exact in the tooltip. */
export function TimeCell({ at }: { at: number }) {
  const ago = useClock((now) => timeAgo(at, now))
  return (
    <span role="gridcell" data-column="time" className={styles['time']} title={exactTime(at)}>
      {ago}
    </span>
  )
}
