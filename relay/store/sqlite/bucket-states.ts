import type { BucketState, StateReader } from './bucket-state.ts'

/** The states of all buckets by bucket id. What a rolled back transaction did to them is undone by reading them from the file again. */
export type BucketStates = {
  get(bucketId: string): BucketState | null
  byRef(ref: number): BucketState | null
  all(): IterableIterator<BucketState>
  set(state: BucketState): void
  remove(state: BucketState): void
  /** All up to this seq may be read: it is on disk. */
  noteOnDisk(ref: number, seq: number): void
  /** Replaces these states, or all of them, by what the file has. Throws when the file cannot be read: then they stay marked for the next call. */
  reload(what: Iterable<BucketState> | 'all'): void
}

export function createBucketStates(reader: StateReader): BucketStates {
  const states = new Map<string, BucketState>()
  const refs = new Map<number, BucketState>()
  const stale = new Set<number>()
  let isAllStale = true

  function set(state: BucketState): void {
    states.set(state.bucket.id, state)
    refs.set(state.ref, state)
  }
  function remove(state: BucketState): void {
    states.delete(state.bucket.id)
    refs.delete(state.ref)
  }
  function reloadAll(): void {
    const found = reader.readAll(refs)
    states.clear()
    refs.clear()
    for (const state of found) set(state)
    isAllStale = false
    stale.clear()
  }

  return {
    get: (bucketId) => states.get(bucketId) ?? null,
    byRef: (ref) => refs.get(ref) ?? null,
    all: () => states.values(),
    set,
    remove,
    noteOnDisk(ref, seq) {
      const state = refs.get(ref)
      if (state) state.onDiskSeq = Math.max(state.onDiskSeq, seq)
    },
    reload(what) {
      if (what === 'all') isAllStale = true
      else for (const state of what) stale.add(state.ref)
      if (isAllStale) reloadAll()
      for (const ref of stale) {
        const before = refs.get(ref) ?? null
        const after = reader.read(ref, before)
        if (after !== null) set(after)
        else if (before !== null) remove(before)
        stale.delete(ref)
      }
    },
  }
}
