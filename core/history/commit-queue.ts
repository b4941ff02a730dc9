import { COMMIT_CHUNK_BYTES } from '../../protocol/limits.ts'
import { isOutage } from './database-error.ts'
import { HistoryError } from './history.ts'

/**
 * One call that writes. `run` may be run again after a rollback, so it keeps no state of its own; it throws `HistoryError` only where what it wrote
 * until then may stay.
 */
export type WriteJob = {
  readonly id: number
  /** Chunks of large bodies, and what must come after them, wait in `bulk`, so that small jobs overtake them. */
  readonly lane: 'small' | 'bulk'
  readonly bytes: number
  /** Jobs of one key keep their order even where a small one follows one in bulk. */
  readonly order: number | null
  readonly run: () => unknown
  /** Told after the commit, or with the error for which the job was given up. */
  readonly onEnd?: (error: HistoryError | null) => void
}

export type JobEnd =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: HistoryError }

export type CommitQueueOptions = {
  readonly begin: () => void
  /** Includes whatever is written once a commit. */
  readonly commit: () => void
  readonly rollback: () => void
  readonly describe: (error: unknown) => HistoryError
  /** Called after the commit. */
  readonly onEnds: (ends: readonly JobEnd[]) => void
}

export type CommitQueue = {
  add(job: WriteJob): void
  /** Commits until nothing is left. */
  drain(): void
}

const SMALL_JOBS_PER_COMMIT = 1000

/** Group commit: jobs that came in one turn of the event loop share one transaction, small ones first, at most 1 MiB of bulk. */
export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  const small: WriteJob[] = []
  const bulk: WriteJob[] = []
  const inBulk = new Map<number, number>()
  let isScheduled = false

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      flush()
      if (small.length + bulk.length > 0) schedule()
    })
  }

  function take(): WriteJob[] {
    const batch = small.splice(0, SMALL_JOBS_PER_COMMIT)
    let bytes = 0
    let count = 0
    for (const job of bulk) {
      if (count > 0 && bytes + job.bytes > COMMIT_CHUNK_BYTES) break
      bytes += job.bytes
      count += 1
      if (job.order !== null) countInBulk(job.order, -1)
    }
    batch.push(...bulk.splice(0, count))
    return batch
  }

  function countInBulk(key: number, step: 1 | -1): void {
    const count = (inBulk.get(key) ?? 0) + step
    if (count === 0) inBulk.delete(key)
    else inBulk.set(key, count)
  }

  function flush(): void {
    const batch = take()
    if (batch.length > 0) options.onEnds(commitBatch(batch, options))
  }

  return {
    add(job) {
      if (job.lane === 'bulk' || (job.order !== null && inBulk.has(job.order))) {
        if (job.order !== null) countInBulk(job.order, 1)
        bulk.push(job)
      } else {
        small.push(job)
      }
      schedule()
    },
    drain() {
      while (small.length + bulk.length > 0) flush()
    },
  }
}

function commitBatch(batch: readonly WriteJob[], options: CommitQueueOptions): JobEnd[] {
  try {
    options.begin()
    const ends = batch.map(runJob)
    options.commit()
    for (const [index, job] of batch.entries()) if (ends[index]?.ok === true) job.onEnd?.(null)
    return ends
  } catch (error) {
    options.rollback()
    const described = options.describe(error)
    // A job that cannot be done must not take its neighbours along: each gets a transaction of its own, unless nothing can be written at all.
    if (batch.length > 1 && !isOutage(described.code)) return batch.flatMap((job) => commitBatch([job], options))
    return batch.map((job) => failJob(job, described))
  }
}

function runJob(job: WriteJob): JobEnd {
  try {
    return { id: job.id, ok: true, value: job.run() }
  } catch (error) {
    if (error instanceof HistoryError) return failJob(job, error)
    throw error
  }
}

function failJob(job: WriteJob, error: HistoryError): JobEnd {
  job.onEnd?.(error)
  return { id: job.id, ok: false, error }
}
