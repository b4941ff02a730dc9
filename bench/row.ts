import type { Mark } from './marks.ts'

/** One line of the table. */
export type Row = {
  /** What was measured, as the table says it. */
  readonly figure: string
  /** Of both values. */
  readonly unit: 'per s' | 'ms' | 'µs' | 'MB' | 'requests' | 'bodies'
  readonly baseline: { readonly name: string; readonly value: number } | null
  /** Null where it could not be measured; `notes` then says why. */
  readonly ours: number | null
  /** Ours over the baseline. */
  readonly ratio: number | null
  readonly mark: Mark
  /** What the figure alone does not say. */
  readonly notes: readonly string[]
}

export type Verdict = 'aim' | 'must' | 'BELOW' | 'printed' | 'not measured'
