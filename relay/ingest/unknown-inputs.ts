import type { RejectedDetail } from '../../protocol/request.ts'
import type { NewItemHead, RelayStore } from '../store/store.ts'
import type { RequestHead } from './read-head.ts'

/** Paths told apart at a time: any web page can post to random ids. */
const MAX_PATHS = 64
const OTHERS = '(others)'

export type UnknownInputs = {
  /** Notes a request for an input that does not exist. Nothing of its body is kept. */
  note(head: RequestHead, rejected: RejectedDetail): void
  /** Writes down what was counted and not yet shown. Never rejects: a full disk must not keep a relay from stopping. */
  stop(): Promise<void>
}

type Entry = { count: number; head: RequestHead; rejected: RejectedDetail; timer: NodeJS.Timeout }

/**
 * On a person's own relay a typo in the URL must not be silence: the first request for a path shows at once, the further ones of
 * `everyMs` as one item with their count.
 */
export function createUnknownInputs(options: {
  readonly store: Pick<RelayStore, 'admin' | 'intake'>
  readonly onError: (error: unknown) => void
  readonly everyMs?: number
}): UnknownInputs {
  const { store, onError, everyMs = 60_000 } = options
  const entries = new Map<string, Entry>()

  async function write(head: RequestHead, rejected: RejectedDetail): Promise<void> {
    const bucket = store.admin.buckets()[0]
    if (!bucket) return
    const { method, target, remote, headers } = head
    const item: NewItemHead = { bucketId: bucket.id, inputId: null, remote, method, target, mountBytes: 0, headers }
    await store.intake.reject(item, rejected)
  }

  function flush(key: string): void {
    const entry = entries.get(key)
    if (!entry) return
    if (entry.count === 0) {
      entries.delete(key)
      return
    }
    const { head, rejected, count } = entry
    entry.count = 0
    entry.timer = startTimer(key)
    write(head, { ...rejected, count }).catch(onError)
  }

  function startTimer(key: string): NodeJS.Timeout {
    return setTimeout(() => flush(key), everyMs).unref()
  }

  return {
    note(head, rejected) {
      const path = head.target.split('?', 1)[0] ?? ''
      const key = entries.has(path) || entries.size < MAX_PATHS ? path : OTHERS
      const entry = entries.get(key)
      if (entry) {
        entry.count += 1
        entry.head = head
        entry.rejected = rejected
        return
      }
      entries.set(key, { count: 0, head, rejected, timer: startTimer(key) })
      write(head, { ...rejected, count: 1 }).catch(onError)
    },
    async stop() {
      const waiting = [...entries.values()]
      entries.clear()
      for (const entry of waiting) clearTimeout(entry.timer)
      const counted = waiting.filter(({ count }) => count > 0)
      await Promise.all(counted.map(({ head, rejected, count }) => write(head, { ...rejected, count }).catch(onError)))
    },
  }
}
