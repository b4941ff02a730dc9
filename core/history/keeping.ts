import type { RequestId, SourceId } from '../../protocol/ids.ts'
import type { Threads } from './history-parts.ts'

/** Requests of one source, of none (0, what the user made), or all. */
export type ExpiryScope = SourceId | 0 | 'all'

/** What is to go, the oldest first. Pinned requests never do; those with something under way only when the history is cleared. */
export type ExpiryRule =
  /** Stored before that time, epoch ms. */
  | { readonly kind: 'age'; readonly scope: ExpiryScope; readonly before: number }
  /** More than so many. */
  | { readonly kind: 'count'; readonly scope: ExpiryScope; readonly keep: number }
  /** More than so many bytes: of the database for all, of bodies and header lines for a source. */
  | { readonly kind: 'bytes'; readonly scope: ExpiryScope; readonly keep: number }
  /** All up to that id. */
  | { readonly kind: 'clear'; readonly scope: ExpiryScope; readonly upTo: number }

export type ExpiryStep = {
  readonly ids: readonly RequestId[]
  /** Where the next step goes on. */
  readonly after: number
  readonly isDone: boolean
}

/** How much the history holds. Sizes in bytes. */
export type HistoryUsage = {
  /** The database without what is free in it. */
  readonly usedBytes: number
  readonly freeBytes: number
  /** Bodies and header lines of requests, as they came. */
  readonly contentBytes: number
  readonly pinned: number
  readonly pinnedBytes: number
  readonly requests: number
  /** When the oldest that is not pinned was stored, epoch ms. */
  readonly oldestAt: number | null
  readonly newestId: number
  /** Where nothing came from, it is not listed; 0 is what the user made. */
  readonly bySource: readonly { readonly scope: SourceId | 0; readonly requests: number; readonly bytes: number }[]
}

/** What becomes of requests in the long run. Steps take a few ms each, so that what arrives meanwhile does not wait. */
export type HistoryKeeping = {
  /** Takes requests out of sight, for a deletion that may be taken back. Gives what was in sight before. */
  hide(ids: readonly RequestId[]): Promise<{ readonly requests: number; readonly deliveries: number }>
  /** Gives those that are there again: not those that were deleted meanwhile. */
  restore(ids: readonly RequestId[]): Promise<readonly RequestId[]>
  /** Deletes for good those of these that are hidden still. Gives the others: who is asked for again is in sight. */
  deleteHidden(ids: readonly RequestId[]): Promise<readonly RequestId[]>
  /** What is hidden, of an earlier run too: at most `limit`. */
  hidden(limit: number): Promise<readonly RequestId[]>
  expire(rule: ExpiryRule, after: number): Promise<ExpiryStep>
  /** Whether nothing is left to erase. */
  erase(): Promise<boolean>
  /** Gives free space back to the file system. Whether none is left. */
  shrink(): Promise<boolean>
  usage(): Promise<HistoryUsage>
  /** Null = of all sources. */
  markAllRead(sourceId: SourceId | null): Promise<void>
}

/** So many requests are hidden, or shown again, in one transaction. */
const ROWS_PER_JOB = 200

export function createKeeping({ writer, reader }: Threads): HistoryKeeping {
  return {
    async hide(ids) {
      let all = { requests: 0, deliveries: 0 }
      for (const some of inParts(ids)) {
        const { requests, deliveries } = await writer.call('hide', some)
        all = { requests: all.requests + requests, deliveries: all.deliveries + deliveries }
      }
      return all
    },
    async restore(ids) {
      const restored: RequestId[] = []
      for (const some of inParts(ids)) restored.push(...(await writer.call('restore', some)))
      return restored
    },
    async deleteHidden(ids) {
      const left: RequestId[] = []
      for (const some of inParts(ids)) left.push(...(await writer.call('deleteHidden', some)))
      while (!(await writer.call('erase', null)));
      return left
    },
    hidden: (limit) => writer.call('hidden', { limit }),
    expire: (rule, after) => writer.call('expire', { rule, after }),
    erase: () => writer.call('erase', null),
    shrink: () => writer.call('shrink', null),
    usage: () => reader.call('usage', null),
    async markAllRead(sourceId) {
      let below: number | null = Number.MAX_SAFE_INTEGER
      while (below !== null) below = (await writer.call('readAll', { sourceId, below })).below
    },
  }
}

/** Parts of a list, each small enough for one transaction. */
export function* inParts<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += ROWS_PER_JOB) yield list.slice(at, at + ROWS_PER_JOB)
}
