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
  /** False when the row is not here: then it has to be read. */
  change(id: RequestId, change: DeliveryNews['change']): boolean
  /** The rows of those that are still here, each once, and which are not. One whose delivery has its end stays no longer. */
  take(ids: readonly RequestId[]): { readonly rows: readonly RequestSummary[]; readonly missing: readonly RequestId[] }
}

export function createFreshRows(): FreshRows {
  const rows = new Map<RequestId, RequestSummary>()
  return {
    add(row) {
      if (row.result?.count !== 1) return
      rows.set(row.id, row)
      if (rows.size <= MOST) return
      // The oldest: maps keep the order in which their keys came.
      for (const oldest of rows.keys()) {
        rows.delete(oldest)
        break
      }
    },
    forget: (id) => void rows.delete(id),
    change(id, change) {
      const row = rows.get(id)
      if (!row?.result) return false
      rows.set(id, { ...row, result: { ...row.result, ...change, nextAttemptAt: null } })
      return true
    },
    take(ids) {
      const taken: RequestSummary[] = []
      const missing: RequestId[] = []
      for (const id of new Set(ids)) {
        const row = rows.get(id)
        if (row === undefined) missing.push(id)
        else taken.push(row)
        if (row?.result && !isLive(row.result.state)) rows.delete(id)
      }
      return { rows: taken, missing }
    },
  }
}
