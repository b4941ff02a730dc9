import type { RequestSummary } from '../../protocol/request.ts'

const MINUTE = 60_000
export const ACTIVITY_MINUTES = 60

export type ActivityBar = { readonly answered: number; readonly waiting: number; readonly failed: number }

export type Activity = {
  /** One bar a minute, oldest first, 60 of them. */
  readonly bars: readonly ActivityBar[]
  /** The minutes that the known rows cover: less than 60 when older ones are not loaded. */
  readonly knownMinutes: number
  readonly answered: number
  readonly notAnswered: number
  readonly peak: number
  /** The busiest minute is the oldest that is known, and may have had more than is loaded of it. */
  readonly isPeakCut: boolean
}

type Row = Pick<RequestSummary, 'receivedAt' | 'result' | 'kind'>

/** Counts requests by the minute for the last hour. `isWhole` says that no older rows exist than those given, newest first. */
export function countActivity(rows: readonly Row[], now: number, isWhole: boolean): Activity {
  const bars = Array.from({ length: ACTIVITY_MINUTES }, () => ({ answered: 0, waiting: 0, failed: 0 }))
  const thisMinute = Math.floor(now / MINUTE)
  let oldest = thisMinute
  for (const row of rows) {
    const age = thisMinute - Math.floor(row.receivedAt / MINUTE)
    oldest = Math.min(oldest, thisMinute - age)
    const bar = bars[ACTIVITY_MINUTES - 1 - Math.max(0, age)]
    if (bar !== undefined && row.kind !== 'gap') bar[fateOf(row)] += 1
  }
  const heights = bars.map((bar) => bar.answered + bar.waiting + bar.failed)
  const peak = Math.max(...heights)
  const sum = (key: keyof ActivityBar) => bars.reduce((total, bar) => total + bar[key], 0)
  return {
    bars,
    knownMinutes: isWhole ? ACTIVITY_MINUTES : Math.min(ACTIVITY_MINUTES, thisMinute - oldest + 1),
    answered: sum('answered'),
    notAnswered: sum('waiting') + sum('failed'),
    peak,
    isPeakCut: !isWhole && peak > 0 && heights[ACTIVITY_MINUTES - 1 - (thisMinute - oldest)] === peak,
  }
}

function fateOf(row: Row): keyof ActivityBar {
  if (row.kind === 'rejected') return 'failed'
  if (row.kind === 'handshake' && row.result === null) return 'answered'
  switch (row.result?.state) {
    case 'answered':
      return 'answered'
    case 'failed':
    case 'given-up':
    case 'outcome-unknown':
      return 'failed'
    default:
      return 'waiting'
  }
}
