import type { Attempt } from '../../../../../protocol/delivery.ts'
import type { HeaderLine, RequestDetail } from '../../../../../protocol/request.ts'
import { ExactText } from '../../../../body/exact-text.tsx'
import { copyText } from '../../../../bridge.ts'
import { CopyButton } from '../../../../parts/copy-button.tsx'
import { messageHead } from '../message-head.ts'
import styles from './deliveries.module.css'
import { compareSent, type SentLine } from './sent-lines.ts'

/** Every line that was sent, and what Creel set or left out. */
export function SentHeadView({ request, sent }: { request: RequestDetail; sent: Attempt['sent'] }) {
  const { lines, leftOut } = compareSent(request.headers, sent.headers)
  const startLine = `${sent.method} ${sent.path} HTTP/1.1`
  return (
    <>
      <Block startLine={startLine} lines={lines} copied={messageHead(startLine, sent.headers)} />
      {leftOut.length > 0 && (
        <p className={styles['words']}>For one connection only, so not sent on: {leftOut.join(', ')}</p>
      )}
    </>
  )
}

/** Header lines as they came. */
export function HeaderBlock({ startLine, headers }: { startLine: string | null; headers: readonly HeaderLine[] }) {
  if (headers.length === 0) return <p className={styles['words']}>The answer had no headers.</p>
  const lines = headers.map(([name, value]) => ({ name, value, note: null }))
  return <Block startLine={startLine} lines={lines} copied={headers.map((line) => line.join(': ')).join('\r\n')} />
}

function Block({ startLine, lines, copied }: { startLine: string | null; lines: readonly SentLine[]; copied: string }) {
  return (
    <div className={styles['block']}>
      <CopyButton small className={styles['block-copy']} label="Copy these lines" copy={() => copyText(copied)} />
      <pre>
        {startLine !== null && (
          <div>
            <b>
              <ExactText text={startLine} />
            </b>
          </div>
        )}
        {lines.map((line, at) => (
          <div key={at}>
            <span className={styles['key']}>
              <ExactText text={line.name} />
            </span>
            : <ExactText text={line.value} />
            {line.note !== null && <span className={styles['note']}> {line.note}</span>}
          </div>
        ))}
      </pre>
    </div>
  )
}
