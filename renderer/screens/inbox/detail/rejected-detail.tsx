import type { RejectedDetail as Rejected, RequestDetail } from '../../../../protocol/request.ts'
import { countOf } from '../../../format/bytes.ts'
import { exactTime } from '../../../format/time-ago.ts'
import { Mark } from '../../../parts/mark.tsx'
import { useSourceName } from '../../../store/sources.ts'
import { sentence } from './explanation.tsx'
import { BackButton } from './detail-toolbar.tsx'
import styles from './detail.module.css'
import lines from './lines.module.css'
import { ListedLine } from './listed-line.tsx'
import { duplicateNote, maskedValue } from './message-head.ts'

/** What the relay refused, as far as it could be told. No body was kept. */
export function RejectedDetail({ request, rejected }: { request: RequestDetail; rejected: Rejected }) {
  const sourceName = useSourceName(request)
  const many = rejected.count === undefined || rejected.count === 1 ? '' : `, ${rejected.count} times`
  return (
    <>
      <div className={styles['toolbar']}>
        <BackButton />
        <Mark name="rejected" />
        <h2 className={styles['title']}>Rejected, {rejected.status}</h2>
      </div>
      <div className={styles['sheet']}>
        <p>
          The relay refused this request, and told its sender so with {rejected.status}. Nothing of its body was kept
          and nothing was forwarded.
        </p>
        <dl className={styles['facts']}>
          <dt>When</dt>
          <dd>
            {exactTime(request.receivedAt)}
            {many}
          </dd>
          <dt>Why</dt>
          <dd>{sentence(rejected.reason)}</dd>
          <dt>Request</dt>
          <dd className={styles['mono']}>
            {request.method} {request.requestTarget}
          </dd>
          {rejected.bodyBytes !== null && (
            <>
              <dt>Size</dt>
              <dd>{countOf(rejected.bodyBytes, 'byte')}, as its sender claimed</dd>
            </>
          )}
          {request.remote !== null && (
            <>
              <dt>Sender</dt>
              <dd>{request.remote}</dd>
            </>
          )}
          <dt>Source</dt>
          <dd>{sourceName}</dd>
        </dl>
      </div>
      {request.headers.length > 0 && (
        <ol className={lines['list']} aria-label="Headers" tabIndex={0}>
          {request.headers.map((line, at) => {
            const note = duplicateNote(request.headers, at)
            return (
              <ListedLine
                key={at}
                number={at + 1}
                name={line[0]}
                value={line[1]}
                shown={maskedValue(line) ?? line[1]}
                tags={note === null ? [] : [note]}
              />
            )
          })}
        </ol>
      )}
    </>
  )
}
