import { useEffect, useRef, useState } from 'react'
import type { SourceId } from '../../protocol/ids.ts'
import type { HistoryUsage } from '../../protocol/ipc.ts'
import { ask } from '../bridge.ts'
import { countOf, formatBytes } from '../format/bytes.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useCounts } from '../store/counts.ts'
import { clearHistory } from '../store/deletion.ts'
import { useSource, useSourceStatus } from '../store/sources.ts'
import { closeDialog } from '../store/view.ts'
import styles from './dialogs.module.css'

/** Asked, because it cannot be taken back: says how many go, how many stay, and what is not sent any more. */
export function ClearDialog({ sourceId }: { sourceId: SourceId | null }) {
  const cancel = useRef<HTMLButtonElement>(null)
  const [usage, setUsage] = useState<HistoryUsage | null>(null)
  useEffect(() => {
    void ask('history:usage', {}).then((asked) => asked.ok && setUsage(asked.value))
  }, [])
  const source = useSource(sourceId)
  const held = useHeld(sourceId)
  const there = sourceId === null ? usage : (usage?.bySource.find((one) => one.sourceId === sourceId) ?? NOTHING)
  const pinned = usage?.pinned ?? 0
  // Pins are counted over all sources.
  const most = usage === null || there === null ? null : sourceId === null ? there.requests - pinned : there.requests
  const clear = () => {
    closeDialog()
    void clearHistory(sourceId)
  }
  return (
    <Dialog
      open
      asks
      title={source === undefined ? 'Clear all but pinned?' : `Clear ${source.name}, all but pinned?`}
      initialFocus={cancel}
      onClose={closeDialog}
      buttons={
        <>
          <span className={styles['note']}>This cannot be undone</span>
          <Button ref={cancel} onClick={closeDialog}>
            Cancel
          </Button>
          <Button kind="danger" offReason={most === 0 ? 'There is nothing to clear' : null} onClick={clear}>
            {most === null || sourceId !== null ? 'Clear' : `Clear ${countOf(most, 'request')}`}
          </Button>
        </>
      }
    >
      <p>
        {most === null ? 'Counting…' : describeGoing(sourceId, most, usage)}{' '}
        {pinned === 0 ? 'None is pinned.' : `${countOf(pinned, 'pinned request')} ${pinned === 1 ? 'stays' : 'stay'}.`}
      </p>
      {held > 0 && <p>{countOf(held, 'of them waits', 'of them wait')} to be sent, and will not be.</p>}
    </Dialog>
  )
}

const NOTHING = { requests: 0 }

function describeGoing(sourceId: SourceId | null, most: number, usage: HistoryUsage | null): string {
  const size = sourceId === null && usage !== null ? ` The history takes ${formatBytes(usage.usedBytes)}.` : ''
  const upTo = sourceId === null ? '' : 'Up to '
  return `${upTo}${countOf(most, 'request')} ${most === 1 ? 'goes' : 'go'}, with what was sent and answered.${size}`
}

function useHeld(sourceId: SourceId | null): number {
  const status = useSourceStatus(sourceId)
  const counts = useCounts((state) => state.counts)
  return (sourceId === null ? counts?.held : status?.held) ?? 0
}
