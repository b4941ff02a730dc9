import { clsx } from 'clsx'
import { useState } from 'react'
import { bodyUrl } from '../../../../../protocol/ipc.ts'
import type { Attempt } from '../../../../../protocol/delivery.ts'
import { BodyViewer, type BodyView } from '../../../../body/body-viewer.tsx'
import { contentEncoding, messageHead } from '../message-head.ts'
import styles from './deliveries.module.css'
import { describeCut } from './delivery-state.ts'

/** Below this an answer takes a few lines at most, and gets less room. */
const SHORT_BYTES = 200

/** A target's answer: its status line, and its body in the viewer that requests have too. */
export function AnswerBody({ attempt, answer }: { attempt: Attempt; answer: NonNullable<Attempt['answer']> }) {
  const [view, setView] = useState<BodyView>('pretty')
  const statusLine = `${answer.status} ${answer.reasonPhrase}`.trim()
  const contentType = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null
  return (
    <>
      <p className={styles['status-line']}>
        <span className={styles['faint']}>HTTP/1.1</span>{' '}
        <b className={styles[toneOfStatus(answer.status)]}>{statusLine}</b>
      </p>
      <BodyViewer
        className={clsx(styles['answer'], answer.keptBytes < SHORT_BYTES && styles['answer-short'])}
        label="Response body"
        view={view}
        onView={setView}
        facts={{
          url: bodyUrl(attempt.id, 'response'),
          contentType,
          encoding: contentEncoding(answer.headers),
          bytes: answer.keptBytes,
          sha256: answer.bodySha256,
          head: messageHead(`HTTP/1.1 ${statusLine}`, answer.headers),
          cut: describeCut(attempt),
          emptyBecause:
            attempt.failure !== null ? 'The answer broke off before it.' : 'The target answered without one.',
        }}
      />
    </>
  )
}

function toneOfStatus(status: number): 'ok' | 'warn' | 'fail' {
  return status >= 500 ? 'fail' : status >= 300 ? 'warn' : 'ok'
}
