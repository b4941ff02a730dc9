import type { Database } from 'better-sqlite3'
import { CHUNK_BYTES } from '../../../protocol/limits.ts'
import type { StoreError } from '../store-error.ts'
import type { BodyChunks } from './body-chunks.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { PackedItems } from './packed-items.ts'
import type { Removals, Removed } from './removals.ts'
import type { Packs } from './packs.ts'

const CHUNKS_AT_ONCE = 4
const ITEMS_AT_ONCE = 100
const PACKS_AT_ONCE = 16

/** Frees what nobody can reach any more, a little in each commit: a 25 MB body deleted at once would stall everybody. */
export type Purge = {
  /** Chunks that lost their item, or never got one. */
  readonly addBody: (bodyId: Buffer) => void
  /** Items of a bucket that was deleted, by its row. */
  addBucket(ref: number): void
  /** Goes on after a failure. */
  resume(): void
  /** Leaves the rest to the next opening. */
  stop(): void
}

type Parts = {
  readonly database: Database
  readonly chunks: BodyChunks
  readonly queue: CommitQueue
  readonly removals: Removals
  readonly packs: Packs
  readonly packed: PackedItems
  readonly onFailure: (error: StoreError) => void
}

/** Begins with what a crash left behind. */
export function createPurge({ database, chunks, queue, removals, packs, packed, onFailure }: Parts): Purge {
  const nextBucket = database.prepare<[number], { ref: number | null }>(
    'SELECT min(bucket) AS ref FROM item WHERE bucket > ?',
  )
  const hasBucket = database.prepare<[number], { ref: number }>('SELECT ref FROM bucket WHERE ref = ?')
  const someItems = database.prepare<[number, number], Removed & { bodyId: Buffer | null }>(
    `SELECT ref, pack, body_bytes AS bodyBytes, body_id AS bodyId FROM item WHERE bucket = ? ORDER BY seq LIMIT ?`,
  )
  const bodies = chunks.orphans()
  const buckets = orphanBuckets()
  let isQueued = false
  let isStopped = false

  function orphanBuckets(): number[] {
    const found = packed.buckets().filter((bucket) => hasBucket.get(bucket) === undefined)
    let ref = nextBucket.get(0)?.ref ?? null
    while (ref !== null) {
      if (hasBucket.get(ref) === undefined && !found.includes(ref)) found.push(ref)
      ref = nextBucket.get(ref)?.ref ?? null
    }
    return found
  }

  function resume(): void {
    if (isQueued || isStopped || bodies.length + buckets.length === 0) return
    isQueued = true
    let commit = (): void => undefined
    queue.push({
      bytes: CHUNKS_AT_ONCE * CHUNK_BYTES,
      run() {
        commit = step()
      },
      settled(error) {
        isQueued = false
        if (error === null) {
          commit()
          resume()
        } else if (error.code !== 'closed') onFailure(error)
      },
    })
  }

  /** Deletes a little; what it gives is called once that is committed. */
  function step(): () => void {
    const [body] = bodies
    if (body !== undefined) {
      const hadSome = chunks.deleteSome(body, CHUNKS_AT_ONCE)
      return () => void (hadSome || bodies.shift())
    }
    const [bucket] = buckets
    const items = bucket === undefined ? [] : someItems.all(bucket, ITEMS_AT_ONCE)
    for (const item of items) removals.add(item)
    const some = bucket === undefined ? [] : packed.somePacks(bucket, PACKS_AT_ONCE)
    packs.drop(some)
    return () => {
      for (const { bodyId } of items) if (bodyId !== null) bodies.push(bodyId)
      if (items.length + some.length === 0) buckets.shift()
    }
  }

  resume()
  return {
    addBody(bodyId) {
      bodies.push(bodyId)
      resume()
    },
    addBucket(ref) {
      buckets.push(ref)
      resume()
    },
    resume,
    stop() {
      isStopped = true
    },
  }
}
