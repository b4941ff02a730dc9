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
  /** Nobody waits for it: it may share a commit that is due anyway. */
  readonly canWait: boolean
  readonly bytes: number
  /** Jobs of one key keep their order even where a small one follows one in bulk, or one before it could not be written. */
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
  /** Whoever adds jobs has heard of one more call of `onEnds` that told of failures: what it added before is here by now. */
  heard(): void
  /** Commits until nothing is left. */
  drain(): void
  /** Whether nothing waits for a commit. */
  isIdle(): boolean
  /** How many ms commits have taken in all, their jobs and telling of them included. */
  committingMs(): number
}

const SMALL_JOBS_PER_COMMIT = 1000
/** How long, and how many, jobs that can wait do so. A commit costs about as much for twenty of them as for one. */
const LONGEST_WAIT_MS = 10
const MOST_WAITING = 64

/**
 * Group commit: jobs that came in one turn of the event loop, and those that could wait, share one transaction, small ones first, at most 1 MiB of bulk. After an outage, jobs behind
 * a failed one of their key fail as well until its failure was heard: else they would be stored before it, which comes again.
 */
export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  const small: WriteJob[] = []
  const bulk: WriteJob[] = []
  const inBulk = new Map<number, number>()
  const stopped: Stopped = new Map()
  let unheard = 0
  let committingMs = 0
  let next: NodeJS.Immediate | null = null
  let timer: NodeJS.Timeout | null = null

  function commitNext(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    next ??= setImmediate(() => {
      next = null
      flush()
      if (small.length + bulk.length > 0) commitNext()
    })
  }

  function commitLater(): void {
    if (next === null) timer ??= setTimeout(commitNext, LONGEST_WAIT_MS)
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
    if (batch.length === 0) return
    const beganAt = performance.now()
    const ends = commitBatch(batch, options, stopped)
    if (ends.some(({ ok }) => !ok)) unheard += 1
    options.onEnds(ends)
    committingMs += performance.now() - beganAt
  }

  function drain(): void {
    while (small.length + bulk.length > 0) flush()
  }

  return {
    add(job) {
      if (job.lane === 'bulk' || (job.order !== null && inBulk.has(job.order))) {
        if (job.order !== null) countInBulk(job.order, 1)
        bulk.push(job)
      } else {
        small.push(job)
      }
      if (job.canWait && small.length + bulk.length < MOST_WAITING) commitLater()
      else commitNext()
    },
    heard() {
      // What was added before may still wait here, and has to fail with the others.
      if (unheard === 1) drain()
      unheard -= 1
      if (unheard === 0) stopped.clear()
    },
    drain,
    isIdle: () => small.length + bulk.length === 0,
    committingMs: () => committingMs,
  }
}

/** Keys whose jobs fail for now, with the reason. */
type Stopped = Map<number, HistoryError>

function commitBatch(batch: readonly WriteJob[], options: CommitQueueOptions, stopped: Stopped): JobEnd[] {
  try {
    options.begin()
    const ends = batch.map((job) => runJob(job, stopped))
    options.commit()
    for (const [index, job] of batch.entries()) if (ends[index]?.ok === true) job.onEnd?.(null)
    return ends
  } catch (error) {
    options.rollback()
    const described = options.describe(error)
    // A job that cannot be done must not take its neighbours along: each gets a transaction of its own, unless nothing can be written at all.
    if (batch.length > 1 && !isOutage(described.code))
      return batch.flatMap((job) => commitBatch([job], options, stopped))
    return batch.map((job) => failJob(job, described, stopped))
  }
}

function runJob(job: WriteJob, stopped: Stopped): JobEnd {
  const stop = job.order === null ? undefined : stopped.get(job.order)
  if (stop !== undefined) return failJob(job, stop, stopped)
  try {
    return { id: job.id, ok: true, value: job.run() }
  } catch (error) {
    if (error instanceof HistoryError) return failJob(job, error, stopped)
    throw error
  }
}

function failJob(job: WriteJob, error: HistoryError, stopped: Stopped): JobEnd {
  if (job.order !== null && isOutage(error.code)) stopped.set(job.order, error)
  job.onEnd?.(error)
  return { id: job.id, ok: false, error }
}
