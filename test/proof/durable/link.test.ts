import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { SILENCE_MS } from '../../../protocol/limits.ts'
import { startArena, type Arena } from '../../helpers/arena.ts'
import { eventually } from '../../helpers/eventually.ts'
import { extent, onlyInSoak } from '../../helpers/extent.ts'
import { expectJourneysEnd } from '../../helpers/faulty-journey.ts'
import { startFaultyRelay } from '../../helpers/faulty-relay.ts'
import { senderTo } from '../../helpers/faulty-sender.ts'
import { watchStatus, type StatusWatch } from '../../helpers/faulty-watch.ts'
import { report } from '../../helpers/ledger.ts'
import { temporaryFolder } from '../../helpers/running-relay.ts'
import { startClient } from '../../helpers/start-client.ts'
import { startTcpProxy } from '../../helpers/tcp-proxy.ts'

/** What a person may have to wait until the status tells that the link is gone: ACCEPTANCE 7. */
const TOLD_WITHIN_MS = 30_000
const LOSSES = ['neither', 'relay'] as const

function watch(ask: Parameters<typeof watchStatus>[0]): StatusWatch {
  const watching = watchStatus(ask)
  onTestFinished(() => watching.stop())
  return watching
}

/** Attempts are up to 30 s apart where one link after the other broke soon. */
async function connected(arena: Arena): Promise<void> {
  await vi.waitFor(async () => expect((await arena.engine.status()).source.connection.state).toBe('connected'), {
    timeout: 60_000,
    interval: 20,
  })
}

describe('a link that breaks', () => {
  test('with a reset, again and again amid a burst: it is made anew, and nothing is lost or comes twice', async () => {
    const arena = await startArena()
    await connected(arena)
    const sender = senderTo(arena.inputUrl)
    const cuts = extent(2, 8)
    for (let n = 0; n < cuts; n += 1) {
      const before = arena.kept().length
      const posting = sender.burst(`cut-${n}-`, extent(150, 400), { bytes: n % 3 === 0 ? 20_000 : 500 })
      await eventually(() => expect(arena.kept().length).toBeGreaterThan(before), 1)
      arena.link.cut()
      await posting
      await connected(arena)
    }
    await expectJourneysEnd(`link: cut ${cuts} times amid a burst`, arena, sender)
    expect(arena.link.connections()).toBeGreaterThan(cuts)
  })

  test('for the relay alone unheard: the app comes back at once, and gets what the relay still believes handed out', async () => {
    const arena = await startArena()
    await connected(arena)
    const sender = senderTo(arena.inputUrl)
    const posting = sender.burst('half-open-', extent(300, 2_000))
    await eventually(() => expect(arena.kept().length).toBeGreaterThan(20), 1)
    const at = Date.now()
    arena.link.strand('agent')
    await posting
    await expectJourneysEnd('link: half-open, the relay never hears that it is gone', arena, sender)
    // Far sooner than the relay would have noticed by itself.
    expect(Date.now() - at).toBeLessThan(SILENCE_MS)
  })
})

describe.each(LOSSES)('7 a link that is lost without a word (gone: %s)', (gone) => {
  test('is told and made anew, with times that are shortened', async () => {
    const relay = await startFaultyRelay({ dataDir: await temporaryFolder() })
    const proxy = await startTcpProxy(relay.port)
    onTestFinished(() => proxy.close())
    const times = { pingEveryMs: 300, silenceMs: 1_000, stepMs: 1_000, lookEveryMs: 200 }
    const agent = startClient({ relayUrl: proxy.url, token: relay.token }, { times })
    onTestFinished(() => agent.client.stop())
    const status = watch(() => agent.client.connection())
    await eventually(() => expect(agent.client.connection().state).toBe('connected'))
    const sender = senderTo(relay.inputUrl)
    await sender.burst('before-', 50)
    const at = Date.now()
    proxy.strand(gone)
    await sender.burst('meanwhile-', 100)
    await eventually(() => expect(sender.ledgerOf(agent.sink.stored).lost).toBe(0))
    const told = agent.states.find(({ state }) => state === 'waiting')
    expect(told).toHaveProperty(
      'reason',
      expect.stringMatching(/fell silent: the network changed or the relay is gone\.$/),
    )
    expect(status.notConnectedAfter(at)).not.toBeNull()
    expect(status.untrue(at)).toEqual([])
    const ledger = sender.ledgerOf(agent.sink.stored)
    report(`link: lost unheard (gone: ${gone}), shortened times`, {
      ...ledger,
      'ms until told': status.notConnectedAfter(at) ?? 'never',
    })
    expect(ledger).toMatchObject({ accepted: 150, arrived: 150, altered: 0 })
  })

  test('is told within 30 s and made anew by itself', async (context) => {
    onlyInSoak(context, 'it waits for the real time limits, some 30 s')
    const arena = await startArena()
    await connected(arena)
    const status = watch(async () => (await arena.engine.status()).source.connection)
    const sender = senderTo(arena.inputUrl)
    await sender.burst('before-', 100)
    await arena.settled()
    const at = Date.now()
    arena.link.strand(gone)
    await sender.burst('meanwhile-', 200)
    await vi.waitFor(() => expect(status.notConnectedAfter(at)).not.toBeNull(), { timeout: 60_000, interval: 50 })
    expect(status.notConnectedAfter(at)).toBeLessThan(TOLD_WITHIN_MS)
    expect(status.untrue(at)).toEqual([])
    await expectJourneysEnd(
      `link: lost unheard (gone: ${gone}), told after ${status.notConnectedAfter(at)} ms`,
      arena,
      sender,
    )
  })
})

test('7 a network that is away for a minute: told within 30 s, and taken up again by itself', async (context) => {
  onlyInSoak(context, 'it takes its minute')
  const arena = await startArena()
  await connected(arena)
  const status = watch(async () => (await arena.engine.status()).source.connection)
  const sender = senderTo(arena.inputUrl)
  const at = Date.now()
  arena.link.blackHole()
  await sender.burst('meanwhile-', 500)
  await vi.waitFor(() => expect(Date.now() - at).toBeGreaterThan(60_000), { timeout: 90_000, interval: 500 })
  expect(status.notConnectedAfter(at)).toBeLessThan(TOLD_WITHIN_MS)
  expect((await arena.engine.status()).waitReasons[0]).toMatch(
    /fell silent: the network changed or the relay is gone\.$/,
  )
  arena.link.heal()
  const healedAt = Date.now()
  await connected(arena)
  const backAfterMs = Date.now() - healedAt
  expect(status.untrue(at)).toEqual([])
  await expectJourneysEnd(
    `link: black hole for a minute, told after ${status.notConnectedAfter(at)} ms, back after ${backAfterMs} ms`,
    arena,
    sender,
  )
})
