import type { Database } from 'better-sqlite3'
import type { PackedItems, Unlisted } from './packed-items.ts'
import type { Packs } from './packs.ts'

/** `pack` is the one that it is in. */
export type Removed = { readonly ref: number; readonly pack: number | null; readonly bodyBytes: number }

/**
 * Items that the running transaction takes away, deleted together at its end: they were mostly added one after the other, and a range of neighbours costs
 * SQLite a third of what so many single rows do. Whoever reads items within the transaction flushes first.
 */
export type Removals = {
  add(item: Removed): void
  has(ref: number): boolean
  flush(): void
  rolledBack(): void
}

export function createRemovals(database: Database, packs: Packs, packed: PackedItems): Removals {
  const deleteItems = database.prepare('DELETE FROM item WHERE ref BETWEEN ? AND ?')
  const deleteHandouts = database.prepare('DELETE FROM handout WHERE item BETWEEN ? AND ?')
  const deleteAgain = database.prepare('DELETE FROM redelivery WHERE item BETWEEN ? AND ?')
  /** With the bytes of their bodies. */
  const refs = new Map<number, number>()
  const touchedPacks = new Set<number>()

  function removeRange(first: number, last: number): void {
    deleteHandouts.run(first, last)
    deleteAgain.run(first, last)
    deleteItems.run(first, last)
  }

  /** Calls back with each range of neighbours. */
  function forRanges(sorted: readonly number[], work: (first: number, last: number) => void): void {
    let [first] = sorted
    if (first === undefined) return
    let last = first
    for (const ref of sorted) {
      if (ref > last + 1) {
        work(first, last)
        first = ref
      }
      last = ref
    }
    work(first, last)
  }

  return {
    add({ ref, pack, bodyBytes }) {
      refs.set(ref, bodyBytes)
      if (pack !== null) touchedPacks.add(pack)
    },
    has: (ref) => refs.has(ref),
    flush() {
      if (refs.size === 0) return
      const rows: number[] = []
      const listed: Unlisted[] = []
      for (const [ref, bodyBytes] of refs) {
        if (packed.has(ref)) listed.push({ ref, bodyBytes })
        else rows.push(ref)
      }
      refs.clear()
      const ascending = (one: number, other: number): number => one - other
      forRanges(rows.sort(ascending), removeRange)
      forRanges(listed.map(({ ref }) => ref).sort(ascending), (first, last) => deleteHandouts.run(first, last))
      if (listed.length > 0) packed.unlist(listed)
      packs.free(touchedPacks)
      touchedPacks.clear()
    },
    rolledBack() {
      refs.clear()
      touchedPacks.clear()
    },
  }
}
