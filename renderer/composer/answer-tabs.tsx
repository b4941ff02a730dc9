import { useState } from 'react'
import type { Attempt } from '../../protocol/delivery.ts'
import { bodyUrl } from '../../protocol/ipc.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import { BodyViewer, type BodyView } from '../body/body-viewer.tsx'
import { tabId, Tabs } from '../parts/tabs.tsx'
import { describeCut } from '../screens/inbox/detail/deliveries/delivery-state.ts'
import { HeaderBlock, SentHeadView } from '../screens/inbox/detail/deliveries/message-views.tsx'
import { contentEncoding, messageHead } from '../screens/inbox/detail/message-head.ts'
import styles from './response-pane.module.css'

type Part = 'body' | 'headers' | 'sent'

const ID_PREFIX = 'answer'

/** An answer: its body in the viewer that requests have too, its headers, and every line that was sent for it. */
export function AnswerTabs({
  request,
  attempt,
  answer,
}: {
  request: RequestDetail
  attempt: Attempt
  answer: NonNullable<Attempt['answer']>
}) {
  const [part, setPart] = useState<Part>('body')
  const [view, setView] = useState<BodyView>('pretty')
  const contentType = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null
  return (
    <>
      <Tabs
        label="Parts of the response"
        idPrefix={ID_PREFIX}
        value={part}
        onChange={setPart}
        tabs={[
          { value: 'body', label: 'Body' },
          { value: 'headers', label: 'Headers', count: answer.headers.length },
          { value: 'sent', label: 'Sent', count: attempt.sent.headers.length },
        ]}
      />
      <div
        id={`${ID_PREFIX}-panel`}
        className={part === 'body' ? styles['panel'] : styles['lines']}
        role="tabpanel"
        aria-labelledby={tabId(ID_PREFIX, part)}
        {...(part === 'body' ? {} : { tabIndex: 0 })}
      >
        {part === 'body' && (
          <BodyViewer
            label="Response body"
            view={view}
            onView={setView}
            facts={{
              url: bodyUrl(attempt.id, 'response'),
              contentType,
              encoding: contentEncoding(answer.headers),
              bytes: answer.keptBytes,
              sha256: answer.bodySha256,
              head: messageHead(`HTTP/1.1 ${answer.status} ${answer.reasonPhrase}`.trim(), answer.headers),
              cut: describeCut(attempt),
              emptyBecause:
                attempt.failure !== null ? 'The answer broke off before it.' : 'The target answered without one.',
            }}
          />
        )}
        {part === 'headers' && <HeaderBlock startLine={null} headers={answer.headers} />}
        {part === 'sent' && <SentHeadView request={request} sent={attempt.sent} />}
      </div>
    </>
  )
}
