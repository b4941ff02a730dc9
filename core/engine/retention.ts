import type { RequestId } from '../../protocol/ids.ts'
import type { KeepLimits, SourceLimits } from '../../protocol/settings.ts'
import type { History } from '../history/history.ts'
import type { ExpiryRule, ExpiryScope, HistoryUsage } from '../history/keeping.ts'

export type Limits = { readonly whole: KeepLimits; readonly sources: readonly SourceLimits[] }

export const NO_LIMITS: Limits = { whole: { days: null, count: null, bytes: null }, sources: [] }

/** Keeps the history within its limits, a few ms at a time, behind what arrives. */
export type Retention = {
  /** Looks once whoever changed the limits had the time to take that back. */
  limitsChanged(): void
  /** Deletes all but the pinned of a source, or of all. Goes on at the next start where it is cut off. Gives how many. */
  clear(scope: ExpiryScope): Promise<number>
  stop(): Promise<void>
}

export type RetentionOptions = {
  readonly history: Pick<History, 'keeping' | 'config'>
  readonly limits: () => Limits
  readonly now: () => number
  /** `wasCleared`: something of them may have waited to be sent. */
  readonly onDeleted: (ids: readonly RequestId[], wasCleared: boolean) => void
  readonly onProblem: (problem: unknown) => void
  /** Shortens the waits of tests. */
  readonly everyMs?: number
  readonly thinkAgainMs?: number
}

const DAY_MS = 86_400_000
const EVERY_MS = 60_000
const THINK_AGAIN_MS = 12_000
/** Between two steps, for what else there is to write. */
const REST_MS = 25
/** Beyond this share of the limit there is no rest: what arrives would win. */
const URGENT = 1.1
/** Free space is used again by what arrives; only when there is much of it is it given back. */
const FREE_SHARE = 0.1
const FREE_BYTES = 16_000_000
const HIDDEN_AT_ONCE = 200
const CLEARING = 'clearing'

/** Starts at once, with what an earlier run left to delete, and looks again every minute. */
export function startRetention(options: RetentionOptions): Retention {
  const { keeping, config } = options.history
  let isStopped = false
  let running: Promise<void> | null = null
  let isAskedAgain = false
  let isCleared = false
  let thinking: ReturnType<typeof setTimeout> | undefined
  let wake: () => void = () => undefined

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function follow(rule: ExpiryRule, restMs: number): Promise<number> {
    let count = 0
    for (let after = 0; !isStopped;) {
      const step = await keeping.expire(rule, after)
      count += step.ids.length
      if (step.ids.length > 0) options.onDeleted(step.ids, rule.kind === 'clear')
      if (step.isDone) break
      after = step.after
      if (restMs > 0) await rest(restMs)
    }
    return count
  }

  async function look(): Promise<void> {
    const usage = await keeping.usage()
    const limits = options.limits()
    const isUrgent = limits.whole.bytes !== null && usage.usedBytes > URGENT * limits.whole.bytes
    for (const rule of rulesFor(limits, usage, options.now())) await follow(rule, isUrgent ? 0 : REST_MS)
    while (!isStopped && !(await keeping.erase())) await rest(REST_MS)
    await shrink()
  }

  async function shrink(): Promise<void> {
    const { freeBytes, usedBytes } = await keeping.usage()
    const isMuch = freeBytes > FREE_BYTES && freeBytes > FREE_SHARE * (usedBytes + freeBytes)
    if (!isMuch && !isCleared) return
    isCleared = false
    while (!isStopped && !(await keeping.shrink())) await rest(REST_MS)
  }

  /** Deleted, and not taken back while there was somebody to do so. */
  async function deleteHidden(): Promise<void> {
    for (let ids = left.splice(0, HIDDEN_AT_ONCE); ids.length > 0 && !isStopped; ids = left.splice(0, HIDDEN_AT_ONCE)) {
      await keeping.deleteHidden(ids)
    }
  }

  async function clear(rule: ExpiryRule): Promise<number> {
    const count = await follow(rule, 0)
    if (isStopped) return count
    await config.setSetting(CLEARING, null)
    isCleared = true
    run()
    return count
  }

  async function takeUp(): Promise<void> {
    // One by one: there may be more than a call takes arguments.
    for (const id of await keeping.hidden(Number.MAX_SAFE_INTEGER)) left.push(id)
    const rule = readClearing(await config.setting(CLEARING))
    await deleteHidden()
    if (rule !== null) await clear(rule)
  }

  async function work(task: () => Promise<void>): Promise<void> {
    try {
      await task()
      while (isAskedAgain && !isStopped) {
        isAskedAgain = false
        await look()
      }
    } catch (problem) {
      // The history tells of its own troubles; the next look is a minute away.
      if (!isStopped) options.onProblem(problem)
    } finally {
      running = null
    }
  }

  function run(): void {
    if (isStopped) return
    if (running !== null) isAskedAgain = true
    else running = work(look)
  }

  const left: RequestId[] = []
  const timer = setInterval(run, options.everyMs ?? EVERY_MS)
  isAskedAgain = true
  const takenUp = takeUp()
  running = work(() => takenUp)

  return {
    limitsChanged() {
      if (isStopped) return
      clearTimeout(thinking)
      thinking = setTimeout(run, options.thinkAgainMs ?? THINK_AGAIN_MS)
    },
    async clear(scope) {
      // What it would write down is not to be taken for what an earlier run left. If that failed, it was told.
      await takenUp.catch(() => undefined)
      const { newestId } = await keeping.usage()
      const rule = { kind: 'clear', scope, upTo: newestId } as const
      await config.setSetting(CLEARING, rule)
      return clear(rule)
    },
    async stop() {
      isStopped = true
      clearInterval(timer)
      clearTimeout(thinking)
      wake()
      await running
    },
  }
}

/** What the limits ask for, of the sources that have something. The whole's limits come last: they hold for what the sources' own left. */
export function rulesFor(limits: Limits, usage: Pick<HistoryUsage, 'bySource'>, now: number): ExpiryRule[] {
  const rules: ExpiryRule[] = []
  for (const { scope } of usage.bySource) {
    const own = limits.sources.find(({ sourceId }) => sourceId === scope)
    const days = own?.days ?? limits.whole.days
    if (days !== null) rules.push({ kind: 'age', scope, before: now - days * DAY_MS })
    if (own) rules.push(...sizeRules(own, scope))
  }
  return [...rules, ...sizeRules(limits.whole, 'all')]
}

function sizeRules({ count, bytes }: KeepLimits, scope: ExpiryScope): ExpiryRule[] {
  return [
    ...(count === null ? [] : [{ kind: 'count', scope, keep: count } as const]),
    ...(bytes === null ? [] : [{ kind: 'bytes', scope, keep: bytes } as const]),
  ]
}

/** Written by this file; anything else is nothing to go on with. */
function readClearing(stored: unknown): ExpiryRule | null {
  if (typeof stored !== 'object' || stored === null || !('scope' in stored) || !('upTo' in stored)) return null
  const { scope, upTo } = stored
  if (typeof upTo !== 'number' || (scope !== 'all' && typeof scope !== 'number')) return null
  return { kind: 'clear', scope: scope as ExpiryScope, upTo }
}
