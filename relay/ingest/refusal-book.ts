import { countRefused, type Counters } from '../counters.ts'
import type { Refusal } from '../problem.ts'
import type { RelayStore } from '../store/store.ts'
import type { Place } from './place.ts'
import type { RequestHead } from './read-head.ts'
import type { UnknownInputs } from './unknown-inputs.ts'

/** Where refusals are counted and, where their input can be told, shown to its owner as a rejected item. */
export type RefusalBook = {
  count(code: string): void
  /** For what never can be taken; a sender told to come back (503) is only counted. */
  reject(head: RequestHead, place: Place, refusal: Refusal): void
}

export function createRefusalBook(options: {
  readonly store: Pick<RelayStore, 'intake'>
  readonly counters: Counters
  /** Null where strangers' typos are nobody's business. */
  readonly unknown: UnknownInputs | null
  readonly onError: (error: unknown) => void
}): RefusalBook {
  const { store, counters, unknown, onError } = options
  return {
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
      const { mountBytes } = place
      store.intake
        .reject(
          { bucketId: place.bucket.id, inputId: place.input.id, remote, method, target, mountBytes, headers },
          rejected,
        )
        .catch(onError)
    },
  }
}
