import type { RejectedDetail } from '../../protocol/request.ts'
import type { NewItemHead } from '../store/store.ts'

const MOST_KINDS = 64
const OTHERS = '(others)'

/** A rejected item that may stand for many. */
export type SummedItem = { readonly head: NewItemHead; readonly rejected: RejectedDetail }

export type SummedItems = {
  /** Notes one; those with the same key are alike. */
  note(key: string, item: SummedItem): void
  /** Writes down what was counted and not yet shown. Never rejects: a full disk must not keep a relay from stopping. */
  stop(): Promise<void>
}

type Entry = { count: number; item: SummedItem; timer: NodeJS.Timeout }

/** Shows the first of a kind at once, and the further ones of `everyMs` as one item with their count and the last one's head. */
export function createSummedItems(options: {
  readonly write: (item: SummedItem) => Promise<void>
  readonly onError: (error: unknown) => void
  readonly everyMs?: number
  /** Keys told apart at a time: strangers must not fill a bucket, nor the memory. 64 where strangers choose them. */
  readonly mostKinds?: number
}): SummedItems {
  const { onError, everyMs = 60_000, mostKinds = MOST_KINDS } = options
  const entries = new Map<string, Entry>()

  function write({ head, rejected }: SummedItem, count: number): Promise<void> {
    return options.write({ head, rejected: { ...rejected, count } }).catch(onError)
  }

  function flush(key: string): void {
    const entry = entries.get(key)
    if (!entry) return
    if (entry.count === 0) {
      entries.delete(key)
      return
    }
    const { item, count } = entry
    entry.count = 0
    entry.timer = startTimer(key)
    void write(item, count)
  }

  function startTimer(key: string): NodeJS.Timeout {
    return setTimeout(() => flush(key), everyMs).unref()
  }

  return {
    note(wanted, item) {
      const key = entries.has(wanted) || entries.size < mostKinds ? wanted : OTHERS
      const entry = entries.get(key)
      if (entry) {
        entry.count += 1
        entry.item = item
        return
      }
      entries.set(key, { count: 0, item, timer: startTimer(key) })
      void write(item, 1)
    },
    async stop() {
      const waiting = [...entries.values()]
      entries.clear()
      for (const entry of waiting) clearTimeout(entry.timer)
      await Promise.all(waiting.filter(({ count }) => count > 0).map(({ item, count }) => write(item, count)))
    },
  }
}
