import { clsx } from 'clsx'
import { useEffect, useState, type CSSProperties } from 'react'
import columns from './columns.module.css'
import styles from './list-skeleton.module.css'

const AFTER_MS = 150
const ROWS = 22
/** Widths of the event bars in px, so that they look like words; the same in every window. */
const EVENTS = [90, 110, 80, 96, 120, 84, 104]

/** Grey bars for rows, from 150 ms on: what comes sooner needs none. */
export function ListSkeleton() {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={styles['rows']} aria-busy="true">
      <output className="visually-hidden">Reading the history</output>
      {isLate &&
        Array.from({ length: ROWS }, (_, row) => (
          <div
            key={row}
            className={clsx(columns['columns'], styles['row'])}
            style={
              { opacity: Math.max(0.2, 1 - row / ROWS), '--event': `${EVENTS[row % EVENTS.length]}px` } as CSSProperties
            }
          >
            <span />
            <span className={styles['bar']} />
            <span className={clsx(styles['bar'], columns['method'])} />
            <span className={styles['event']}>
              <i className={styles['square']} />
              <i className={styles['name']} />
            </span>
            <span className={clsx(styles['bar'], columns['path'])} />
            <span className={styles['event']}>
              <i className={styles['disc']} />
              <i className={styles['bar']} />
            </span>
          </div>
        ))}
    </div>
  )
}
