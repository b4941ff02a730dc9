import type { DeliveryDigest, DeliveryState } from '../../protocol/delivery.ts'

/** What the list must know of one delivery. */
export type DigestedDelivery = Omit<DeliveryDigest, 'count' | 'targetLabel'> & { readonly url: string }

/** From what needs a person most to what needs nobody. An answer's place depends on its status. */
const severities: Readonly<Record<Exclude<DeliveryState, 'answered'>, number>> = {
  failed: 12,
  'given-up': 12,
  'outcome-unknown': 11,
  retrying: 10,
  held: 6,
  queued: 5,
  sending: 4,
  skipped: 1,
  cancelled: 1,
}

const live: ReadonlySet<DeliveryState> = new Set(['queued', 'held', 'sending', 'retrying'])

/** Whether a delivery still has something to come. */
export function isLive(state: DeliveryState): boolean {
  return live.has(state)
}

/** How much a delivery's state asks for attention; higher is worse. */
export function severityOf(delivery: { readonly state: DeliveryState; readonly status: number | null }): number {
  if (delivery.state !== 'answered') return severities[delivery.state]
  const status = delivery.status ?? 0
  if (status >= 500) return 9
  if (status >= 400) return 8
  // A redirect is not followed: whoever sent it probably wanted something else.
  return status >= 300 ? 7 : 3
}

/** Whether a delivery belongs to the view of what failed. Retrying does not: Creel is still at it. */
export function hasFailed(delivery: { readonly state: DeliveryState; readonly status: number | null }): boolean {
  const severity = severityOf(delivery)
  return severity >= 11 || severity === 9 || severity === 8
}

/** The delivery that stands for all of a request's: the worst, the newest among equals. Takes them oldest first. */
export function worstOf<D extends { readonly state: DeliveryState; readonly status: number | null }>(
  deliveries: readonly D[],
): D | undefined {
  let worst: D | undefined
  for (const delivery of deliveries) {
    if (worst === undefined || severityOf(delivery) >= severityOf(worst)) worst = delivery
  }
  return worst
}

/** The cell of the list for a request whose worst delivery this is. */
export function digest(worst: DigestedDelivery, count: number): DeliveryDigest {
  return {
    state: worst.state,
    holdReason: worst.holdReason,
    status: worst.status,
    failureCode: worst.failureCode,
    latencyMs: worst.latencyMs,
    nextAttemptAt: worst.nextAttemptAt,
    count,
    targetLabel: authorityOf(worst.url),
  }
}

function authorityOf(url: string): string {
  return /^[a-z]+:\/\/([^/?#]+)/i.exec(url)?.[1] ?? url
}
