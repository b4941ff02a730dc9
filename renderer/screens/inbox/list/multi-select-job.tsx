import { useRef } from 'react'
import type { ResendJob, ResendOutcome } from '../../../../protocol/resend.ts'
import { formatCount } from '../../../format/bytes.ts'
import { restOfTarget } from '../../../format/path.ts'
import { eventLabel } from '../../../format/request-words.ts'
import { timeAgo } from '../../../format/time-ago.ts'
import { Button } from '../../../parts/button.tsx'
import { MarkedText, type MarkName } from '../../../parts/mark.tsx'
import { useClock } from '../../../store/clock.ts'
import { useRequests } from '../../../store/requests.ts'
import { cancelResends } from '../../../store/resend-many.ts'
import { ProviderBadge } from './provider-badge.tsx'
import styles from './multi-select.module.css'

/** Resends one after the other: how far they are, what became of each, and the sum of it. */
export function ResendJobCard({ job }: { job: ResendJob }) {
  const { outcomes } = job
  const results = useRef<HTMLOListElement>(null)
  const begun = outcomes.filter(({ outcome }) => outcome !== 'waiting' && outcome !== 'not-sent').length
  return (
    <section className={styles['card']} aria-label="Resends">
      <div className={styles['card-head']}>
        <output className={styles['summary']}>
          <b>{describeProgress(job, begun)}</b>
          <span className={styles['sum']}>{describeSum(outcomes)}</span>
        </output>
        {job.state === 'running' && (
          <Button
            small
            onClick={() => {
              // The button goes with the run: what it leaves behind is read next.
              results.current?.focus()
              void cancelResends(job.id)
            }}
          >
            Cancel the rest
          </Button>
        )}
      </div>
      <progress className={styles['progress']} aria-label="Sent" max={outcomes.length} value={begun} />
      <ol className={styles['outcomes']} aria-label="Result of each" tabIndex={0} ref={results}>
        {outcomes.map((outcome, at) => (
          <Outcome key={outcome.requestId} outcome={outcome} number={at + 1} />
        ))}
      </ol>
    </section>
  )
}

function Outcome({ outcome, number }: { outcome: ResendOutcome; number: number }) {
  const request = useRequests((state) => state.rows.byId.get(outcome.requestId))
  const ago = useClock((now) => (request === undefined ? '' : timeAgo(request.receivedAt, now)))
  const { mark, word } = describeOutcome(outcome)
  return (
    <li className={styles['outcome']} title={outcome.message ?? undefined}>
      <span className={styles['faint']}>{number}</span>
      <ProviderBadge provider={request?.provider ?? null} />
      <span className={styles['event']}>{request === undefined ? 'no longer in the list' : eventLabel(request)}</span>
      <bdi className={styles['path']}>{request === undefined ? '' : restOfTarget(request)}</bdi>
      <MarkedText mark={mark}>{word}</MarkedText>
      <span className={styles['ago']}>{ago}</span>
    </li>
  )
}

function describeOutcome({ outcome, status }: ResendOutcome): { readonly mark: MarkName; readonly word: string } {
  switch (outcome) {
    case 'waiting':
      return { mark: 'queued', word: 'queued' }
    case 'sending':
      return { mark: 'sending', word: 'sending' }
    case 'answered': {
      const word = status === null ? 'answered' : String(status)
      return {
        mark: status === null || status < 300 ? 'delivered' : status < 500 ? 'client-error' : 'server-error',
        word,
      }
    }
    case 'failed':
      return { mark: 'no-answer', word: 'no answer' }
    case 'held':
      return { mark: 'held', word: 'held' }
    case 'unknown':
      return { mark: 'outcome-unknown', word: 'unknown' }
    case 'cancelled':
      return { mark: 'cancelled', word: 'cancelled' }
    case 'not-sent':
      return { mark: 'skipped', word: 'not sent' }
  }
}

function describeProgress({ state, outcomes }: ResendJob, begun: number): string {
  const all = formatCount(outcomes.length)
  if (state === 'cancelled') return `Cancelled, ${formatCount(begun)} of ${all} sent`
  return state === 'done' ? `All ${all} sent` : `${formatCount(begun)} of ${all} sent`
}

/** "41 answered 2xx, 3 did not, 2 got no answer". */
function describeSum(outcomes: readonly ResendOutcome[]): string {
  const of = (test: (one: ResendOutcome) => boolean): number => outcomes.filter(test).length
  const good = of(({ outcome, status }) => outcome === 'answered' && status !== null && status < 300)
  const other = of(({ outcome, status }) => outcome === 'answered' && (status === null || status >= 300))
  const none = of(({ outcome }) => outcome === 'failed')
  const held = of(({ outcome }) => outcome === 'held')
  return [
    `${formatCount(good)} answered 2xx`,
    ...(other > 0 ? [`${formatCount(other)} did not`] : []),
    ...(none > 0 ? [`${formatCount(none)} got no answer`] : []),
    ...(held > 0 ? [`${formatCount(held)} held`] : []),
  ].join(', ')
}
