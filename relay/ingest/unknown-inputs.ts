import type { RejectedDetail } from '../../protocol/request.ts'
import type { RelayStore } from '../store/store.ts'
import type { RequestHead } from './read-head.ts'
import { createSummedItems } from './summed-items.ts'

export type UnknownInputs = {
  /** Notes a request for an input that does not exist. Nothing of its body is kept. */
  note(head: RequestHead, rejected: RejectedDetail): void
  /** Writes down what was counted and not yet shown. Never rejects: a full disk must not keep a relay from stopping. */
  stop(): Promise<void>
}

/**
 * On a person's own relay a typo in the URL must not be silence: the first request for a path shows at once, the further ones of
 * `everyMs` as one item with their count. Any web page can post to random ids: only so many paths are told apart.
 */
export function createUnknownInputs(options: {
  readonly store: Pick<RelayStore, 'admin' | 'intake'>
  readonly onError: (error: unknown) => void
  readonly everyMs?: number
}): UnknownInputs {
  const { store, ...rest } = options
  const summed = createSummedItems({
    ...rest,
    async write({ head, rejected }) {
      // The first bucket of the moment: it may have been deleted since.
      const bucket = store.admin.buckets()[0]
      if (bucket) await store.intake.reject({ ...head, bucketId: bucket.id }, rejected)
    },
  })
  return {
    note({ method, target, remote, headers }, rejected) {
      const path = target.split('?', 1)[0] ?? ''
      const head = { bucketId: '', inputId: null, remote, method, target, mountBytes: 0, headers }
      summed.note(path, { head, rejected })
    },
    stop: summed.stop,
  }
}
