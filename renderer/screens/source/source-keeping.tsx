import type { KeepLimits } from '../../../protocol/settings.ts'
import type { Source } from '../../../protocol/source.ts'
import { countOf, formatBytes } from '../../format/bytes.ts'
import { describeLimits } from '../../format/limits.ts'
import { saveSettings, useSettings } from '../../store/settings.ts'
import { showUndoToast } from '../../store/toast.ts'
import { useUsage } from '../../store/usage.ts'
import { LimitFields } from '../preferences/limit-fields.tsx'
import { SourceNoticeChoices } from '../preferences/source-notice-choices.tsx'
import styles from '../settings.module.css'

const NO_LIMITS: KeepLimits = { days: null, count: null, bytes: null }

/** Of what of this source the desktop tells, and how much of it is kept. */
export function SourceKeeping({ source }: { source: Source }) {
  const { id } = source
  const general = useSettings((state) => state.retention.days)
  const all = useSettings((state) => state.sourceLimits)
  const used = useUsage()?.bySource.find(({ sourceId }) => sourceId === id)
  const { days, count, bytes } = all.find(({ sourceId }) => sourceId === id) ?? NO_LIMITS
  const save = async (limits: KeepLimits) => {
    const others = all.filter(({ sourceId }) => sourceId !== id)
    const isNone = limits.days === null && limits.count === null && limits.bytes === null
    if (!(await saveSettings({ sourceLimits: isNone ? others : [...others, { ...limits, sourceId: id }] }))) return
    showUndoToast('done', `${source.name}: ${describeLimits(limits)}. What is beyond that goes in a moment.`, {
      undo: () => void saveSettings({ sourceLimits: [...all] }),
    })
  }
  return (
    <>
      <div className={styles['field']} role="group" aria-label="Notify">
        <span className={styles['label']}>Notify</span>
        <SourceNoticeChoices id={id} name={source.name} />
      </div>
      <div className={styles['field']} role="group" aria-label="Keeping">
        <span className={styles['label']}>Keeping</span>
        <LimitFields
          value={{ days, count, bytes }}
          anyDays={general === null ? 'any' : String(general)}
          onSave={(limits) => void save(limits)}
        />
        <span className={styles['help']}>
          {used === undefined
            ? 'Nothing is kept of it yet.'
            : `${countOf(used.requests, 'request')}, ${formatBytes(used.bytes)} now.`}{' '}
          Its days take the place of the general ones; the limits of the whole hold as well.
        </span>
      </div>
    </>
  )
}
