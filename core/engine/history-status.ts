import type { HistoryStatus } from '../../protocol/ipc.ts'
import type { HistoryHealth } from '../history/history.ts'

/** How the history does, as the window is told. */
export function toHistoryStatus(health: HistoryHealth): HistoryStatus {
  if (health.state === 'good') return { state: 'good' }
  const { error, nextAttemptAt } = health
  return { state: 'broken', message: error.message, fix: error.fix ?? '', nextAttemptAt }
}
