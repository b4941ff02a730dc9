import type { DeliveryDigest, FailureCode } from '../../protocol/delivery.ts'
import type { HandshakeDetail } from '../../protocol/request.ts'
import { countdown } from './time-ago.ts'

/** A delivery's state as a row shows it: which mark, which word, and the whole of it for the tooltip. */
export type ResultWords = {
  readonly mark:
    | 'delivered'
    | 'client-error'
    | 'server-error'
    | 'no-answer'
    | 'given-up'
    | 'retrying'
    | 'held'
    | 'queued'
    | 'sending'
    | 'skipped'
    | 'cancelled'
    | 'outcome-unknown'
    | 'none'
  readonly word: string
  readonly full: string
}

type Digest = Pick<DeliveryDigest, 'state' | 'holdReason' | 'status' | 'failureCode' | 'nextAttemptAt' | 'targetLabel'>

/** `null` is a request without a delivery: its source had no target when it came. */
export function describeResult(digest: Digest | null, now: number): ResultWords {
  if (digest === null) return { mark: 'none', word: 'no target', full: 'It came while its source had no target' }
  const at = digest.targetLabel
  switch (digest.state) {
    case 'answered':
      // Its attempt was not written any more, as Creel was ended in that moment.
      if (digest.status === null) return { mark: 'delivered', word: 'answered', full: `${at} answered as Creel ended` }
      return describeAnswer(digest.status, at)
    case 'failed':
      return { mark: 'no-answer', word: failureWord(digest.failureCode), full: `${at}: ${failureSentence(digest)}` }
    case 'given-up':
      return { mark: 'given-up', word: 'gave up', full: `Gave up sending to ${at}` }
    case 'retrying': {
      const wait = digest.nextAttemptAt === null ? 'soon' : `in ${countdown(digest.nextAttemptAt, now)}`
      return { mark: 'retrying', word: wait, full: `Next try to ${at} ${wait}` }
    }
    case 'held':
      return { mark: 'held', word: 'held', full: `Held for ${at}${holdReasonWords(digest)}` }
    case 'queued':
      return { mark: 'queued', word: 'queued', full: `Waits for its turn at ${at}` }
    case 'sending':
      return { mark: 'sending', word: 'sending', full: `On its way to ${at}` }
    case 'skipped':
      return { mark: 'skipped', word: 'skipped', full: `Not sent to ${at}; it can be resent` }
    case 'cancelled':
      return { mark: 'cancelled', word: 'cancelled', full: `Cancelled, not sent to ${at}` }
    case 'outcome-unknown':
      return { mark: 'outcome-unknown', word: 'unknown', full: `Outcome unknown: Creel stopped while sending to ${at}` }
  }
}

/** A sender's check of the address, which the relay answered by itself. */
export function describeHandshake({ status }: Pick<HandshakeDetail, 'status'>): ResultWords {
  return describeAnswer(status, "A sender's check of the address: the relay itself")
}

function describeAnswer(status: number, target: string): ResultWords {
  const mark = status >= 500 ? 'server-error' : status >= 300 ? 'client-error' : 'delivered'
  return { mark, word: String(status), full: `${target} answered ${status}` }
}

function failureWord(code: FailureCode | null): string {
  switch (code) {
    case 'connect-timeout':
    case 'first-byte-timeout':
    case 'idle-timeout':
      return 'timeout'
    case 'tls':
      return 'TLS failed'
    case 'bad-answer':
      return 'bad answer'
    case 'refused-path':
      return 'not sent'
    case 'body-gone':
      return 'body gone'
    case 'closed-early':
    case 'reset':
      return 'cut off'
    default:
      return 'no answer'
  }
}

const FAILURES: Record<FailureCode, string> = {
  'nothing-listens': 'nothing is listening',
  unreachable: 'it cannot be reached',
  'name-not-found': 'its name was not found',
  'connect-timeout': 'no connection in time',
  'first-byte-timeout': 'no first byte in time',
  'idle-timeout': 'the answer stopped midway',
  'closed-early': 'it closed the connection before its answer was whole',
  reset: 'it reset the connection',
  tls: 'no secure connection could be made',
  'bad-answer': 'its answer is not HTTP',
  'refused-path': "the path climbs out of the target's own",
  'body-gone': 'the body is not in the history any more',
  cancelled: 'cancelled',
  internal: 'something broke inside the app',
}

function failureSentence(digest: Digest): string {
  return digest.failureCode === null ? 'no answer' : FAILURES[digest.failureCode]
}

function holdReasonWords(digest: Digest): string {
  switch (digest.holdReason) {
    case 'forwarding':
      return ': forwarding is off'
    case 'source':
      return ': its source is on hold'
    case 'target':
      return ': the target is on hold'
    case 'nothing-listens':
      return ': nothing listens there'
    case null:
      return ''
  }
}

/** For a word of a result that stands alone. */
export function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
