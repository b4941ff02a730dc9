import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS, BACKOFF_RESET_AFTER_MS } from '../../../protocol/limits.ts'
import { isOutage } from '../database-error.ts'
import { HistoryError, type HistoryHealth } from '../history.ts'
import type { Calls } from './messages.ts'
import { closedError, type ThreadLink } from './thread-link.ts'

/** A thread that is kept running. */
export type Supervisor<C extends Calls> = {
  readonly call: ThreadLink<C>['call']
  health(): HistoryHealth
  close(): Promise<void>
}

export type SupervisorOptions<C extends Calls> = {
  /** Starts a thread; `onEnd` is told when it is gone by itself. */
  readonly start: (onEnd: (error: HistoryError) => void) => ThreadLink<C>
  /** Finds out, on a thread that runs, whether it can do its work again. */
  readonly probe: (link: ThreadLink<C>) => Promise<unknown>
  readonly now: () => number
  readonly onHealth: (health: HistoryHealth) => void
}

const good: HistoryHealth = { state: 'good' }

/**
 * Starts a thread, starts it again with backoff when it dies, and tells whether it can do its work. While it cannot, calls still go to a thread
 * that runs, because a call that succeeds is the best proof; without a thread they reject at once.
 * @throws HistoryError when the first start fails: then nothing is tried again.
 */
export async function superviseThread<C extends Calls>(options: SupervisorOptions<C>): Promise<Supervisor<C>> {
  let link: ThreadLink<C> | null = null
  let starting: ThreadLink<C> | null = null
  let trouble: HistoryError | null = null
  let health: HistoryHealth = good
  let isClosed = false
  let failures = 0
  let recoveredAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  function setHealth(next: HistoryHealth): void {
    health = next
    options.onHealth(next)
  }

  function recover(): void {
    clearTimeout(timer)
    timer = undefined
    if (trouble === null || isClosed) return
    trouble = null
    recoveredAt = options.now()
    setHealth(good)
  }

  function fail(error: HistoryError): void {
    if (isClosed) return
    if (trouble === null && options.now() - recoveredAt > BACKOFF_RESET_AFTER_MS) failures = 0
    trouble = error
    // One attempt is under way or planned already.
    if (timer !== undefined) return
    const delay = Math.min(BACKOFF_FIRST_MS * 2 ** failures, BACKOFF_MAX_MS)
    failures += 1
    timer = setTimeout(() => void tryAgain(), delay)
    const { message, fix } = error
    setHealth({
      state: 'broken',
      error: { code: 'history-unavailable', message, fix },
      nextAttemptAt: options.now() + delay,
    })
  }

  async function tryAgain(): Promise<void> {
    try {
      if (link !== null && !needsRestart(trouble)) {
        await options.probe(link)
      } else {
        await link?.kill()
        link = null
        if (!isClosed) await begin()
      }
      recover()
    } catch (error) {
      timer = undefined
      fail(error instanceof HistoryError ? error : restartError(error))
    }
  }

  async function begin(): Promise<void> {
    const started = options.start((error) => {
      if (link !== started) return
      link = null
      fail(error)
    })
    starting = started
    await started.ready
    starting = null
    if (isClosed) await started.close()
    else link = started
  }

  /** One function for all calls: this is on the way of each. */
  function noteGood<T>(value: T): T {
    recover()
    return value
  }

  function noteBad(error: unknown): never {
    if (error instanceof HistoryError && isOutage(error.code)) fail(error)
    throw error
  }

  await begin()
  return {
    call(name, input, transfer) {
      if (isClosed) return Promise.reject(closedError())
      if (link === null) return Promise.reject(trouble ?? restartError(null))
      return link.call(name, input, transfer).then(noteGood, noteBad)
    },
    health: () => health,
    async close() {
      isClosed = true
      clearTimeout(timer)
      await (link ?? starting)?.close()
    },
  }
}

/** A file that was damaged, replaced or unreachable is not reached again through the handles of before. */
function needsRestart(trouble: HistoryError | null): boolean {
  return trouble?.code === 'database-broken' || trouble?.code === 'no-permission'
}

function restartError(cause: unknown): HistoryError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new HistoryError('thread-died', `The part of Creel that keeps the history is being started again${reason}.`, {
    cause,
    fix: 'Wait a moment. What came meanwhile waits at the relay.',
  })
}
