import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startArena, type Arena } from '../../helpers/arena.ts'
import { startBurst } from '../../helpers/burst.ts'
import { createRandom, SEED, type Random } from '../../helpers/burst-random.ts'
import { findDisorder, judge } from '../../helpers/crash-ledger.ts'
import { isSoak } from '../../helpers/extent.ts'
import { report } from '../../helpers/ledger.ts'

const MINUTES = isSoak ? Number(process.env['CREEL_SOAK_MINUTES'] ?? 10) : 0.1
const PER_SECOND = 120
/** How long a fault lasts, and how long it is quiet behind it, in ms. */
const FAULT_MS = isSoak ? 6_000 : 500
const QUIET_MS = isSoak ? 4_000 : 300

/** Begins a fault; gives what ends it. */
type Fault = { readonly name: string; readonly begin: (arena: Arena) => Promise<() => Promise<void>> }

const FAULTS: readonly [Fault, ...Fault[]] = [
  { name: 'agent killed', begin: async ({ engine }) => (await engine.kill(), () => engine.start()) },
  { name: 'relay killed', begin: async ({ relay }) => (await relay.kill(), () => relay.start()) },
  {
    name: 'both killed',
    async begin({ engine, relay }) {
      await Promise.all([engine.kill(), relay.kill()])
      return async () => void (await Promise.all([engine.start(), relay.start()]))
    },
  },
  { name: 'link cut', begin: async ({ link }) => (link.cut(), async () => link.cut()) },
  {
    name: 'link a black hole',
    async begin({ link }) {
      link.blackHole()
      return async () => {
        link.heal()
        // What was said meanwhile is lost, which TCP would not let be: these connections are of no use any more.
        link.cut()
      }
    },
  },
  {
    name: 'link dead at one end',
    async begin({ link }) {
      link.strand('agent')
      return async () => link.cut()
    },
  },
  {
    name: 'agent asleep',
    async begin({ engine }) {
      engine.signal('SIGSTOP')
      return async () => engine.signal('SIGCONT')
    },
  },
  { name: 'target down', begin: async ({ target }) => (await target.down(), () => target.up()) },
  {
    name: 'target slow',
    async begin({ target }) {
      target.slowTo(250)
      return async () => target.slowTo(0)
    },
  },
]

test('whatever fails, in whatever order, all that was accepted is kept once and sent, or stands as what it is', async () => {
  const random = createRandom(SEED)
  const arena = await startArena()
  const burst = startBurst({ inputUrl: arena.inputUrl, prefix: 'r', connections: 8, perSecond: PER_SECOND })
  const startedAt = performance.now()
  const counts: Record<string, number> = {}
  while (performance.now() - startedAt < MINUTES * 60_000) await oneFault(arena, random, startedAt, counts)
  await burst.stop()
  await arena.engine.retryNow()
  await arena.settled()

  const traces = { sent: burst.sent, kept: arena.kept(), arrivals: arena.arrivals(), targetWentAway: true }
  const { ledger, problems } = judge(traces)
  report(`random faults for ${MINUTES} minutes, seed ${SEED}`, { ...ledger, ...counts })
  expect(problems, `CREEL_SOAK_SEED=${SEED}`).toEqual([])
  const { wentAwayAt } = arena.target
  const crashes = { killedAt: arena.engine.killedAt, wentAwayAt, inFlight: 8 }
  expect(findDisorder(traces.kept, crashes), `CREEL_SOAK_SEED=${SEED}`).toEqual([])
  const agentKills = (counts['agent killed'] ?? 0) + (counts['both killed'] ?? 0)
  expect(ledger.doubted).toBeLessThanOrEqual(8 * agentKills)
  expect(ledger.doubted - ledger.doubtedArrived).toBeLessThanOrEqual(agentKills)
  expect(arena.engine.complaints()).toEqual([])
  expect(arena.relay.complaints()).toEqual([])
})

async function oneFault(
  arena: Arena,
  random: Random,
  startedAt: number,
  counts: Record<string, number>,
): Promise<void> {
  const fault = random.pick(FAULTS)
  const lastsMs = random.between(0, FAULT_MS)
  const at = ((performance.now() - startedAt) / 1000).toFixed(1)
  process.stdout.write(`[proof] ${at} s: ${fault.name} for ${lastsMs} ms, seed ${SEED}\n`)
  counts[fault.name] = (counts[fault.name] ?? 0) + 1
  const end = await fault.begin(arena)
  await pause(lastsMs)
  await end()
  await pause(random.between(0, QUIET_MS))
}
