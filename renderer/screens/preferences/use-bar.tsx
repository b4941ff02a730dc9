import type { CSSProperties } from 'react'
import type { HistoryUsage } from '../../../protocol/ipc.ts'
import { formatBytes } from '../../format/bytes.ts'
import styles from './use-bar.module.css'

/** What takes how much of what the history may take. Without a limit the bar is what there is. */
export function UseBar({ usage, limit }: { usage: HistoryUsage | null; limit: number | null }) {
  if (usage === null) return <div className={styles['bar']} aria-hidden />
  const { usedBytes, contentBytes, pinnedBytes } = usage
  const whole = Math.max(limit ?? usedBytes, usedBytes)
  const parts = [
    { name: 'requests', bytes: contentBytes - pinnedBytes, mark: 'requests' },
    { name: 'answers, search', bytes: Math.max(0, usedBytes - contentBytes), mark: 'rest' },
    { name: 'pinned', bytes: pinnedBytes, mark: 'pinned' },
  ] as const
  const used = `${formatBytes(usedBytes)}${limit === null ? '' : ` of ${formatBytes(limit)}`}`
  return (
    <div className={styles['use']}>
      <div className={styles['bar']} role="img" aria-label={`The history takes ${used}`}>
        {parts.map(({ name, bytes, mark }) => (
          <span key={name} className={styles[mark]} style={{ '--share': bytes / whole } as CSSProperties} />
        ))}
      </div>
      <p className={styles['legend']}>
        <strong>{used}</strong>
        {parts.map(({ name, bytes, mark }) => (
          <span key={name} className={styles['entry']}>
            <span className={styles[mark]} aria-hidden />
            {name} {formatBytes(bytes)}
          </span>
        ))}
      </p>
    </div>
  )
}
