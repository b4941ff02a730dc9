import { countOf, formatBytes } from '../../format/bytes.ts'
import { useCounts } from '../../store/counts.ts'
import { useShell } from '../../store/shell.ts'
import styles from './preferences-screen.module.css'

export function About() {
  const { version, profile } = useShell()
  const counts = useCounts((state) => state.counts)
  return (
    <p className={styles['quiet']}>
      Creel {version}
      {profile !== null && `, profile ${profile}`}
      {counts !== null && `. ${countOf(counts.total, 'request')} in the history, ${formatBytes(counts.historyBytes)}`}
    </p>
  )
}
