import { clsx } from 'clsx'
import type { Attempt, Delivery } from '../../../../../protocol/delivery.ts'
import type { AttemptId } from '../../../../../protocol/ids.ts'
import { formatDuration } from '../../../../format/duration.ts'
import { clockTime, exactTime } from '../../../../format/time-ago.ts'
import { MarkedText } from '../../../../parts/mark.tsx'
import styles from './attempt-table.module.css'
import { resultOfAttempt, timingParts } from './delivery-state.ts'

/** Every attempt of a delivery as a row, with where its time went. The chosen one is told below. */
export function AttemptTable({
  delivery,
  shown,
  onShow,
}: {
  delivery: Delivery
  shown: AttemptId | null
  onShow: (id: AttemptId) => void
}) {
  const drawn = delivery.attempts.filter(({ answer }) => answer !== null)
  const longest = Math.max(...drawn.map(({ timings }) => timings.totalMs), 1)
  return (
    <table className={styles['attempts']}>
      <thead>
        <tr>
          <th>#</th>
          <th>Started</th>
          <th>Result</th>
          <th>Connect, first byte, rest</th>
          <th className={styles['right']}>Total</th>
        </tr>
      </thead>
      <tbody>
        {delivery.attempts.map((attempt) => (
          <AttemptRow
            key={attempt.id}
            attempt={attempt}
            delivery={delivery}
            longest={longest}
            isShown={attempt.id === shown}
            onShow={() => onShow(attempt.id)}
          />
        ))}
      </tbody>
    </table>
  )
}

function AttemptRow({
  attempt,
  delivery,
  longest,
  isShown,
  onShow,
}: {
  attempt: Attempt
  delivery: Delivery
  longest: number
  isShown: boolean
  onShow: () => void
}) {
  const result = resultOfAttempt(attempt, delivery)
  const isOver = attempt.answer !== null || attempt.failure !== null
  return (
    <tr className={clsx(isShown && delivery.attempts.length > 1 && styles['chosen'])} onClick={onShow}>
      <td>
        <button
          type="button"
          className={styles['row-button']}
          aria-pressed={isShown}
          aria-label={`Attempt ${attempt.n}`}
          onClick={onShow}
        >
          {attempt.n}
        </button>
      </td>
      <td title={exactTime(attempt.startedAt)}>{clockTime(attempt.startedAt)}</td>
      <td>
        <MarkedText mark={result.mark}>{result.word}</MarkedText>
      </td>
      <td>
        {attempt.answer === null ? (
          <span className={styles['why']} title={whatIsKnown(attempt)}>
            {whatIsKnown(attempt)}
          </span>
        ) : (
          <TimingBar attempt={attempt} longest={longest} />
        )}
      </td>
      <td className={styles['right']}>{isOver ? formatDuration(attempt.timings.totalMs) : 'none'}</td>
    </tr>
  )
}

function whatIsKnown({ failure, timings }: Attempt): string {
  if (failure !== null) return failure.message
  return timings.connectedMs === null ? 'no answer yet' : 'connected, no answer yet'
}

/** Where the time went, to the scale of the longest attempt; said in words for those who do not see it. */
function TimingBar({ attempt, longest }: { attempt: Attempt; longest: number }) {
  const parts = timingParts(attempt)
  const share = (ms: number): string => `${Math.max(2, (ms / longest) * 100)}%`
  const words = [
    `connect ${formatDuration(parts.connect)}`,
    `first byte ${formatDuration(parts.firstByte)}`,
    `rest ${formatDuration(parts.rest)}`,
  ].join(', ')
  return (
    <span
      className={styles['bar']}
      role="img"
      aria-label={words}
      title={attempt.reconnected ? `${words}; on a fresh connection` : words}
    >
      <i className={styles['connect']} style={{ width: share(parts.connect) }} />
      <i className={styles['first-byte']} style={{ width: share(parts.firstByte) }} />
      <i className={styles['rest']} style={{ width: share(parts.rest) }} />
    </span>
  )
}
