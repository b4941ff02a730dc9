import { StickyNote } from 'lucide-react'
import type { RequestSummary } from '../../../../protocol/request.ts'
import { ColourMark } from '../../../parts/colour-mark.tsx'
import { useSettings } from '../../../store/settings.ts'
import styles from './request-row.module.css'

/** What a person said of a request: its colour, and that there is a note. */
export function RowMarks({ request: { colour, hasNote } }: { request: RequestSummary }) {
  const names = useSettings((state) => state.colourNames)
  return (
    <>
      {colour !== null && <ColourMark colour={colour} name={names[colour - 1] ?? ''} />}
      {hasNote && (
        <span className={styles['child']} title="Has a note">
          <StickyNote size={12} aria-label="has a note" />
        </span>
      )}
    </>
  )
}
