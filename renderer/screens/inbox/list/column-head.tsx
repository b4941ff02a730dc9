import { clsx } from 'clsx'
import styles from './column-head.module.css'
import columns from './columns.module.css'

const COLUMNS = [
  { name: 'time', label: 'Time' },
  { name: 'method', label: 'Method' },
  { name: 'event', label: 'Event' },
  { name: 'path', label: 'Path' },
  { name: 'result', label: 'Result' },
  { name: 'latency', label: 'Latency', isRight: true },
  { name: 'size', label: 'Size', isRight: true },
  { name: 'target', label: 'Target' },
]

/** Names of the columns. Inside of a grid they are its column heads; over a skeleton they are only words. */
export function ColumnHead({ isInGrid }: { isInGrid: boolean }) {
  const role = (name: string) => (isInGrid ? { role: name } : {})
  return (
    <div {...role('rowgroup')} aria-hidden={!isInGrid}>
      <div
        {...role('row')}
        className={clsx(styles['head'], columns['columns'])}
        aria-rowindex={isInGrid ? 1 : undefined}
      >
        <span {...role('columnheader')}>{isInGrid && <span className="visually-hidden">Mark</span>}</span>
        {COLUMNS.map(({ name, label, isRight }) => (
          <span
            key={name}
            {...role('columnheader')}
            className={clsx(columns[name], isRight === true && columns['right'], name === 'target' && styles['target'])}
          >
            {label}
          </span>
        ))}
      </div>
    </div>
  )
}
