import { countRefused, type Counters } from '../counters.ts'
import type { Refusal } from '../problem.ts'
import type { RelayStore } from '../store/store.ts'
import type { Place } from './place.ts'
import type { RequestHead } from './read-head.ts'
import { createSummedItems, type SummedItem } from './summed-items.ts'
import type { UnknownInputs } from './unknown-inputs.ts'

/** Where refusals are counted and, where their input can be told, shown to its owner as a rejected item. */
export type RefusalBook = {
  count(code: string): void
  /** For what never can be taken; a sender told to come back (503) is only counted. */
  reject(head: RequestHead, place: Place, refusal: Refusal): void
  /** Writes down what was counted and not yet shown. Never rejects. */
  stop(): Promise<void>
}

/** What anybody can bring about as often as they like: shown at once the first time, then once a minute with a count. */
const SUMMED: ReadonlySet<string> = new Set(['signature', 'address', 'method'])

export function createRefusalBook(options: {
  readonly store: Pick<RelayStore, 'intake'>
  readonly counters: Counters
  /** Null where strangers' typos are nobody's business. */
  readonly unknown: UnknownInputs | null
  readonly onError: (error: unknown) => void
}): RefusalBook {
  const { store, counters, unknown, onError } = options
  // Keys are those of inputs that exist, three each.
  const write = ({ head, rejected }: SummedItem): Promise<void> => store.intake.reject(head, rejected)
  const summed = createSummedItems({ write, onError, mostKinds: Infinity })
  return {
    stop: summed.stop,
    count: (code) => countRefused(counters, code),
    reject(head, place, refusal) {
      countRefused(counters, refusal.code)
      const rejected = { status: refusal.status, reason: refusal.detail, bodyBytes: head.bodyBytes }
      if (place.kind === 'unknown') {
        unknown?.note(head, rejected)
        return
      }
      const { method, target, remote } = head
      // More lines than any frame's head may hold cannot be shown; the reason says how many there were.
      const headers = refusal.code === 'header-lines' ? head.headers.slice(0, 100) : head.headers
      const { mountBytes, bucket, input } = place
      const item = { bucketId: bucket.id, inputId: input.id, remote, method, target, mountBytes, headers }
      if (SUMMED.has(refusal.code)) summed.note(`${input.id} ${refusal.code}`, { head: item, rejected })
      else store.intake.reject(item, rejected).catch(onError)
    },
  }
}
