import { clsx } from 'clsx'
import { Check, CornerDownRight, Pencil, Pin } from 'lucide-react'
import { memo } from 'react'
import type { RequestSummary } from '../../../../protocol/request.ts'
import { formatBytes } from '../../../format/bytes.ts'
import { formatDuration } from '../../../format/duration.ts'
import { restOfTarget, splitPath } from '../../../format/path.ts'
import { eventLabel, senderName } from '../../../format/request-words.ts'
import { useHasDraft } from '../../../store/draft-marks.ts'
import columns from './columns.module.css'
import { ProviderBadge } from './provider-badge.tsx'
import { RepeatSign } from './repeat-sign.tsx'
import styles from './request-row.module.css'
import { ResultCell } from './result-cell.tsx'
import { RowMarks } from './row-marks.tsx'
import { SpecialRow } from './special-row.tsx'
import { TimeCell } from './time-cell.tsx'

/** One line, one height. What it is to a click or a key stands in its `data-id`: the list listens once for all rows. */
export const RequestRow = memo(function RequestRow({
  request,
  index,
  top,
  isSelected,
  isChosen,
  isArriving,
}: {
  request: RequestSummary
  /** From 0, the newest. */
  index: number
  /** Px from the top of the rows. */
  top: number
  isSelected: boolean
  /** One of several. */
  isChosen: boolean
  isArriving: boolean
}) {
  // A check that the relay answered is a request like any other to look at.
  const detail = request.detail?.kind === 'handshake' ? null : request.detail
  return (
    <div
      role="row"
      id={rowId(request.id)}
      data-id={request.id}
      aria-rowindex={index + 2}
      aria-selected={isSelected || isChosen}
      className={clsx(
        styles['row'],
        detail === null ? columns['columns'] : styles['special'],
        detail?.kind === 'gap' && styles['gap'],
        isSelected && styles['selected'],
        isChosen && styles['chosen'],
        !request.read && styles['unread'],
        isArriving && styles['arriving'],
      )}
      style={{ transform: `translateY(${top}px)` }}
    >
      {detail === null ? (
        <Cells request={request} isChosen={isChosen} />
      ) : (
        <SpecialRow request={request} detail={detail} />
      )}
    </div>
  )
})

export function rowId(id: number): string {
  return `request-${id}`
}

function Cells({ request, isChosen }: { request: RequestSummary; isChosen: boolean }) {
  const { result } = request
  const latency = result?.latencyMs ?? null
  const isCheck = request.detail?.kind === 'handshake'
  const label = isCheck ? (request.event ?? 'address check') : eventLabel(request)
  const hasDraft = useHasDraft(request.id)
  return (
    <>
      <span role="gridcell" className={styles['gutter']}>
        <Gutter request={request} isChosen={isChosen} />
      </span>
      <TimeCell at={request.receivedAt} />
      <span role="gridcell" className={clsx(columns['method'], styles['method'], styles[methodTone(request.method)])}>
        {request.method}
      </span>
      <span role="gridcell" className={styles['event']} title={`${senderName(request.provider)} · ${label}`}>
        <ProviderBadge provider={request.provider} />
        <span className={styles['name']}>{label}</span>
        <RowMarks request={request} />
        {request.parentId !== null && (
          <span className={styles['child']} title="Made from another request">
            {request.kind === 'composed' ? (
              <Pencil size={12} aria-label="edited copy" />
            ) : (
              <CornerDownRight size={12} aria-label="resend" />
            )}
          </span>
        )}
        <RepeatSign request={request} />
        {hasDraft && <span className={styles['draft']}>draft</span>}
      </span>
      <PathCell request={request} />
      <span role="gridcell" className={styles['result']}>
        <ResultCell request={request} />
      </span>
      <span role="gridcell" className={clsx(columns['latency'], columns['right'], styles['faint'])}>
        {latency === null ? '' : formatDuration(latency)}
      </span>
      <span role="gridcell" className={clsx(columns['size'], columns['right'], styles['faint'])}>
        {formatBytes(request.bodyBytes)}
      </span>
      <span role="gridcell" className={clsx(columns['target'], styles['target'])}>
        {isCheck ? 'the relay' : (result?.targetLabel ?? '')}
      </span>
    </>
  )
}

function Gutter({ request, isChosen }: { request: RequestSummary; isChosen: boolean }) {
  if (isChosen) return <Check size={12} aria-label="chosen" />
  if (!request.read) return <span className={styles['dot']} role="img" aria-label="unread" />
  if (request.pinned) return <Pin size={12} aria-label="pinned" />
  return null
}

function PathCell({ request }: { request: RequestSummary }) {
  const rest = restOfTarget(request)
  const { head, tail } = splitPath(rest)
  return (
    <span role="gridcell" className={clsx(columns['path'], styles['path'])} title={request.requestTarget}>
      <span className={styles['cut']}>
        {head !== '' && <span className={styles['path-head']}>{head}</span>}
        <span className={styles['path-tail']}>{tail}</span>
      </span>
    </span>
  )
}

function methodTone(method: string): string {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) ? method.toLowerCase() : 'other'
}
