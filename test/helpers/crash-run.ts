import { expect } from 'vitest'
import { readDoubted } from './arena-history.ts'
import { startArena, type Arena } from './arena.ts'
import { startBurst, type SentRequest } from './burst.ts'
import { createRandom, SEED } from './burst-random.ts'
import { findDisorder, findDisorderAtTarget, judge, type Traces } from './crash-ledger.ts'
import { eventually } from './eventually.ts'
import { report } from './ledger.ts'

export type CrashRun = {
  readonly victims: 'agent' | 'relay' | 'both'
  readonly kills: number
  /** Deliveries to the target at the same time. */
  readonly inFlight: number
}

const CONNECTIONS = 16
const PER_SECOND = 400
const MOST = 300

/**
 * Kills amid one burst after another, on the same files and at random moments, and starts again; at the end everything is held against what is promised.
 * Prints a ledger for each kill.
 */
export async function runCrashes(run: CrashRun): Promise<void> {
  const random = createRandom(SEED)
  const arena = await startArena({ inFlight: run.inFlight })
  const sent = new Map<string, SentRequest>()
  const doubtsOfKill: (readonly string[])[] = []
  for (let kill = 1; kill <= run.kills; kill += 1) {
    arena.target.slowTo(kill % 2 === 1 ? 0 : random.pick([1, 5, 20]))
    const prefix = `k${kill}`
    const burst = startBurst({
      inputUrl: arena.inputUrl,
      prefix,
      connections: CONNECTIONS,
      perSecond: PER_SECOND,
      count: MOST,
    })
    await amidBurst(arena, () => burst.accepted().length, random.between(5, 150), random.between(0, 60))
    const before = readDoubted(arena.historyFile)
    if (run.victims !== 'agent') await Promise.all([arena.relay.kill(), run.victims === 'both' && arena.engine.kill()])
    else await arena.engine.kill()
    // What arrives while nobody is there waits at the relay.
    await Promise.all([arena.relay.start(), arena.engine.start()])
    // So many breaks in so short a time make the agent wait long by itself.
    await arena.engine.retryNow()
    await burst.stop()
    for (const [name, one] of burst.sent) sent.set(name, one)
    doubtsOfKill.push(readDoubted(arena.historyFile).filter((name) => !before.includes(name)))
  }
  arena.target.slowTo(0)
  await arena.settled()
  const traces: Traces = { sent, kept: arena.kept(), arrivals: arena.arrivals() }
  for (const [index, doubts] of doubtsOfKill.entries()) tell(run, index + 1, doubts, traces)

  const { problems } = judge(traces)
  expect(problems, `CREEL_SOAK_SEED=${SEED}`).toEqual([])
  expect(findDisorder(traces.kept, { killedAt: arena.engine.killedAt, inFlight: run.inFlight })).toEqual([])
  if (run.inFlight === 1) expect(findDisorderAtTarget(traces.kept, traces.arrivals)).toEqual([])
  const most = run.victims === 'relay' ? 0 : run.inFlight
  expect(doubtsOfKill.filter((doubts) => doubts.length > most)).toEqual([])
  // What is in doubt had begun, so it is at the target, unless the kill came between its mark and its first byte, which a long body is read for.
  const arrived = new Set(traces.arrivals.map(({ name }) => name))
  const unseen = doubtsOfKill.map((doubts) => doubts.filter((name) => !arrived.has(name)).length)
  expect(unseen.filter((count) => count > 2)).toEqual([])
  expect(arena.engine.complaints()).toEqual([])
  expect(arena.relay.complaints()).toEqual([])
}

/** A moment at which a burst has been accepted, and has arrived, so far. */
async function amidBurst(arena: Arena, accepted: () => number, count: number, arrivals: number): Promise<void> {
  const from = arena.target.arrivals.length
  await eventually(() => {
    if (accepted() < count || arena.target.arrivals.length < from + arrivals)
      throw new Error('The burst has only begun.')
  }, 1)
}

function tell(run: CrashRun, kill: number, doubts: readonly string[], traces: Traces): void {
  const isOfKill = ({ name }: { readonly name: string }): boolean => name.startsWith(`k${kill}-`)
  const { ledger } = judge({
    sent: new Map([...traces.sent].filter(([name]) => isOfKill({ name }))),
    kept: traces.kept.filter(isOfKill),
    arrivals: traces.arrivals.filter(isOfKill),
  })
  const arrived = new Set(traces.arrivals.map(({ name }) => name))
  const { doubted: _, doubtedArrived: __, failed: ___, ...counts } = ledger
  report(`kill -9 of ${run.victims}, ${kill} of ${run.kills}, ${run.inFlight} in flight, seed ${SEED}`, {
    ...counts,
    doubted: doubts.length,
    'doubted and arrived': doubts.filter((name) => arrived.has(name)).length,
  })
}
