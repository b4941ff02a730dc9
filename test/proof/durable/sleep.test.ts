import { expect, test, vi } from 'vitest'
import { startArena } from '../../helpers/arena.ts'
import { eventually } from '../../helpers/eventually.ts'
import { extent, isSoak } from '../../helpers/extent.ts'
import { expectJourneysEnd } from '../../helpers/faulty-journey.ts'
import { senderTo } from '../../helpers/faulty-sender.ts'

/** A relay gives a silent agent up after 25 s: the long form is slept through well beyond that. */
const ASLEEP_MS = extent(1_000, 60_000)

async function untilAsleepFor(since: number): Promise<void> {
  const limits = { timeout: ASLEEP_MS + 30_000, interval: 50 }
  await vi.waitFor(() => expect(Date.now() - since).toBeGreaterThanOrEqual(ASLEEP_MS), limits)
}

test('2 a computer that sleeps while 200 webhooks are posted gets all of them once it wakes, once each, in order, without action', async () => {
  const arena = await startArena()
  const sender = senderTo(arena.inputUrl)
  await sender.burst('awake-', 50)
  await arena.settled()
  const sleptAt = Date.now()
  arena.engine.signal('SIGSTOP')
  await sender.burst('asleep-', 200, { bytes: 30_000 })
  expect(sender.accepted).toHaveLength(250)
  await untilAsleepFor(sleptAt)
  expect(arena.kept().length).toBeLessThan(250)
  const wokeAt = Date.now()
  arena.engine.signal('SIGCONT')
  await eventually(() => expect(arena.kept()).toHaveLength(250))
  const arrivedAfterMs = Date.now() - wokeAt
  await expectJourneysEnd(
    `sleep of ${ASLEEP_MS / 1000} s, everything there ${arrivedAfterMs} ms after waking`,
    arena,
    sender,
  )
  // A nap is shorter than what the app takes for sleep, and its proof of before is still good.
  if (!isSoak) return
  await eventually(async () => {
    const { connection } = (await arena.engine.status()).source
    expect(connection.state === 'connected' && connection.verifiedAt).toBeGreaterThanOrEqual(wokeAt)
  })
})

test('a relay that stands still amid a burst, and goes on: nothing that it accepted is lost', async () => {
  const arena = await startArena()
  const sender = senderTo(arena.inputUrl)
  const posting = sender.burst('stalled-', extent(300, 2_000))
  await eventually(() => expect(sender.accepted.length).toBeGreaterThan(20), 1)
  const since = Date.now()
  arena.relay.signal('SIGSTOP')
  await untilAsleepFor(since)
  arena.relay.signal('SIGCONT')
  await posting
  await expectJourneysEnd(`relay that stood still for ${ASLEEP_MS / 1000} s`, arena, sender)
})
