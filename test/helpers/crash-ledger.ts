import type { KeptRequest } from './arena-history.ts'
import type { TargetArrival } from './arena-target.ts'
import { isAccepted, type SentRequest } from './burst.ts'
import { countLedger, type Ledger } from './ledger.ts'

/** Everything that can be seen of a proof from outside, once it is over. */
export type Traces = {
  readonly sent: ReadonlyMap<string, SentRequest>
  readonly kept: readonly KeptRequest[]
  readonly arrivals: readonly TargetArrival[]
  /** The target went away while it was asked: a delivery whose answer broke off has failed then. */
  readonly targetWentAway?: boolean
}

export type CrashLedger = Ledger & {
  /** In the history, though no answer came to their sender: the connection broke before it could. */
  readonly unanswered: number
  /** Deliveries that stand as "outcome unknown". */
  readonly doubted: number
  /** Of these, seen by the target all the same. */
  readonly doubtedArrived: number
  /** Deliveries that stand as failed: the target broke off. */
  readonly failed: number
}

/**
 * Holds what was seen against what is promised. `problems` says in words where it differs, and is empty when all holds:
 * every request answered 2xx is in the history once, its body as it was sent; one that was answered otherwise, or never sent, is not; each is either at
 * the target, once and whole, or its delivery stands as "outcome unknown"; nothing else became of any.
 */
export function judge(traces: Traces): { ledger: CrashLedger; problems: readonly string[] } {
  const { sent, kept, arrivals } = traces
  const accepted = [...sent.values()].filter(isAccepted).map(({ name }) => name)
  const keptNames = new Set(kept.map(({ name }) => name))
  const seen = new Map<string, TargetArrival[]>()
  for (const arrival of arrivals) {
    const same = seen.get(arrival.name)
    if (same) same.push(arrival)
    else seen.set(arrival.name, [arrival])
  }
  const repeated = [...seen].filter(([, here]) => here.length > 1)
  const problems = [
    ...accepted.filter((name) => !keptNames.has(name)).map((name) => `${name} was accepted and is not in the history`),
    ...[...seen.keys()]
      .filter((name) => !keptNames.has(name))
      .map((name) => `${name} came to the target and is not kept`),
    ...kept.flatMap((request) => judgeOne(request, sent.get(request.name), seen.get(request.name) ?? [], traces)),
  ]
  if (keptNames.size !== kept.length) problems.push(`${kept.length - keptNames.size} are in the history twice`)

  const isInState = (state: string) => (request: KeptRequest) => request.deliveries[0]?.state === state
  const doubted = kept.filter(isInState('outcome-unknown'))
  return {
    problems,
    ledger: {
      ...countLedger({
        sent: sent.size,
        accepted,
        arrived: kept.map(({ name }) => name),
        altered: problems.filter((problem) => problem.endsWith(ALTERED)).length,
      }),
      twice: repeated.length,
      unanswered: kept.filter(({ name }) => sent.get(name)?.answer === 'unknown').length,
      doubted: doubted.length,
      doubtedArrived: doubted.filter(({ name }) => seen.has(name)).length,
      failed: kept.filter(isInState('failed')).length,
    },
  }
}

const ALTERED = 'is not what was sent'

function judgeOne(
  request: KeptRequest,
  from: SentRequest | undefined,
  here: readonly TargetArrival[],
  { targetWentAway = false }: Traces,
): readonly string[] {
  const { name, deliveries, bodySha256 } = request
  if (from === undefined) return [`${name} is in the history and was never sent`]
  const problems: string[] = []
  if (!isAccepted(from) && from.answer !== 'unknown') {
    problems.push(`${name} is in the history, but its sender was told ${from.answer}`)
  }
  const whole = here.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]))
  if ([bodySha256, ...whole].some((sha256) => sha256 !== from.sha256)) problems.push(`${name} ${ALTERED}`)
  const [delivery, ...more] = deliveries
  if (delivery === undefined || more.length > 0) return [...problems, `${name} has ${deliveries.length} deliveries`]
  // A kept connection that closed before an answer is replaced once, and the attempt says so.
  const again = delivery.attempts.filter(({ reconnected }) => reconnected).length
  const isDone = delivery.state === 'answered' && whole.length >= 1
  const isOver = delivery.state === 'outcome-unknown' || (delivery.state === 'failed' && targetWentAway)
  if (!isDone && !isOver) problems.push(`${name} ended as ${delivery.state} and came ${whole.length} times`)
  if (here.length > 1 + (targetWentAway ? again : 0)) problems.push(`${name} came ${here.length} times`)
  return problems
}

/** A connection that was made just before its target went away may still be answered. */
const UNDER_WAY_MS = 1_000

/**
 * Where first deliveries did not start in the order in which the relay took the requests in. Empty when all did. Of what is under way beside each other at a kill,
 * one may have found its connection and another not: that one had not begun, and starts anew behind the others. So at most N - 1 for each kill. The same when
 * the target goes away: of those that find nobody only the first to notice is recorded, the others go out anew without an attempt to show for it.
 */
export function findDisorder(
  kept: readonly KeptRequest[],
  crashes: { readonly killedAt: readonly number[]; readonly wentAwayAt?: readonly number[]; readonly inFlight: number },
): readonly string[] {
  const { killedAt, wentAwayAt = [], inFlight } = crashes
  const problems: string[] = []
  const overtaken: string[] = []
  let lastSeq = 0
  let lastStart = 0
  for (const { name, relaySeq, deliveries } of kept) {
    if (relaySeq <= lastSeq) problems.push(`${name} (${relaySeq}) stands behind ${lastSeq}`)
    lastSeq = relaySeq
    // The first try: one that found nobody listening goes out again behind others that were on their way beside it.
    const startedAt = deliveries[0]?.attempts[0]?.startedAt
    // Of one in doubt a try may be missing.
    if (startedAt === undefined || deliveries[0]?.state === 'outcome-unknown') continue
    const before = lastStart
    lastStart = Math.max(lastStart, startedAt)
    if (startedAt >= before) continue
    const problem = `${name} started ${before - startedAt} ms before one that came earlier`
    const isKilled = killedAt.some((at) => startedAt <= at && at <= before)
    const isAway = wentAwayAt.some((at) => startedAt <= at + UNDER_WAY_MS && at <= before)
    if (isKilled || isAway) overtaken.push(problem)
    else problems.push(problem)
  }
  const most = (killedAt.length + wentAwayAt.length) * (inFlight - 1)
  return overtaken.length <= most ? problems : [...problems, ...overtaken]
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
