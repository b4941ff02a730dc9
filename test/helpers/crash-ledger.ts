import type { KeptRequest } from './arena-history.ts'
import type { TargetArrival } from './arena-target.ts'
import { isAccepted, type SentRequest } from './burst.ts'
import { countLedger, type Ledger } from './ledger.ts'

/** Everything that can be seen of a proof from outside, once it is over. */
export type Traces = {
  readonly sent: ReadonlyMap<string, SentRequest>
  readonly kept: readonly KeptRequest[]
  readonly arrivals: readonly TargetArrival[]
}

export type CrashLedger = Ledger & {
  /** In the history, though no answer came to their sender: the connection broke before it could. */
  readonly unanswered: number
  /** Deliveries that stand as "outcome unknown". */
  readonly doubted: number
  /** Of these, seen by the target all the same. */
  readonly doubtedArrived: number
}

/**
 * Holds what was seen against what is promised. `problems` says in words where it differs, and is empty when all holds:
 * every request answered 2xx is in the history once, its body as it was sent; one that was answered otherwise, or never sent, is not; each is either at
 * the target, once and whole, or its delivery stands as "outcome unknown"; nothing else became of any.
 */
export function judge({ sent, kept, arrivals }: Traces): { ledger: CrashLedger; problems: readonly string[] } {
  const problems: string[] = []
  const accepted = [...sent.values()].filter(isAccepted).map(({ name }) => name)
  const keptNames = new Set(kept.map(({ name }) => name))
  if (keptNames.size !== kept.length) problems.push(`${kept.length - keptNames.size} are in the history twice`)
  for (const name of accepted) if (!keptNames.has(name)) problems.push(`${name} was accepted and is not in the history`)

  const seen = new Map<string, TargetArrival[]>()
  for (const arrival of arrivals) {
    const same = seen.get(arrival.name)
    if (same) same.push(arrival)
    else seen.set(arrival.name, [arrival])
  }
  let altered = 0
  let doubted = 0
  let doubtedArrived = 0
  for (const request of kept) {
    const from = sent.get(request.name)
    if (from === undefined) {
      problems.push(`${request.name} is in the history and was never sent`)
      continue
    }
    if (!isAccepted(from) && from.answer !== 'unknown') {
      problems.push(`${request.name} is in the history, but its sender was told ${from.answer}`)
    }
    const here = seen.get(request.name) ?? []
    const isChanged = [request.bodySha256, ...here.map(({ sha256 }) => sha256)].some(
      (sha256) => sha256 !== null && sha256 !== from.sha256,
    )
    if (isChanged) {
      altered += 1
      problems.push(`${request.name} is not what was sent`)
    }
    const [delivery, ...more] = request.deliveries
    if (delivery === undefined || more.length > 0) {
      problems.push(`${request.name} has ${request.deliveries.length} deliveries`)
      continue
    }
    if (delivery.state === 'outcome-unknown') {
      doubted += 1
      if (here.length > 0) doubtedArrived += 1
      if (here.length > 1) problems.push(`${request.name} is in doubt and came ${here.length} times`)
      continue
    }
    if (delivery.state !== 'answered') problems.push(`${request.name} ended as ${delivery.state}`)
    const whole = here.filter(({ sha256 }) => sha256 !== null).length
    if (whole !== 1) problems.push(`${request.name} was answered and came ${whole} times`)
  }
  for (const name of seen.keys()) if (!keptNames.has(name)) problems.push(`${name} came to the target and is not kept`)

  const counted = countLedger({ sent: sent.size, accepted, arrived: kept.map(({ name }) => name), altered })
  const unanswered = kept.filter(({ name }) => sent.get(name)?.answer === 'unknown').length
  return { ledger: { ...counted, unanswered, doubted, doubtedArrived }, problems }
}

/** Where first deliveries did not start in the order in which the relay took the requests in. Empty when all did. */
export function findDisorder(kept: readonly KeptRequest[]): readonly string[] {
  const problems: string[] = []
  let lastSeq = 0
  let lastStart = 0
  for (const { name, relaySeq, deliveries } of kept) {
    if (relaySeq <= lastSeq) problems.push(`${name} (${relaySeq}) stands behind ${lastSeq}`)
    lastSeq = relaySeq
    const startedAt = deliveries[0]?.attempts[0]?.startedAt
    if (startedAt === undefined) continue
    if (startedAt < lastStart) problems.push(`${name} started ${lastStart - startedAt} ms before one that came earlier`)
    lastStart = Math.max(lastStart, startedAt)
  }
  return problems
}

/** Where what came to a target that takes one at a time came out of the order of the history. Empty when it did not. */
export function findDisorderAtTarget(
  kept: readonly KeptRequest[],
  arrivals: readonly TargetArrival[],
): readonly string[] {
  const rank = new Map(kept.map(({ name }, index) => [name, index]))
  const problems: string[] = []
  let last = -1
  for (const { name } of arrivals) {
    const at = rank.get(name) ?? -1
    if (at < last) problems.push(`${name} came behind a later one`)
    last = Math.max(last, at)
  }
  return problems
}
