import { useEffect, useState } from 'react'
import { bodyUrl } from '../../../../protocol/ipc.ts'
import type { GapDetail as Gap, RequestDetail } from '../../../../protocol/request.ts'
import { copyText } from '../../../bridge.ts'
import { countOf } from '../../../format/bytes.ts'
import { clockTime, dayAndMonth, exactTime } from '../../../format/time-ago.ts'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Mark } from '../../../parts/mark.tsx'
import { useSourceName } from '../../../store/sources.ts'
import { BackButton } from './detail-toolbar.tsx'
import styles from './detail.module.css'
import { readMissing, summariseMissing, type MissingRequest } from './missing-requests.ts'

/** Requests that the relay could not keep: how many, when, why, and what is known of them. */
export function GapDetail({ request, gap }: { request: RequestDetail; gap: Gap }) {
  const sourceName = useSourceName(request)
  const missing = useMissing(request)
  const plural = gap.count === 1 ? 'request is' : 'requests are'
  return (
    <>
      <div className={styles['toolbar']}>
        <BackButton />
        <Mark name="gap" />
        <h2 className={styles['title']}>
          {gap.count} {plural} missing here
        </h2>
      </div>
      <div className={styles['sheet']}>
        <p>
          The relay had to drop {gap.count === 1 ? 'it' : 'them'} before this computer could fetch{' '}
          {gap.count === 1 ? 'it' : 'them'}.
        </p>
        <dl className={styles['facts']}>
          <dt>When</dt>
          <dd title={`${exactTime(gap.from)} to ${exactTime(gap.to)}`}>{describeSpan(gap.from, gap.to)}</dd>
          <dt>Why</dt>
          <dd>{REASONS[gap.reason]}</dd>
          <dt>Source</dt>
          <dd>{sourceName}</dd>
          <dt>Known of them</dt>
          <dd>
            {missing === null ? 'nothing more' : summariseMissing(missing).map((line) => <div key={line}>{line}</div>)}
          </dd>
        </dl>
        {missing !== null && missing.length > 0 && (
          <div>
            <CopyButton
              label={`Copy the ${countOf(missing.length, 'time')}`}
              text={`Copy the ${countOf(missing.length, 'time')}`}
              copy={() => copyText(missing.map((one) => new Date(one.receivedAt).toISOString()).join('\n'))}
            />
          </div>
        )}
        <p className={styles['hint']}>Many senders can send again from their own webhook page.</p>
      </div>
    </>
  )
}

const REASONS = {
  expired: 'Expired: they waited at the relay longer than their bucket keeps requests.',
  overflow: 'Overflow: their bucket was full, and is set to drop the oldest.',
  damaged: "Damaged: what the relay's disk gives back is not what was written. The relay's log names them.",
} as const

function describeSpan(from: number, to: number): string {
  const end = dayAndMonth(from) === dayAndMonth(to) ? clockTime(to) : `${dayAndMonth(to)}, ${clockTime(to)}`
  return `${dayAndMonth(from)}, ${clockTime(from)} to ${end}`
}

/** What the relay wrote down of them. Null until it is read, and when there is nothing. */
function useMissing(request: RequestDetail): readonly MissingRequest[] | null {
  const [read, setRead] = useState<{ id: number; missing: readonly MissingRequest[] } | null>(null)
  const { id, bodyBytes } = request
  useEffect(() => {
    if (bodyBytes === 0) return
    const reading = new AbortController()
    void (async () => {
      const response = await fetch(bodyUrl(id, 'request'), { signal: reading.signal })
      if (response.status === 200) setRead({ id, missing: readMissing(await response.text()) })
    })().catch((cause: unknown) => {
      if (!reading.signal.aborted) throw cause
    })
    return () => reading.abort()
  }, [id, bodyBytes])
  return read?.id === id && read.missing.length > 0 ? read.missing : null
}
