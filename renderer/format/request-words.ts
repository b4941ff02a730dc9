import type { GapDetail, RejectedDetail, RequestSummary } from '../../protocol/request.ts'
import { providerName } from '../../protocol/provider-name.ts'
import { formatBytes, formatCount } from './bytes.ts'
import { dayAndMonth } from './time-ago.ts'

/** What a row calls the request: its event, else what its body is. */
export function eventLabel(request: Pick<RequestSummary, 'event' | 'contentType' | 'bodyBytes'>): string {
  if (request.event !== null && request.event !== '') return request.event
  if (request.bodyBytes === 0) return 'no body'
  return request.contentType?.split(';')[0]?.trim() || 'no content type'
}

/** "14 requests missing" and the cause: "13 August, expired at the relay". */
export function describeGap(gap: GapDetail): { readonly title: string; readonly cause: string } {
  const word = gap.count === 1 ? 'request' : 'requests'
  return {
    title: `${formatCount(gap.count)} ${word} missing`,
    cause: `${dayAndMonth(gap.from)}, ${WHY_MISSING[gap.reason]}`,
  }
}

const WHY_MISSING = {
  expired: 'expired at the relay',
  overflow: 'dropped when the bucket was full',
  damaged: "damaged on the relay's disk",
} as const

/** "Rejected, 413" and why, with the size where the sender told one. */
export function describeRejected(rejected: RejectedDetail): { readonly title: string; readonly cause: string } {
  const many = rejected.count === undefined || rejected.count === 1 ? '' : `, ${formatCount(rejected.count)} times`
  const isSized = /\d\s?[KMG]?B\b/.test(rejected.reason)
  const size = rejected.bodyBytes === null || isSized ? '' : `, body of ${formatBytes(rejected.bodyBytes)}`
  return { title: `Rejected, ${rejected.status}`, cause: `${rejected.reason}${size}${many}` }
}

export type ProviderMark = { readonly letters: string; readonly tint: 'a' | 'b' | 'c' | 'd' | 'e' | 'none' }

const PROVIDERS: Record<string, ProviderMark> = {
  github: { letters: 'Gh', tint: 'a' },
  stripe: { letters: 'St', tint: 'b' },
  shopify: { letters: 'Sh', tint: 'c' },
  slack: { letters: 'Sl', tint: 'd' },
  twilio: { letters: 'Tw', tint: 'e' },
  gitlab: { letters: 'Gl', tint: 'e' },
  sns: { letters: 'Sn', tint: 'e' },
}

/** Two letters on a tint; a question mark for an unknown sender. */
export function providerMark(provider: string | null): ProviderMark {
  if (provider === null) return { letters: '?', tint: 'none' }
  const known = PROVIDERS[provider.toLowerCase()]
  return known ?? { letters: provider.charAt(0).toUpperCase() + provider.charAt(1).toLowerCase(), tint: 'a' }
}

/** For a tooltip or a screen reader, which cannot do without a word. */
export function senderName(provider: string | null): string {
  return provider === null ? 'Unknown sender' : providerName(provider)
}
