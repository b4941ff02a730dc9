import type { Attempt, Delivery, FailureCode } from '../../../../../protocol/delivery.ts'
import { formatBytes } from '../../../../format/bytes.ts'
import { describeResult, type ResultWords } from '../../../../format/delivery-words.ts'
import { hostOfUrl } from '../../../../format/path.ts'

/** A delivery's state as the list would show it. */
export function stateOfDelivery(delivery: Delivery, now: number): ResultWords {
  const last = delivery.attempts.at(-1)
  return describeResult(
    {
      state: delivery.state,
      holdReason: delivery.holdReason,
      status: last?.answer?.status ?? null,
      failureCode: last?.failure?.code ?? null,
      nextAttemptAt: delivery.nextAttemptAt,
      targetLabel: hostOfUrl(delivery.url),
    },
    now,
  )
}

/** What one attempt came to, in a mark and a word. */
export function resultOfAttempt(attempt: Attempt, delivery: Delivery): ResultWords {
  const isLast = delivery.attempts.at(-1)?.id === attempt.id
  const isOpen = attempt.answer === null && attempt.failure === null
  const state = isOpen
    ? isLast
      ? delivery.state
      : 'outcome-unknown'
    : attempt.failure === null
      ? 'answered'
      : 'failed'
  return describeResult(
    {
      state: isOpen && state !== 'sending' ? 'outcome-unknown' : state,
      holdReason: null,
      status: attempt.answer?.status ?? null,
      failureCode: attempt.failure?.code ?? null,
      nextAttemptAt: null,
      targetLabel: hostOfUrl(delivery.url),
    },
    0,
  )
}

/** What is missing of an answer, or null when all of it is kept. One that broke off is kept as far as it came. */
export function describeCut({ answer, failure }: Pick<Attempt, 'answer' | 'failure'>): string | null {
  if (answer === null || !answer.cut) return null
  if (answer.keptBytes < answer.bodyBytes)
    return `Cut: ${formatBytes(answer.keptBytes)} of ${formatBytes(answer.bodyBytes)} were kept`
  if (failure !== null) return `Broke off after ${formatBytes(answer.bodyBytes)}`
  return `An event stream, closed by Creel after ${formatBytes(answer.bodyBytes)}`
}

/** Failures before the first byte of the request could leave. */
const NOTHING_LEFT: ReadonlySet<FailureCode> = new Set([
  'nothing-listens',
  'unreachable',
  'name-not-found',
  'connect-timeout',
  'tls',
  'refused-path',
  'body-gone',
])

/** Whether anything of the request may have reached the target. */
export function mayHaveLeft({ answer, failure }: Pick<Attempt, 'answer' | 'failure'>): boolean {
  return answer !== null || failure === null || !NOTHING_LEFT.has(failure.code)
}

export type TimingParts = { readonly connect: number; readonly firstByte: number; readonly rest: number }

/** How an attempt's time is divided, in ms; a part that was not reached is 0. */
export function timingParts({ timings }: Pick<Attempt, 'timings'>): TimingParts {
  const connect = timings.connectedMs ?? 0
  const firstByteAt = Math.max(connect, timings.firstByteMs ?? timings.totalMs)
  return {
    connect,
    firstByte: firstByteAt - connect,
    rest: Math.max(0, timings.totalMs - firstByteAt),
  }
}
