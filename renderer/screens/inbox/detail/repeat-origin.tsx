import type { RequestDetail } from '../../../../protocol/request.ts'
import { repeatWords } from '../../../format/repeat-words.ts'
import { useRepeat } from '../../../store/repeat-marks.ts'
import { showRequest } from '../../../store/view.ts'
import styles from './head.module.css'

/** That a request was sent before, and the way to the first. */
export function RepeatOrigin({ request }: { request: RequestDetail }) {
  return request.kind === 'captured' ? <Of request={request} /> : null
}

function Of({ request }: { request: RequestDetail }) {
  const mark = useRepeat(request.id)
  if (mark === null) return null
  const { first } = mark
  const words = repeatWords(mark)
  if (first === null) return <span title={words}>retry {mark.attempt}</span>
  return (
    <button type="button" className={styles['link']} title={words} onClick={() => showRequest(first)}>
      Sent again, show the first
    </button>
  )
}
