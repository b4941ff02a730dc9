/** What became of the requests of one proof, counted at both ends of the way. */
export type Ledger = {
  /** Requests that the sender began. */
  readonly sent: number
  /** Of these, answered 2xx. */
  readonly accepted: number
  /** Accepted ones that came to the end that is looked at: the history, the target. */
  readonly arrived: number
  /** Arrived more than once. */
  readonly twice: number
  /** Accepted, and not arrived. */
  readonly lost: number
  /** Arrived, and not as they were sent. */
  readonly altered: number
}

/** Counts by names: each request has one of its own. `altered` is counted by whoever compared the bytes. */
export function countLedger(counts: {
  readonly sent: number
  readonly accepted: readonly string[]
  readonly arrived: readonly string[]
  readonly altered?: number
}): Ledger {
  const times = new Map<string, number>()
  for (const name of counts.arrived) times.set(name, (times.get(name) ?? 0) + 1)
  return {
    sent: counts.sent,
    accepted: counts.accepted.length,
    arrived: counts.accepted.filter((name) => times.has(name)).length,
    twice: [...times.values()].filter((count) => count > 1).length,
    lost: counts.accepted.filter((name) => !times.has(name)).length,
    altered: counts.altered ?? 0,
  }
}

/** Prints what a proof did and counted, as one line that stands alone in a log. */
export function report(deed: string, counted: Ledger | Readonly<Record<string, string | number>>): void {
  const figures = Object.entries(counted).map(([name, figure]) => `${name} ${figure}`)
  process.stdout.write(`[proof] ${deed}: ${figures.join(', ')}\n`)
}
