import { Repeat2 } from 'lucide-react'
import type { RequestSummary } from '../../../../protocol/request.ts'
import { repeatWords } from '../../../format/repeat-words.ts'
import { useRepeat } from '../../../store/repeat-marks.ts'
import styles from './request-row.module.css'

/** Marks what its sender sent before. */
export function RepeatSign({ request }: { request: RequestSummary }) {
  return request.kind === 'captured' ? <Sign request={request} /> : null
}

function Sign({ request }: { request: RequestSummary }) {
  const mark = useRepeat(request.id)
  if (mark === null) return null
  const words = repeatWords(mark)
  return (
    <span className={styles['child']} title={words}>
      <Repeat2 size={12} role="img" aria-label={words} />
    </span>
  )
}
