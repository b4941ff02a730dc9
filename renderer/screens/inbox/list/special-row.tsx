import type { ItemDetail, RequestSummary } from '../../../../protocol/request.ts'
import { describeGap, describeRejected } from '../../../format/request-words.ts'
import { Mark } from '../../../parts/mark.tsx'
import { useSource } from '../../../store/sources.ts'
import { RowMarks } from './row-marks.tsx'
import styles from './special-row.module.css'
import { TimeCell } from './time-cell.tsx'

/** What a relay could not keep or would not take: selectable like any row, and opened in its own detail. */
export function SpecialRow({
  request,
  detail,
}: {
  request: RequestSummary
  detail: Exclude<ItemDetail, { kind: 'handshake' }>
}) {
  return detail.kind === 'gap' ? (
    <GapCells request={request} gap={detail.gap} />
  ) : (
    <RejectedCells request={request} detail={detail} />
  )
}

function GapCells({ request, gap }: { request: RequestSummary; gap: Extract<ItemDetail, { kind: 'gap' }>['gap'] }) {
  const { title, cause } = describeGap(gap)
  return (
    <span role="gridcell" className={styles['cell']}>
      <Mark name="gap" />
      <b>{title}</b>
      <RowMarks request={request} />
      <span className={styles['cause']} title={cause}>
        {cause}
      </span>
      <span className={styles['link']} aria-hidden>
        Details
      </span>
    </span>
  )
}

function RejectedCells({
  request,
  detail,
}: {
  request: RequestSummary
  detail: Extract<ItemDetail, { kind: 'rejected' }>
}) {
  const { title, cause } = describeRejected(detail.rejected)
  const source = useSource(request.sourceId)
  const text = source === undefined ? cause : `${cause}, ${source.name}`
  return (
    <>
      <Mark name="rejected" />
      <TimeCell at={request.receivedAt} />
      <span role="gridcell" className={styles['cell']}>
        <span className={styles['why']}>{title}</span>
        <RowMarks request={request} />
        <span className={styles['cause']} title={text}>
          {text}
        </span>
      </span>
    </>
  )
}
