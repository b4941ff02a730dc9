import type { Database } from 'better-sqlite3'
import { COMMIT_CHUNK_BYTES, KIB, MIB } from '../../../protocol/limits.ts'
import { StoreError } from '../store-error.ts'
import { isDiskFailure, toStoreError, toSyncError } from './failures.ts'
import type { JournalSync } from './journal-sync.ts'

/** Larger payloads than this go behind the small ones. */
const SMALL_BYTES = 16_384
const SMALL_BYTES_PER_COMMIT = 2 * MIB
/** A commit with less payload is waited for on this thread: to hand the waiting over and to be woken again costs more than it takes. */
const LONG_SYNC_BYTES = 128 * KIB

/** While senders answer what they were just told, each turn of the event loop brings some more: so many of these may pass before a commit, which costs as much as ten requests. */
const MOST_GATHERING_TURNS = 4

/** One piece of a transaction. `run` may be called again when another job of its transaction failed. */
export type Job = {
  /** Payload that it writes. */
  readonly bytes: number
  /** Keeps its place behind larger jobs that were added before it. */
  readonly inOrder?: boolean
  isCancelled?: () => boolean
  run(): void
  /** Called once it is committed and on disk (null), or with the reason why it may not be. */
  settled(error: StoreError | null): void
}

export type CommitHooks = {
  /** Inside the transaction, before the first of so many jobs; throws away what an earlier transaction left. */
  begin(jobs: number): void
  /** Inside the transaction, after the last job. */
  beforeCommit(): void
  /** After the COMMIT. What it gives is called once that is on disk and the jobs were told. */
  committed(): () => void
  /** What is kept in memory is to be read again. */
  rolledBack(): void
  /** After each round, when jobs have given their bytes back. */
  roundDone(): void
}

export type CommitQueue = {
  readonly push: (job: Job) => void
  /** Resolves with what `work` gave, after the COMMIT; rejects with a StoreError when nothing was stored. */
  add<T>(work: () => T, bytes?: number): Promise<T>
  /** Runs a round soon, even when there is nothing to commit. */
  wake(): void
  readonly commits: number
  readonly isEmpty: boolean
  /** Commits what is queued; everything that comes later is refused. */
  close(): void
}

type Committed = { readonly jobs: readonly Job[]; readonly onDisk: () => void }

/**
 * Group commit: jobs that come while one commit is on its way to the disk share the next one. Small ones go first; of the large ones every other
 * transaction takes 1 MiB, or a few uploads would make every small request wait for them. Null `sync`: the COMMIT itself waits for the disk.
 */
export function createCommitQueue(
  database: Database,
  file: string,
  hooks: CommitHooks,
  sync: JournalSync | null,
): CommitQueue {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const rollback = database.prepare('ROLLBACK')
  const small: Job[] = []
  const large: Job[] = []
  /** Committed, but not known to be on disk. */
  let committed: Committed[] = []
  /** What is to be told of commits whose sync failed, once a later one has brought them to disk after all. */
  const owed: (() => void)[] = []
  let isScheduled = false
  let isSyncing = false
  let wasForSmallAlone = false
  let isClosed = false
  let commits = 0

  function wake(): void {
    if (isScheduled || isSyncing || isClosed) return
    isScheduled = true
    gather(MOST_GATHERING_TURNS)
  }

  /** Waits while each turn of the event loop brings more; what comes alone waits for nobody. */
  function gather(turns: number): void {
    const before = small.length
    setImmediate(() => {
      if (turns > 0 && small.length > before) gather(turns - 1)
      else round()
    })
  }

  function round(): void {
    isScheduled = false
    if (isClosed) return
    const bytes = commitSome()
    if (committed.length > 0 && sync !== null && bytes >= LONG_SYNC_BYTES) {
      isSyncing = true
      sync.start(synced)
    } else endRound(syncNow())
  }

  function synced(error: Error | null): void {
    // Closing did not wait for it.
    if (!isSyncing) return
    isSyncing = false
    endRound(error)
  }

  function endRound(error: Error | null): void {
    tellCommitted(error)
    hooks.roundDone()
    if (small.length + large.length > 0) wake()
  }

  /** Gives how many bytes of payload that was. */
  function commitSome(): number {
    const batch = take(small, SMALL_BYTES_PER_COMMIT)
    // Where both wait, every other commit is for the small ones alone: none of them waits for two commits of large ones.
    wasForSmallAlone = batch.length > 0 && large.length > 0 && !wasForSmallAlone
    if (!wasForSmallAlone) batch.push(...take(large, COMMIT_CHUNK_BYTES))
    if (batch.length > 0) commitBatch(batch)
    return batch.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  function commitBatch(batch: readonly Job[]): void {
    const error = owed.length > 0 ? checkpoint() : null
    const failure = error ?? attempt(batch)
    if (failure === null) return
    if (batch.length === 1 || isDiskFailure(failure)) {
      for (const job of batch) job.settled(failure)
      return
    }
    // One job's own fault must not be everybody's.
    for (const job of batch) {
      const own = attempt([job])
      if (own !== null) job.settled(own)
    }
  }

  function tellCommitted(failed: Error | null): void {
    const told = committed
    committed = []
    // The system may have dropped what it could not write, and never tells again: only from the database's own file is it sure to be read back.
    const failure = failed === null ? null : checkpoint() && toSyncError(failed, file)
    for (const { jobs } of told) for (const job of jobs) job.settled(failure)
    for (const { onDisk } of told) {
      if (failure === null) onDisk()
      else owed.push(onDisk)
    }
  }

  /** Brings all of the journal into the database's file and to disk, or gives the reason why not. */
  function checkpoint(): StoreError | null {
    try {
      const [{ busy } = { busy: 1 }] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      if (busy !== 0) return new StoreError('io-error', `${file} cannot be written: a part of it is in use.`)
      for (const tell of owed.splice(0)) tell()
      return null
    } catch (error) {
      return toStoreError(error, file)
    }
  }

  function attempt(batch: readonly Job[]): StoreError | null {
    try {
      begin.run()
      hooks.begin(batch.length)
      for (const job of batch) job.run()
      hooks.beforeCommit()
      commit.run()
      commits += 1
      committed.push({ jobs: batch, onDisk: hooks.committed() })
      return null
    } catch (error) {
      if (database.inTransaction) rollback.run()
      hooks.rolledBack()
      return toStoreError(error, file)
    }
  }

  function syncNow(): Error | null {
    try {
      if (committed.length > 0) sync?.now()
      return null
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  function push(job: Job): void {
    if (isClosed) {
      // Not within the call: what waits behind this one is pushed as it is told, and there may be thousands of them.
      queueMicrotask(() => job.settled(new StoreError('closed', 'The relay is stopping. Send it again in a moment.')))
      return
    }
    const lane = job.bytes > SMALL_BYTES || job.inOrder === true ? large : small
    lane.push(job)
    wake()
  }

  return {
    push,
    add(work, bytes = 0) {
      return new Promise((resolve, reject) => {
        let succeed = (): void => reject(new Error('A job was told of a commit that it had no part in.'))
        push({
          bytes,
          run() {
            const value = work()
            succeed = () => resolve(value)
          },
          settled(error) {
            if (error === null) succeed()
            else reject(error)
          },
        })
      })
    },
    wake,
    get commits() {
      return commits
    },
    get isEmpty() {
      return small.length + large.length === 0
    },
    close() {
      if (isClosed) return
      isSyncing = false
      do {
        commitSome()
        tellCommitted(syncNow())
      } while (small.length + large.length > 0)
      isClosed = true
    },
  }
}

/** Takes jobs from the front up to so many bytes, but at least one. */
function take(lane: Job[], bytes: number): Job[] {
  let count = 0
  let sum = 0
  for (const job of lane) {
    sum += job.bytes
    if (count > 0 && sum > bytes) break
    count += 1
  }
  return lane.splice(0, count).filter((job) => job.isCancelled?.() !== true)
}
