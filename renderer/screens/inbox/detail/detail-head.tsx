import { useRef } from 'react'
import type { RequestFull } from '../../../../protocol/ipc.ts'
import { useColumns } from '../../../body/use-columns.ts'
import { formatBytes } from '../../../format/bytes.ts'
import { eventLabel, senderName } from '../../../format/request-words.ts'
import { exactTime } from '../../../format/time-ago.ts'
import { Tooltip } from '../../../parts/tooltip.tsx'
import { showRequest } from '../../../store/view.ts'
import { FullUrl } from './full-url.tsx'
import styles from './head.module.css'
import { clockTimeMs } from './moment.ts'
import { RepeatOrigin } from './repeat-origin.tsx'
import { cutUrl, type RequestUrl } from './request-url.ts'

/** Method and URL in two lines, and one line of what, when, from whom, how much. Its height never depends on the request. */
export function DetailHead({ full, url }: { full: RequestFull; url: RequestUrl }) {
  const { request } = full
  const box = useRef<HTMLSpanElement>(null)
  const columns = useColumns(box, 0)
  const cut = cutUrl(url, columns)
  return (
    <header className={styles['head']}>
      <div className={styles['url']}>
        <span className={styles['method']} data-method={request.method}>
          {request.method}
        </span>
        <span ref={box} className={styles['address']}>
          {cut === null ? (
            <span className={styles['whole']}>
              <span className={styles['input']}>{url.input}</span>
              {url.rest}
            </span>
          ) : (
            <>
              <span className={styles['line']}>
                <span className={styles['input']}>{cut.first.input}</span>
                {cut.first.rest}
              </span>
              <span className={styles['line']}>
                …<span className={styles['input']}>{cut.second.input}</span>
                {cut.second.rest}
              </span>
            </>
          )}
        </span>
      </div>
      <div className={styles['meta']}>
        <b>{`${senderName(request.provider)}, ${eventLabel(request)}`}</b>
        <Tooltip content={exactTime(request.receivedAt)}>
          <time dateTime={new Date(request.receivedAt).toISOString()}>{clockTimeMs(request.receivedAt)}</time>
        </Tooltip>
        {request.remote !== null && <span>from {request.remote}</span>}
        <span>{formatBytes(request.bodyBytes)}</span>
        {request.parentId !== null && <Origin parentId={request.parentId} />}
        <RepeatOrigin request={request} />
        <FullUrl url={url} isCut={cut !== null} />
      </div>
    </header>
  )
}

function Origin({ parentId }: { parentId: NonNullable<RequestFull['request']['parentId']> }) {
  return (
    <button type="button" className={styles['link']} onClick={() => showRequest(parentId)}>
      Show its original
    </button>
  )
}
