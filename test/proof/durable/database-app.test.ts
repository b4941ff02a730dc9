import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeGap } from '../../../renderer/format/request-words.ts'
import type { RequestSummary } from '../../../protocol/request.ts'
import { startArena } from '../../helpers/arena.ts'
import { eventually } from '../../helpers/eventually.ts'
import { onlyInSoak } from '../../helpers/extent.ts'
import { FILE_FAULTS, fingerprint, keepCopy, lockFromOutside, withDatabase } from '../../helpers/faulty-files.ts'
import { expectJourneysEnd } from '../../helpers/faulty-journey.ts'
import { startFaultyRelay, type FaultyRelay } from '../../helpers/faulty-relay.ts'
import { senderTo, nameOf, type Sender } from '../../helpers/faulty-sender.ts'
import { report } from '../../helpers/ledger.ts'
import { temporaryFolder } from '../../helpers/running-relay.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../../helpers/services.ts'
import { mountSmallDisk } from '../../helpers/tmpfs.ts'

let dataDir: string
let services: RunningServices | null = null

beforeEach(async () => {
  dataDir = await makeDataDir()
})
afterEach(async () => {
  await services?.stop()
  services = null
  await removeDataDir(dataDir)
})

async function start(folder = dataDir): Promise<RunningServices> {
  services = await runServices(folder)
  return services
}

async function stop(): Promise<void> {
  await services?.stop()
  services = null
}

async function ownRelay(env: Readonly<Record<string, string>> = {}): Promise<FaultyRelay> {
  return startFaultyRelay({ dataDir: await temporaryFolder(), env })
}

async function connectTo(relay: FaultyRelay): Promise<void> {
  const { url, token } = relay
  await services?.engine.sources.add({ kind: 'creel', name: 'mine', relayUrl: url, buckets: [], targets: [], token })
}

/** Oldest first. */
async function rows(): Promise<readonly RequestSummary[]> {
  const found = await services?.engine.history.requests.list(
    { view: 'all', sourceId: null, text: '' },
    { before: null, limit: 500 },
  )
  return (found ?? []).toReversed()
}

async function expectAllArrive(deed: string, sender: Sender): Promise<void> {
  await eventually(async () => expect(sender.ledgerOfRows(await rows()).lost).toBe(0))
  const ledger = sender.ledgerOfRows(await rows())
  report(deed, ledger)
  expect(ledger).toMatchObject({ accepted: sender.sent, arrived: sender.sent, twice: 0, lost: 0 })
}

type Refusal = { readonly code: string; readonly message: RegExp; readonly fix: RegExp }
const DAMAGED: Refusal = {
  code: 'database-broken',
  message: /^The file is damaged or is not a history of Creel: .+history\.sqlite \(SQLITE_\w+\)\.$/,
  fix: /^Move the file aside and start Creel again: it begins a new history\. Keep the old file/,
}
const REFUSALS: Record<keyof typeof FILE_FAULTS, Refusal> = {
  'cut in half': DAMAGED,
  emptied: {
    code: 'database-broken',
    message: /history\.sqlite is empty: what it held is gone\.$/,
    fix: /^Put the file back, from a backup for example\. To begin a new history instead, move it aside and start Creel again\.$/,
  },
  'with garbage for a header': DAMAGED,
  'made by a newer version': {
    code: 'database-newer',
    message: /history\.sqlite was written by a newer version of Creel and was left untouched\.$/,
    fix: /^Install the newest version of Creel, or start this one with another profile\.$/,
  },
  'of another program': {
    code: 'database-broken',
    message: /history\.sqlite is a database, but not a history of Creel\.$/,
    fix: /^Move the file aside and start Creel again: it begins a new history\.$/,
  },
}

async function expectRefusedStart(folder: string, refusal: Refusal): Promise<void> {
  await expect(runServices(folder)).rejects.toMatchObject({
    code: refusal.code,
    message: expect.stringMatching(refusal.message),
    fix: expect.stringMatching(refusal.fix),
  })
}

test('the app refuses a history that is not whole or not its own in words, touches nothing, and has everything once it is mended', async () => {
  const relay = await ownRelay()
  const sender = senderTo(relay.inputUrl)
  await start()
  await connectTo(relay)
  await sender.burst('kept-', 50)
  await eventually(async () => expect(await rows()).toHaveLength(50))
  await stop()
  const file = join(dataDir, 'history.sqlite')
  const good = keepCopy(file)
  const faults = Object.entries(FILE_FAULTS) as [keyof typeof FILE_FAULTS, (file: string) => void][]
  for (const [name, spoil] of faults) {
    spoil(file)
    const before = fingerprint(file)
    await expectRefusedStart(dataDir, REFUSALS[name])
    expect(fingerprint(file)).toBe(before)
    good.putBack()
  }
  await sender.burst('meanwhile-', 50)
  await start()
  await expectAllArrive(`app: history ${faults.map(([name]) => name).join(', ')}; then mended`, sender)
})

test('a history that cannot be written is said at the start, and everything is there once it can', async (context) => {
  const disk = mountSmallDisk(context, 16)
  const folder = join(disk.folder, 'data')
  const relay = await ownRelay()
  const sender = senderTo(relay.inputUrl)
  await start(folder)
  await connectTo(relay)
  await sender.burst('kept-', 30)
  await eventually(async () => expect(await rows()).toHaveLength(30))
  await stop()
  disk.readOnly(true)
  await expectRefusedStart(folder, {
    code: 'no-permission',
    message: /^The file cannot be written: .+history\.sqlite \(\w+\)\.$/,
    fix: /^Give your user the right to read and write the file and its folder, then start Creel again\.$/,
  })
  disk.readOnly(false)
  await sender.burst('meanwhile-', 30)
  await start(folder)
  await expectAllArrive('app: history read-only; then writable', sender)
  await stop()
})

describe('another process that holds a lock on the history', () => {
  test('amid a burst: nothing is acknowledged, the banner says so, and all arrive once it lets go', async () => {
    const arena = await startArena()
    const sender = senderTo(arena.inputUrl)
    await sender.burst('before-', 20)
    await eventually(() => expect(arena.kept()).toHaveLength(20))
    const lock = await lockFromOutside(arena.historyFile)
    await sender.burst('locked-', 200)
    await eventually(async () =>
      expect((await arena.engine.status()).historyProblem).toMatch(
        /^Another program has locked the file: .+history\.sqlite \(SQLITE_BUSY\)\.$/,
      ),
    )
    expect(arena.kept()).toHaveLength(20)
    expect(sender.accepted).toHaveLength(220)
    await lock.letGo()
    await expectJourneysEnd('app: history locked by another process', arena, sender)
  })

  test('at a start: the app says who to close and that it is to be started again', async () => {
    await start()
    await stop()
    const lock = await lockFromOutside(join(dataDir, 'history.sqlite'))
    await expectRefusedStart(dataDir, {
      code: 'database-locked',
      message: /^Another program has locked the file: .+history\.sqlite \(SQLITE_BUSY\)\.$/,
      fix: /^Close the program that has the file open, for example a database browser or a second Creel, then start Creel again\.$/,
    })
    await lock.letGo()
    await start()
    report('app: history locked at a start', { 'starts refused': 1, 'starts after': 1 })
  })
})

describe('6 what a relay had to give up is a row with count, time and reason', () => {
  const gaps = async () => (await rows()).flatMap((row) => (row.detail?.kind === 'gap' ? [row.detail.gap] : []))

  test('that its full bucket pushed out', async () => {
    const relay = await ownRelay({ CREEL_BUCKET_MAX_ITEMS: '20', CREEL_BUCKET_OVERFLOW: 'drop-oldest' })
    const sender = senderTo(relay.inputUrl)
    const from = Date.now()
    await sender.burst('dropped-', 50, { parallel: 1 })
    await start()
    await connectTo(relay)
    await eventually(async () => expect(await gaps()).toHaveLength(1))
    await eventually(async () => expect(await rows()).toHaveLength(21))
    const [gap] = await gaps()
    if (gap === undefined) throw new Error('There is no gap.')
    expect(gap).toMatchObject({ count: 30, fromSeq: 1, reason: 'overflow' })
    expect(gap.from).toBeGreaterThanOrEqual(from)
    expect(gap.to).toBeLessThanOrEqual(Date.now())
    expect(describeGap(gap)).toMatchObject({
      title: '30 requests missing',
      cause: expect.stringMatching(/, dropped when the bucket was full$/),
    })
    const ledger = sender.ledgerOfRows(await rows())
    report('app: a bucket that drops its oldest', { ...ledger, announced: gap.count })
    expect(ledger).toMatchObject({ arrived: 20, lost: 30, twice: 0 })
  })

  test('that its disk had damaged', async () => {
    const relay = await ownRelay()
    const sender = senderTo(relay.inputUrl)
    await sender.burst('damaged-', 20, { parallel: 1 })
    await relay.stop()
    withDatabase(relay.file, (db) => db.exec('UPDATE item SET head = zeroblob(length(head)) WHERE seq IN (1, 7)'))
    const again = await relay.again()
    await start()
    await connectTo(again)
    await eventually(async () => expect((await gaps()).reduce((sum, { count }) => sum + count, 0)).toBe(2))
    const [gap] = await gaps()
    expect(gap && describeGap(gap).cause).toMatch(/, damaged on the relay's disk$/)
    const found = await rows()
    expect(found.filter(({ kind }) => kind === 'captured').map(nameOf)).toEqual(
      sender.accepted.filter((name) => name !== 'damaged-0' && name !== 'damaged-6'),
    )
    report('app: two requests damaged at the relay', { ...sender.ledgerOfRows(found), announced: 2 })
  })

  test('that expired', async (context) => {
    onlyInSoak(context, 'a relay looks for what expired every 30 s')
    const relay = await ownRelay({ CREEL_TTL: '1s' })
    const sender = senderTo(relay.inputUrl)
    await sender.burst('expired-', 30)
    const pending = async () => (await relay.ask('GET', '/v1/status')) as { items: number }
    // The relay sweeps every 30 s.
    for (let n = 0; n < 4 && (await pending()).items > 0; n += 1) {
      await eventually(async () => expect((await pending()).items).toBe(0)).catch(() => undefined)
    }
    await start()
    await connectTo(relay)
    await eventually(async () => expect(await gaps()).toMatchObject([{ count: 30, reason: 'expired' }]))
    report('app: requests that expired at the relay', { ...sender.ledgerOfRows(await rows()), announced: 30 })
  })
})

test("the app's own relay whose database is broken: the app runs, says so, and it comes back by itself once mended", async () => {
  await start()
  const url = await eventually(() => {
    const [status] = services?.engine.sourceStatuses() ?? []
    expect(status?.connection.state).toBe('connected')
    return status?.inputs[0]?.url ?? ''
  })
  await stop()
  const file = join(dataDir, 'relay', 'relay.sqlite')
  const good = keepCopy(file)
  FILE_FAULTS['with garbage for a header'](file)
  const before = fingerprint(file)
  const running = await start()
  await eventually(() =>
    expect(running.relayStatus()).toMatchObject({
      state: 'down',
      message: expect.stringMatching(/relay\.sqlite is not a database of a Creel relay\. It was left as it is\.$/),
    }),
  )
  expect(fingerprint(file)).toBe(before)
  good.putBack()
  await eventually(() => expect(running.relayStatus().state).toBe('running'))
  const sender = senderTo(url)
  await sender.burst('again-', 20)
  await expectAllArrive("app: its own relay's database broken; then mended", sender)
  rmSync(`${file}.copy`)
})
