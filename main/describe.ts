import { providerName } from '../protocol/provider-name.ts'
import type { RequestSummary } from '../protocol/request.ts'

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** Local time of day. Takes epoch ms. */
export function clockTime(at: number): string {
  return CLOCK.format(at)
}

/** The state of a request's worst delivery, in the one or two words that a menu has room for. */
export function describeResult(request: RequestSummary, now: number): string {
  const { result, detail } = request
  if (detail?.kind === 'rejected') return `rejected ${detail.rejected.status}`
  if (detail?.kind === 'handshake' && result === null) return `answered ${detail.handshake.status}`
  if (result === null) return 'received'
  switch (result.state) {
    case 'answered':
      return String(result.status ?? 'answered')
    case 'retrying':
      return result.nextAttemptAt === null ? 'retrying' : `in ${countdown(result.nextAttemptAt - now)}`
    case 'failed':
      return result.failureCode?.endsWith('timeout') ? 'timeout' : 'failed'
    case 'given-up':
      return 'gave up'
    case 'outcome-unknown':
      return 'unknown'
    case 'queued':
    case 'held':
    case 'sending':
    case 'cancelled':
    case 'skipped':
      return result.state
  }
}

/** "GitHub issues opened" where the sender is known, else method and path. */
export function describeSender(request: RequestSummary): string {
  if (request.provider !== null) {
    return [providerName(request.provider), request.event].filter((word) => word !== null).join(' ')
  }
  const rest = request.requestTarget.slice(request.mountBytes)
  const path = rest === '' ? '/' : rest
  return `${request.method} ${path.length > 40 ? `${path.slice(0, 39)}…` : path}`
}

function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
