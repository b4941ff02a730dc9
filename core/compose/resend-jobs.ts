import { AppFailure } from '../../protocol/app-error.ts'
import type { DeliveryState } from '../../protocol/delivery.ts'
import type { DeliveryId, RequestId } from '../../protocol/ids.ts'
import type { ResendJob, ResendOrder, ResendOutcome, ResendTo } from '../../protocol/resend.ts'
import { createBatch } from '../engine/batch.ts'
import type { DeliveryNews } from '../forwarding/forwarder.ts'
import type { HistoryDeliveries, StoredDelivery } from '../history/history.ts'
import { createWatchedDeliveries, type WatchedDeliveries } from './watched-deliveries.ts'

/** What is resent one after the other, and how it goes. */
export type ResendJobs = {
  start(wish: {
    readonly ids: readonly RequestId[]
    readonly order: ResendOrder
    readonly pacePerSecond: number | null
    readonly to: ResendTo
  }): ResendJob
  /** Nothing more is begun, and what has not gone out yet does not. What is under way may end. */
  cancel(id: number): Promise<void>
  /** The newest first. */
  list(): readonly ResendJob[]
  /** What became of any delivery. */
  heard(news: DeliveryNews): void
  stop(): void
}

export type ResendJobsOptions = {
  readonly resend: (id: RequestId, to: ResendTo) => Promise<readonly StoredDelivery[]>
  readonly deliveries: Pick<HistoryDeliveries, 'of'>
  readonly cancelDelivery: (id: DeliveryId) => Promise<unknown>
  readonly now: () => number
  readonly monotonic: () => number
  readonly onChange: (job: ResendJob) => void
  readonly onProblem: (problem: unknown) => void
}

type Running = {
  job: ResendJob
  readonly ids: readonly RequestId[]
  readonly watched: WatchedDeliveries
  isCancelled: boolean
  /** Ends a wait between two. */
  wake: () => void
}

const TELL_EVERY_MS = 100
/** Jobs that can still be looked at. */
const KEPT = 20

export function createResendJobs(options: ResendJobsOptions): ResendJobs {
  const jobs = new Map<number, Running>()
  let lastId = 0
  const changed = createBatch<Running>({
    everyMs: TELL_EVERY_MS,
    monotonic: options.monotonic,
    flush: (all) => {
      for (const running of new Set(all)) options.onChange(running.job)
    },
  })

  function set(running: Running, index: number, outcome: Partial<ResendOutcome>): void {
    const outcomes = running.job.outcomes.map((before, at) => (at === index ? { ...before, ...outcome } : before))
    running.job = { ...running.job, outcomes }
    changed.add(running)
  }

  async function run(running: Running, wish: Parameters<ResendJobs['start']>[0]): Promise<void> {
    const everyMs = wish.pacePerSecond === null ? 0 : 1000 / wish.pacePerSecond
    let nextAt = options.monotonic()
    for (const [index, id] of running.ids.entries()) {
      await untilTime(running, nextAt)
      if (running.isCancelled) break
      nextAt = Math.max(nextAt + everyMs, options.monotonic())
      await resendOne(running, index, id, wish.to)
    }
    end(running)
  }

  async function resendOne(running: Running, index: number, id: RequestId, to: ResendTo): Promise<void> {
    set(running, index, { outcome: 'sending' })
    try {
      const deliveries = await options.resend(id, to)
      const tell = (state: DeliveryState): void => set(running, index, { outcome: outcomeOf(state) })
      const ended = running.watched.follow(deliveries, tell, () => tellEnd(running, index, id, deliveries))
      // Cancelled while these were being stored.
      if (running.isCancelled) await cancelWaiting(running)
      await Promise.race([ended, cancelled(running)])
    } catch (problem) {
      // Of one request only: the others may well go.
      const message = problem instanceof Error ? problem.message : String(problem)
      set(running, index, { outcome: 'failed', message })
    }
  }

  /** The last word on one request: what the history has of its deliveries. */
  async function tellEnd(
    running: Running,
    index: number,
    id: RequestId,
    sent: readonly StoredDelivery[],
  ): Promise<void> {
    const ids = new Set(sent.map((delivery) => delivery.id))
    const all = await options.deliveries.of(id)
    const summary = running.watched.summary(all.filter((delivery) => ids.has(delivery.id)))
    if (summary === null) return
    const { state, ...answer } = summary
    set(running, index, { ...answer, outcome: outcomeOf(state) })
  }

  async function cancelWaiting({ watched }: Running): Promise<void> {
    for (const delivery of watched.waiting()) await options.cancelDelivery(delivery)
  }

  function cancelled(running: Running): Promise<void> {
    return new Promise((resolve) => {
      if (running.isCancelled) resolve()
      else running.wake = resolve
    })
  }

  async function untilTime(running: Running, at: number): Promise<void> {
    const waitMs = at - options.monotonic()
    if (waitMs <= 0 || running.isCancelled) return
    let timer: NodeJS.Timeout | undefined
    await Promise.race([new Promise((resolve) => (timer = setTimeout(resolve, waitMs))), cancelled(running)])
    clearTimeout(timer)
  }

  function end(running: Running): void {
    const { job } = running
    running.job = {
      ...job,
      state: running.isCancelled ? 'cancelled' : 'done',
      endedAt: options.now(),
      outcomes: job.outcomes.map((one) => (one.outcome === 'waiting' ? { ...one, outcome: 'not-sent' } : one)),
    }
    changed.add(running)
  }

  function forgetOld(): void {
    for (const [id, { job }] of jobs) if (jobs.size > KEPT && job.state !== 'running') jobs.delete(id)
  }

  return {
    start(wish) {
      const ids = [...new Set(wish.ids)]
      if (wish.order === 'arrival') ids.sort((a, b) => a - b)
      lastId += 1
      const job: ResendJob = {
        id: lastId,
        state: 'running',
        startedAt: options.now(),
        endedAt: null,
        outcomes: ids.map((requestId) => ({
          requestId,
          outcome: 'waiting',
          status: null,
          latencyMs: null,
          message: null,
        })),
      }
      const running: Running = {
        job,
        ids,
        watched: createWatchedDeliveries(options.onProblem),
        isCancelled: false,
        wake: () => undefined,
      }
      jobs.set(lastId, running)
      forgetOld()
      run(running, wish).catch(options.onProblem)
      return running.job
    },
    async cancel(id) {
      const running = jobs.get(id)
      if (running === undefined) throw new AppFailure({ code: 'not-found', message: 'These resends are over.' })
      if (running.job.state !== 'running') return
      running.isCancelled = true
      running.wake()
      await cancelWaiting(running)
    },
    list: () => [...jobs.values()].map(({ job }) => job).toReversed(),
    heard(news) {
      for (const { watched } of jobs.values()) watched.heard(news)
    },
    stop() {
      for (const running of jobs.values()) {
        running.isCancelled = true
        running.wake()
      }
      changed.stop()
    },
  }
}

function outcomeOf(state: DeliveryState): ResendOutcome['outcome'] {
  switch (state) {
    case 'answered':
    case 'failed':
    case 'held':
    case 'cancelled':
      return state
    case 'given-up':
      return 'failed'
    case 'skipped':
      return 'cancelled'
    case 'outcome-unknown':
      return 'unknown'
    case 'queued':
    case 'sending':
    case 'retrying':
      return 'sending'
  }
}
