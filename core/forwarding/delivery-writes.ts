import { isOutage } from '../history/database-error.ts'
import { HistoryError, type DeliveryChange, type NewAttempt } from '../history/history.ts'
import { MIB } from '../../protocol/limits.ts'
import type { ForwarderStore } from './forwarder.ts'

/** A write that failed so often, though others could be written, would stop forwarding for ever. */
const MOST_TRIES = 5
/** Whoever broke may never say that it is well again, so it is tried by itself, too. */
const RETRY_FIRST_MS = 500
const RETRY_MAX_MS = 30_000
/** What may wait for a commit before no more attempts are started. */
const MOST_OUTSTANDING = 512
const MOST_OUTSTANDING_BYTES = 64 * MIB

/**
 * Results cross to the history's thread many in a message, as each message wakes that thread and costs as much as some results. There they wait for a commit
 * all the same, and the marks tell of them until then.
 */
const SHARED_MS = 4
const MOST_SHARED = 32

type Job = {
  /** Ascending in the order in which it happened. */
  readonly order: number
  readonly run: () => Promise<unknown>
  readonly done: (isWritten: boolean) => void
  tries: number
}

/**
 * Everything that the forwarder writes to the history, in the order in which it happened. When a write fails it is kept, together with all
 * that follow, until `resume` or the next try by itself.
 */
export class DeliveryWrites {
  readonly #store: ForwarderStore
  readonly #onFailure: (error: unknown) => void
  /** Called when more may be begun again. */
  readonly #onRelief: () => void
  /** Called when it is time for the next try: calls `resume`. */
  readonly #onRetry: () => void
  #outbox: Job[] = []
  #outboxTimer: NodeJS.Timeout | null = null
  #lastOrder = 0
  #waiting: Job[] = []
  #broken = false
  #outstanding = 0
  #outstandingBytes = 0
  #onSettled: (() => void)[] = []
  #failures = 0
  #retryTimer: NodeJS.Timeout | null = null
  #isStopped = false

  constructor(
    store: ForwarderStore,
    on: { readonly failure: (error: unknown) => void; readonly relief: () => void; readonly retry: () => void },
  ) {
    this.#store = store
    this.#onFailure = on.failure
    this.#onRelief = on.relief
    this.#onRetry = on.retry
  }

  get isBroken(): boolean {
    return this.#broken
  }

  /** Whether commits lag so far behind that nothing more should be begun. */
  get isBusy(): boolean {
    return this.#outstanding >= MOST_OUTSTANDING || this.#outstandingBytes >= MOST_OUTSTANDING_BYTES
  }

  /** Resolves once committed, however long that takes; with false when it was given up. */
  change(changes: readonly DeliveryChange[]): Promise<boolean> {
    return new Promise((resolve) => this.#queue(() => this.#store.change(changes), 0, resolve))
  }

  /** Calls `done` once committed, however long that takes; with false when it was given up. */
  finishAttempt(attempt: NewAttempt, change: DeliveryChange, done: (isWritten: boolean) => void): void {
    this.#queue(() => this.#store.finishAttempt(attempt, change), attempt.answer?.body.length ?? 0, done)
  }

  /** Tells that the history failed where it was not written to. */
  fail(error: unknown): void {
    if (this.#isStopped) return
    this.#broken = true
    this.#tellSettled()
    this.#onFailure(error)
    if (this.#retryTimer) return
    const inMs = Math.min(RETRY_FIRST_MS * 2 ** this.#failures, RETRY_MAX_MS)
    this.#failures += 1
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null
      this.#onRetry()
    }, inMs)
  }

  resume(): void {
    if (!this.#broken) return
    this.#broken = false
    if (this.#retryTimer) clearTimeout(this.#retryTimer)
    this.#retryTimer = null
    // Not in the order in which they failed: how soon one hears of that says nothing of when it was called for.
    const jobs = this.#waiting.toSorted((a, b) => a.order - b.order)
    this.#waiting = []
    for (const job of jobs) this.#run(job)
  }

  /** Resolves when nothing is outstanding, or the history is broken. What fails afterwards is told to nobody. */
  async stop(): Promise<void> {
    if (this.#outstanding > 0 && !this.#broken) await new Promise<void>((resolve) => this.#onSettled.push(resolve))
    this.#isStopped = true
    if (this.#retryTimer) clearTimeout(this.#retryTimer)
  }

  #queue(run: () => Promise<unknown>, bytes: number, onDone: (isWritten: boolean) => void): void {
    this.#outstanding += 1
    this.#outstandingBytes += bytes
    const done = (isWritten: boolean) => {
      const wasBusy = this.isBusy
      this.#outstanding -= 1
      this.#outstandingBytes -= bytes
      onDone(isWritten)
      if (wasBusy && !this.isBusy) this.#onRelief()
      if (this.#outstanding === 0) this.#tellSettled()
    }
    this.#lastOrder += 1
    this.#outbox.push({ order: this.#lastOrder, run, done, tries: 0 })
    if (this.#outbox.length >= MOST_SHARED) this.#flush()
    // Nothing is on its way that would tell whether the history can be written.
    else if (this.#outstanding === 1) setImmediate(() => this.#flush())
    else this.#outboxTimer ??= setTimeout(() => this.#flush(), SHARED_MS)
  }

  #flush(): void {
    if (this.#outboxTimer) clearTimeout(this.#outboxTimer)
    this.#outboxTimer = null
    const jobs = this.#outbox
    this.#outbox = []
    for (const job of jobs) this.#run(job)
  }

  #tellSettled(): void {
    const waiting = this.#onSettled
    this.#onSettled = []
    for (const resolve of waiting) resolve()
  }

  #run(job: Job): void {
    if (this.#broken) {
      this.#waiting.push(job)
      return
    }
    job.run().then(
      () => {
        this.#failures = 0
        job.done(true)
      },
      (error: unknown) => {
        if (!passes(error)) job.tries += 1
        if (job.tries < MOST_TRIES) this.#waiting.push(job)
        else job.done(false)
        this.fail(error)
      },
    )
  }
}

/** Whether an error says nothing of the write itself: nothing at all can be written for now. */
function passes(error: unknown): boolean {
  return error instanceof HistoryError && (isOutage(error.code) || error.code === 'thread-died')
}
