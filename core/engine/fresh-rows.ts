import type { RequestId } from '../../protocol/ids.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import type { DeliveryNews } from '../forwarding/forwarder.ts'
import { isLive } from '../history/delivery-digest.ts'

const MOST = 4_096

/** Rows of requests that were stored a moment ago, each with one delivery: what becomes of that is known without reading the row back. */
export type FreshRows = {
  /** Kept when it has one delivery. */
  add(row: RequestSummary): void
  /** Something else of it changes, or may: from now on it has to be read. */
  forget(id: RequestId): void
  forgetAll(): void
  /** False when the row is not here: then it has to be read. */
  change(id: RequestId, change: DeliveryNews['change']): boolean
  /** The rows of those that are still here, each once, and which are not. One whose delivery has its end stays no longer. */
  take(ids: readonly RequestId[]): { readonly rows: readonly RequestSummary[]; readonly missing: readonly RequestId[] }
}

export function createFreshRows(): FreshRows {
  // By the id's last digits, as ids rise one by one: a newer row takes the place of the one that came so many before. A map that each row enters and leaves
  // would be rehashed again and again, and its outgrown tables keep rows alive.
  const rows: (RequestSummary | null)[] = Array.from({ length: MOST }, () => null)

  function find(id: RequestId): RequestSummary | null {
    const row = rows[id % MOST] ?? null
    return row?.id === id ? row : null
  }

  function forget(id: RequestId): void {
    if (find(id) !== null) rows[id % MOST] = null
  }

  return {
    add(row) {
      if (row.result?.count === 1) rows[row.id % MOST] = row
    },
    forget,
    forgetAll: () => void rows.fill(null),
    change(id, change) {
      const row = find(id)
      if (!row?.result) return false
      rows[id % MOST] = { ...row, result: { ...row.result, ...change, nextAttemptAt: null } }
      return true
    },
    take(ids) {
      const taken: RequestSummary[] = []
      const missing: RequestId[] = []
      for (const id of new Set(ids)) {
        const row = find(id)
        if (row === null) missing.push(id)
        else taken.push(row)
        if (row?.result && !isLive(row.result.state)) forget(id)
      }
      return { rows: taken, missing }
    },
  }
}
