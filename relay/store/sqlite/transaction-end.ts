import type { Database } from 'better-sqlite3'
import type { Admin } from './admin.ts'
import type { BucketStates } from './bucket-states.ts'
import { clearChanges } from './changes.ts'
import type { Changes } from './changes.ts'
import type { CommitHooks } from './commit-queue.ts'
import { createCursors } from './cursors.ts'
import type { FreshItems } from './fresh-items.ts'
import type { Gaps } from './gaps.ts'
import type { Listeners } from './listeners.ts'
import type { PackedItems } from './packed-items.ts'
import type { Packs } from './packs.ts'
import type { Purge } from './purge.ts'
import type { Removals } from './removals.ts'

type Parts = {
  readonly database: Database
  readonly changes: Changes
  readonly states: BucketStates
  readonly gaps: Gaps
  readonly admin: Admin
  readonly purge: Purge
  readonly removals: Removals
  readonly packs: Packs
  readonly packed: PackedItems
  readonly fresh: FreshItems
  readonly added: Listeners<string>
}

/** What every transaction does for the memory beside the file: write its sums at the end, tell of it, or read it again. */
export function createTransactionEnd(parts: Parts): Omit<CommitHooks, 'roundDone'> {
  const { database, changes, states, gaps, admin, purge, removals, packs, packed, fresh } = parts
  const cursors = createCursors(database, fresh, packed)
  const saveSeq = database.prepare('UPDATE bucket SET last_seq = ?, gone_to = ? WHERE ref = ?')

  function reload(): void {
    const touched = new Set([...changes.buckets, ...changes.subscriptions.values()])
    states.reload(changes.isAdminTouched ? 'all' : touched)
    if (changes.isAdminTouched) admin.load()
    clearChanges(changes)
  }

  return {
    begin(jobs) {
      // Only a rollback after which the file could not be read leaves something here.
      reload()
      packs.begin(jobs)
    },
    beforeCommit() {
      gaps.write()
      packs.flush()
      removals.flush()
      for (const [subscription, state] of changes.subscriptions) cursors.save(state, subscription)
      for (const { ref, lastSeq } of changes.buckets) {
        if (!packed.isSaid(ref, lastSeq)) saveSeq.run(lastSeq, packed.goneTo(ref), ref)
      }
    },
    committed() {
      fresh.committed()
      packed.committed()
      const added = [...changes.added]
      const told = [...changes.admin]
      const bodies = [...changes.freedBodies]
      const buckets = [...changes.freedBuckets]
      const ends = [...changes.buckets].map(({ ref, lastSeq }): [number, number] => [ref, lastSeq])
      clearChanges(changes)
      return () => {
        for (const [ref, lastSeq] of ends) states.noteOnDisk(ref, lastSeq)
        for (const id of added) parts.added.tell(id)
        admin.tell(told)
        for (const bodyId of bodies) purge.addBody(bodyId)
        for (const ref of buckets) {
          fresh.forgetBucket(ref)
          purge.addBucket(ref)
        }
      }
    },
    rolledBack() {
      removals.rolledBack()
      packed.rolledBack()
      fresh.rolledBack()
      try {
        reload()
      } catch {
        // The disk is in trouble: the changes stay noted, and the next transaction begins by reading, or fails with the reason.
      }
    },
  }
}
