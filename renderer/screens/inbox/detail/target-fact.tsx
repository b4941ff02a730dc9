import type { DeliveryDigest } from '../../../../protocol/delivery.ts'
import { capitalise, describeResult } from '../../../format/delivery-words.ts'
import { formatDuration } from '../../../format/duration.ts'
import { countdown } from '../../../format/time-ago.ts'
import { MarkedText } from '../../../parts/mark.tsx'
import { useClock } from '../../../store/clock.ts'
import { Fact } from './fact.tsx'

/** What the worst of a request's deliveries came to. */
export function TargetFact({ digest, onShow }: { digest: DeliveryDigest | null; onShow: () => void }) {
  const mark = useClock((now) => describeResult(digest, now).mark)
  const more = useClock((now) => describeMore(digest, now))
  if (digest === null) {
    return (
      <Fact
        caption="Target"
        value={<MarkedText mark="none">No target</MarkedText>}
        more="it was not sent"
        onClick={onShow}
      />
    )
  }
  const hasAnswer = isByStatus(digest)
  const shownMark = hasAnswer ? describeResult({ ...digest, state: 'answered' }, 0).mark : mark
  const word = hasAnswer ? String(digest.status) : capitalise(stateWord(digest))
  return (
    <Fact
      caption={hasAnswer ? `${digest.targetLabel} answered` : digest.targetLabel}
      value={<MarkedText mark={shownMark}>{word}</MarkedText>}
      more={more}
      onClick={onShow}
    />
  )
}

/** A status is the result only of a whole answer: one that broke off came with a status too, and failed. */
function isByStatus({ state, status }: DeliveryDigest): boolean {
  return status !== null && (state === 'answered' || state === 'retrying' || state === 'given-up')
}

function stateWord(digest: DeliveryDigest): string {
  switch (digest.state) {
    case 'retrying':
      return 'retrying'
    case 'outcome-unknown':
      return 'outcome unknown'
    case 'given-up':
      return 'gave up'
    default:
      return describeResult(digest, 0).word
  }
}

function describeMore(digest: DeliveryDigest | null, now: number): string {
  if (digest === null) return ''
  const took = digest.latencyMs === null || !isByStatus(digest) ? [] : [`in ${formatDuration(digest.latencyMs)}`]
  const others = digest.count > 1 ? [`+${digest.count - 1}`] : []
  return [...took, ...whatNext(digest, now), ...others].join(', ')
}

function whatNext(digest: DeliveryDigest, now: number): string[] {
  switch (digest.state) {
    case 'answered':
      return digest.status !== null && digest.status >= 300 ? ['not retried'] : []
    case 'retrying':
      return digest.nextAttemptAt === null ? ['retry soon'] : [`retry in ${countdown(digest.nextAttemptAt, now)}`]
    case 'held':
      return [HOLD_WORDS[digest.holdReason ?? 'target']]
    case 'queued':
      return ['waits for its turn']
    case 'failed':
      if (digest.failureCode === 'nothing-listens') return ['nothing listens']
      return digest.status === null ? ['not retried'] : [`after ${digest.status}`]
    case 'given-up':
    case 'sending':
    case 'outcome-unknown':
    case 'cancelled':
    case 'skipped':
      return []
  }
}

const HOLD_WORDS = {
  forwarding: 'forwarding is off',
  source: 'its source is on hold',
  target: 'the target is on hold',
  'nothing-listens': 'nothing listens',
} as const
