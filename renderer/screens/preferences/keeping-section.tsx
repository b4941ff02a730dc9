import { Trash2 } from 'lucide-react'
import type { HistoryUsage } from '../../../protocol/ipc.ts'
import type { KeepLimits } from '../../../protocol/settings.ts'
import { countOf } from '../../format/bytes.ts'
import { describeLimits } from '../../format/limits.ts'
import { dayAndMonth } from '../../format/time-ago.ts'
import { Button } from '../../parts/button.tsx'
import { saveSettings, useSettings } from '../../store/settings.ts'
import { showUndoToast } from '../../store/toast.ts'
import { useUsage } from '../../store/usage.ts'
import { openDialog } from '../../store/view.ts'
import { LimitFields } from './limit-fields.tsx'
import styles from './preferences-screen.module.css'
import { UseBar } from './use-bar.tsx'

/** How much of the disk the history takes, how much it may, and the way to empty it. */
export function Keeping() {
  const limits = useSettings((state) => state.retention)
  const usage = useUsage()
  return (
    <>
      <UseBar usage={usage} limit={limits.bytes} />
      <LimitFields value={limits} anyDays="any" onSave={(next) => void saveLimits(limits, next)} />
      <p className={styles['help']}>
        The oldest go first, pinned stay, and what waits to be sent stays until it was. An empty field is no limit. A
        source may have limits of its own.
      </p>
      <div className={styles['buttons']}>
        <Button icon={<Trash2 size={14} />} onClick={() => openDialog({ kind: 'clear', sourceId: null })}>
          Clear all but pinned…
        </Button>
        <span className={styles['help']}>{usage !== null && describeAge(usage)}</span>
      </div>
    </>
  )
}

/** Narrower limits delete, so they can be taken back before they do. */
async function saveLimits(before: KeepLimits, next: KeepLimits): Promise<void> {
  if (!(await saveSettings({ retention: next }))) return
  showUndoToast('done', `${describeLimits(next)}. What is beyond that goes in a moment.`, {
    undo: () => void saveSettings({ retention: before }),
  })
}

function describeAge({ requests, oldestAt }: HistoryUsage): string {
  const oldest = oldestAt === null ? '' : `, the oldest of ${dayAndMonth(oldestAt)}`
  return `${countOf(requests, 'request')}${oldest}`
}
