import { Check, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { Attempt } from '../../../../../protocol/delivery.ts'
import type { RequestDetail } from '../../../../../protocol/request.ts'
import { Segmented } from '../../../../parts/segmented.tsx'
import { Tooltip } from '../../../../parts/tooltip.tsx'
import { AnswerBody } from './answer-body.tsx'
import styles from './deliveries.module.css'
import { mayHaveLeft } from './delivery-state.ts'
import { FailureWords } from './failure-words.tsx'
import { SentHeadView, HeaderBlock } from './message-views.tsx'

type Part = 'response' | 'headers' | 'sent'

/** One attempt: what came back, and every line that went out. */
export function AttemptDetail({ request, attempt }: { request: RequestDetail; attempt: Attempt }) {
  const { answer, failure, sent } = attempt
  const [part, setPart] = useState<Part>(answer === null && failure === null ? 'sent' : 'response')
  return (
    <div className={styles['attempt']}>
      <div className={styles['parts']}>
        <Segmented
          label={`Attempt ${attempt.n}`}
          value={part}
          onChange={setPart}
          segments={[
            { value: 'response', label: 'Response' },
            { value: 'headers', label: <Counted word="Headers" count={answer?.headers.length} /> },
            { value: 'sent', label: <Counted word="Sent" count={sent.headers.length} /> },
          ]}
        />
        <span className={styles['grow']} />
        {mayHaveLeft(attempt) && <SameBytes received={request.bodySha256} sent={sent.bodySha256} />}
      </div>
      {part === 'sent' && <SentHeadView request={request} sent={sent} />}
      {part === 'headers' && answer !== null && <HeaderBlock startLine={null} headers={answer.headers} />}
      {part === 'response' && answer !== null && <AnswerBody attempt={attempt} answer={answer} />}
      {part !== 'sent' && failure !== null && <FailureWords failure={failure} />}
      {part !== 'sent' && answer === null && failure === null && <p className={styles['words']}>No answer is known.</p>}
    </div>
  )
}

function Counted({ word, count }: { word: string; count: number | undefined }) {
  return (
    <>
      {word}
      {count !== undefined && <span className={styles['counted']}>{count}</span>}
    </>
  )
}

/** The proof that nothing was changed on the way: both checksums were made of the bytes themselves. */
function SameBytes({ received, sent }: { received: string | null; sent: string }) {
  if (received === null) return null
  const isSame = received === sent
  const proof = isSame ? `SHA-256 as received and as sent: ${sent}` : `SHA-256 as received ${received}, as sent ${sent}`
  return (
    <Tooltip content={proof}>
      <button type="button" className={isSame ? styles['same'] : styles['differs']}>
        {isSame ? <Check size={14} /> : <TriangleAlert size={14} />}
        {isSame ? 'Same bytes as received' : 'Not the bytes that were received'}
      </button>
    </Tooltip>
  )
}
