/** What the relay counts of itself. Plain numbers: `/metrics` and `/v1/status` read them, nothing is added on the hot path but a sum. */
export type Counters = {
  accepted: number
  bodyBytes: number
  /** Requests for inputs that do not exist. */
  unknownInputs: number
  /** By the code of the refusal. */
  readonly refused: Map<string, number>
}

export function createCounters(): Counters {
  return { accepted: 0, bodyBytes: 0, unknownInputs: 0, refused: new Map() }
}

/** Codes come from our own lists and from Node's parser, so that their number is bounded. */
export function countRefused(counters: Counters, code: string): void {
  counters.refused.set(code, (counters.refused.get(code) ?? 0) + 1)
}
