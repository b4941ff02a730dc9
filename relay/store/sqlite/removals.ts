import type { Database } from 'better-sqlite3'
import type { Packs } from './packs.ts'

/**
 * Items that the running transaction takes away, deleted together at its end: they were mostly added one after the other, and a range of neighbours costs
 * SQLite a third of what so many single rows do. Whoever reads items within the transaction flushes first.
 */
export type Removals = {
  /** `pack` is the one that it is in. */
  add(ref: number, pack: number | null): void
  has(ref: number): boolean
  flush(): void
  rolledBack(): void
}

export function createRemovals(database: Database, packs: Packs): Removals {
  const deleteItems = database.prepare('DELETE FROM item WHERE ref BETWEEN ? AND ?')
  const deleteHandouts = database.prepare('DELETE FROM handout WHERE item BETWEEN ? AND ?')
  const deleteAgain = database.prepare('DELETE FROM redelivery WHERE item BETWEEN ? AND ?')
  const refs = new Set<number>()
  const touchedPacks = new Set<number>()

  function removeRange(first: number, last: number): void {
    deleteHandouts.run(first, last)
    deleteAgain.run(first, last)
    deleteItems.run(first, last)
  }

  return {
    add(ref, pack) {
      refs.add(ref)
      if (pack !== null) touchedPacks.add(pack)
    },
    has: (ref) => refs.has(ref),
    flush() {
      if (refs.size === 0) return
      const sorted = Float64Array.from(refs).sort()
      refs.clear()
      let first = sorted[0] ?? 0
      let last = first
      for (const ref of sorted) {
        if (ref > last + 1) {
          removeRange(first, last)
          first = ref
        }
        last = ref
      }
      removeRange(first, last)
      packs.free(touchedPacks)
      touchedPacks.clear()
    },
    rolledBack() {
      refs.clear()
      touchedPacks.clear()
    },
  }
}
