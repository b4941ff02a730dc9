import { useEffect, useState } from 'react'
import type { HistoryUsage } from '../../protocol/ipc.ts'
import { ask } from '../bridge.ts'
import { useCounts } from './counts.ts'

const AGAIN_MS = 1000

/** How much the history holds, while somebody looks: read again as it grows and shrinks. Null until it is known. */
export function useUsage(): HistoryUsage | null {
  const counts = useCounts((state) => state.counts)
  const [usage, setUsage] = useState<HistoryUsage | null>(null)
  useEffect(() => {
    let isGone = false
    // At most once a second, however often the counts change.
    const timer = setTimeout(
      () =>
        void ask('history:usage', {}).then((asked) => {
          if (asked.ok && !isGone) setUsage(asked.value)
        }),
      usage === null ? 0 : AGAIN_MS,
    )
    return () => {
      isGone = true
      clearTimeout(timer)
    }
    // What it gave must not ask again.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [counts])
  return usage
}
