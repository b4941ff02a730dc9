/** The middle of some figures; the mean of the two in the middle where their count is even. NaN of none. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The smallest figure that at least `share` (0 to 1) of all do not exceed (nearest rank). NaN of none. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const rank = Math.max(1, Math.ceil(share * sorted.length))
  return sorted[rank - 1] ?? Number.NaN
}

/**
 * The median of ours over the baseline, round by round. Neighbours in time had the same machine, so that this wanders less than the ratio of two
 * medians does.
 */
export function medianRatio(ours: readonly number[], baseline: readonly number[]): number {
  return median(
    ours.flatMap((figure, round) => {
      const beside = baseline[round]
      return beside === undefined ? [] : [figure / beside]
    }),
  )
}
