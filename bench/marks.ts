import type { Row, Verdict } from './row.ts'

/** What a figure is held against. Ratios are ours over the baseline's. */
export type Bound =
  | { readonly kind: 'ratio-at-least'; readonly value: number }
  | { readonly kind: 'ratio-at-most'; readonly value: number }
  /** The baseline and so much more, in the row's unit. */
  | { readonly kind: 'above-baseline-at-most'; readonly value: number }
  | { readonly kind: 'at-least'; readonly value: number }
  | { readonly kind: 'at-most'; readonly value: number }

/** Null = no bound, the figure is only shown. */
export type Mark = { readonly must: Bound | null; readonly aim: Bound | null }

function mark(kind: Bound['kind'], must: number | null, aim: number): Mark {
  return { must: must === null ? null : { kind, value: must }, aim: { kind, value: aim } }
}

/** Every mark that a figure is held against stands here and nowhere else. */
export const MARKS = {
  ingest: mark('ratio-at-least', 0.45, 0.6),
  arrivedBesideDirect: mark('ratio-at-least', 0.2, 0.33),
  arrivedBesideProxy: mark('ratio-at-least', null, 0.6),
  latencyMedian: mark('above-baseline-at-most', 3, 1.5),
  latencyTail: mark('above-baseline-at-most', 15, 8),
  forwarding: mark('ratio-at-least', 0.45, 0.6),
  historyRows: mark('ratio-at-least', 0.4, 0.6),
  lost: mark('at-most', 0, 0),
  exactBodies: mark('at-least', 17, 17),
  drain: mark('at-least', 2_000, 4_000),
  cpu: mark('ratio-at-most', 4, 2.5),
  firstPage: mark('at-most', 30, 5),
  filteredPage: mark('at-most', 60, 20),
  rareWord: mark('at-most', 100, 10),
  commonWord: mark('at-most', 300, 100),
  verifying: mark('ratio-at-most', 3, 1.5),
  idleMemory: mark('at-most', 80, 70),
  peakMemory: mark('at-most', 250, 200),
  smallBesideBig: mark('at-most', 60, 25),
  windowShown: mark('ratio-at-most', 1.8, 1.4),
  closedMemory: mark('above-baseline-at-most', 60, 40),
  shown: { must: null, aim: null },
} as const satisfies Readonly<Record<string, Mark>>

/** Where a row stands: at its aim, at what it must reach, or below. */
export function judge(row: Row): Verdict {
  if (row.ours === null) return 'not measured'
  const { must, aim } = row.mark
  if (aim !== null && holds(aim, row)) return 'aim'
  if (must === null) return 'printed'
  return holds(must, row) ? 'must' : 'BELOW'
}

function holds(bound: Bound, { ours, ratio, baseline }: Row): boolean {
  if (ours === null) return false
  switch (bound.kind) {
    case 'ratio-at-least':
      return ratio !== null && ratio >= bound.value
    case 'ratio-at-most':
      return ratio !== null && ratio <= bound.value
    case 'above-baseline-at-most':
      return baseline !== null && ours - baseline.value <= bound.value
    case 'at-least':
      return ours >= bound.value
    case 'at-most':
      return ours <= bound.value
  }
}

/** A bound as the table writes it. */
export function writeBound(bound: Bound | null, row: Pick<Row, 'baseline' | 'unit'>): string {
  if (bound === null) return '-'
  const value = bound.value.toLocaleString('en-US')
  const name = row.baseline?.name ?? 'the baseline'
  switch (bound.kind) {
    case 'ratio-at-least':
      return `>= ${value} ${name}`
    case 'ratio-at-most':
      return `<= ${value} ${name}`
    case 'above-baseline-at-most':
      return `<= ${name} + ${value} ${row.unit}`
    case 'at-least':
      return `>= ${value}`
    case 'at-most':
      return `<= ${value}`
  }
}
