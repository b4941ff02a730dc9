import type { DeliveryChange, NewAttempt } from '../history/history.ts'
import { MIB } from '../../protocol/limits.ts'
import type { ForwarderStore } from './forwarder.ts'

/** A write that failed so often, each time after the history was said to be well again, would stop forwarding for ever. */
const MOST_TRIES = 5
/** What may wait for a commit before no more attempts are started. */
const MOST_OUTSTANDING = 512
const MOST_OUTSTANDING_BYTES = 64 * MIB

type Job = { readonly run: () => Promise<unknown>; readonly done: () => void; tries: number }

/**
 * Everything that the forwarder writes to the history, in the order in which it happened. When a write fails it is kept, together with all
 * that follow, until `resume`.
 */
export class DeliveryWrites {
  readonly #store: ForwarderStore
  readonly #onFailure: (error: unknown) => void
  /** Called when more may be begun again. */
  readonly #onRelief: () => void
  #waiting: Job[] = []
  #broken = false
  #outstanding = 0
  #outstandingBytes = 0
  #onSettled: (() => void)[] = []

  constructor(store: ForwarderStore, onFailure: (error: unknown) => void, onRelief: () => void) {
    this.#store = store
    this.#onFailure = onFailure
    this.#onRelief = onRelief
  }

  get isBroken(): boolean {
    return this.#broken
  }

  /** Whether commits lag so far behind that nothing more should be begun. */
  get isBusy(): boolean {
    return this.#outstanding >= MOST_OUTSTANDING || this.#outstandingBytes >= MOST_OUTSTANDING_BYTES
  }

  /** Resolves once committed, however long that takes. */
  change(changes: readonly DeliveryChange[]): Promise<void> {
    return this.#queue(() => this.#store.change(changes), 0)
  }

  /** Resolves once committed, however long that takes. */
  finishAttempt(attempt: NewAttempt, change: DeliveryChange): Promise<void> {
    return this.#queue(() => this.#store.finishAttempt(attempt, change), attempt.answer?.body.length ?? 0)
  }

  /** Tells that the history failed where it was not written to. */
  fail(error: unknown): void {
    this.#broken = true
    this.#tellSettled()
    this.#onFailure(error)
  }

  resume(): void {
    if (!this.#broken) return
    this.#broken = false
    const jobs = this.#waiting
    this.#waiting = []
    for (const job of jobs) this.#run(job)
  }

  /** Resolves when nothing is outstanding, or the history is broken. */
  async settled(): Promise<void> {
    if (this.#outstanding === 0 || this.#broken) return
    await new Promise<void>((resolve) => this.#onSettled.push(resolve))
  }

  #queue(run: () => Promise<unknown>, bytes: number): Promise<void> {
    this.#outstanding += 1
    this.#outstandingBytes += bytes
    return new Promise((resolve) => {
      const done = () => {
        const wasBusy = this.isBusy
        this.#outstanding -= 1
        this.#outstandingBytes -= bytes
        resolve()
        if (wasBusy && !this.isBusy) this.#onRelief()
        if (this.#outstanding === 0) this.#tellSettled()
      }
      this.#run({ run, done, tries: 0 })
    })
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
    job.tries += 1
    job.run().then(job.done, (error: unknown) => {
      if (job.tries < MOST_TRIES) this.#waiting.push(job)
      else job.done()
      this.fail(error)
    })
  }
}
