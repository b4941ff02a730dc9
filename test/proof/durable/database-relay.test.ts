import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../../helpers/eventually.ts'
import { FILE_FAULTS, fingerprint, keepCopy, withDatabase } from '../../helpers/faulty-files.ts'
import {
  agentOf,
  expectAllArrive,
  startFaultyRelay,
  startRelayIn,
  type FaultyRelay,
} from '../../helpers/faulty-relay.ts'
import { senderTo, type Sender } from '../../helpers/faulty-sender.ts'
import { report } from '../../helpers/ledger.ts'
import { temporaryFolder } from '../../helpers/running-relay.ts'
import { mountSmallDisk } from '../../helpers/tmpfs.ts'

async function expectEverythingArrives(deed: string, sender: Sender, relay: FaultyRelay): Promise<void> {
  expect(sender.accepted).toHaveLength(sender.sent)
  await expectAllArrive(deed, sender, agentOf(relay))
}

const WORDS: Record<keyof typeof FILE_FAULTS, RegExp> = {
  'cut in half': /relay\.sqlite is damaged: .+ Restore it from a backup\.$/,
  emptied: /relay\.sqlite is empty: what it held is gone\. Restore it from a backup, or move it aside to begin anew\.$/,
  'with garbage for a header': /relay\.sqlite is not a database of a Creel relay\. It was left as it is\.$/,
  'made by a newer version':
    /relay\.sqlite was written by a newer Creel \(schema 999; this one knows \d+\)\. Update Creel, or give it another file\. It was left as it is\.$/,
  'of another program': /relay\.sqlite is not a database of a Creel relay\. It was left as it is\.$/,
}

test('a relay refuses a database that is not whole or not its own in one sentence, touches nothing, and works again once it is mended', async () => {
  const dataDir = await temporaryFolder()
  const relay = await startFaultyRelay({ dataDir })
  const sender = senderTo(relay.inputUrl)
  await sender.burst('kept-', 100, { bytes: 3_000 })
  expect((await relay.stop()).code).toBe(0)
  const good = keepCopy(relay.file)
  const faults = Object.entries(FILE_FAULTS) as [keyof typeof FILE_FAULTS, (file: string) => void][]
  for (const [name, spoil] of faults) {
    spoil(relay.file)
    const before = fingerprint(relay.file)
    const { code, stdout, stderr } = await startRelayIn({ dataDir }).finished
    expect({ name, code, stdout }).toEqual({ name, code: 1, stdout: '' })
    expect(stderr.trimEnd()).toMatch(WORDS[name])
    expect(stderr.trimEnd()).not.toContain('\n')
    expect(fingerprint(relay.file)).toBe(before)
    good.putBack()
  }
  await expectEverythingArrives(
    `relay: database ${faults.map(([name]) => name).join(', ')}; then mended`,
    sender,
    await relay.again(),
  )
})

test('a journal whose database is gone is kept, and is as good as before once the database is back', async () => {
  const dataDir = await temporaryFolder()
  const relay = await startFaultyRelay({ dataDir })
  const sender = senderTo(relay.inputUrl)
  await sender.burst('kept-', 50)
  relay.process.child.kill('SIGKILL')
  await relay.process.finished
  const good = keepCopy(relay.file)
  const journal = keepCopy(`${relay.file}-wal`)
  FILE_FAULTS.emptied(relay.file)
  const before = fingerprint(`${relay.file}-wal`)
  const { code, stderr } = await startRelayIn({ dataDir }).finished
  expect(code).toBe(1)
  expect(stderr).toMatch(/relay\.sqlite is empty or gone, but its journal .+relay\.sqlite-wal is there\. Restore both/)
  expect(fingerprint(`${relay.file}-wal`)).toBe(before)
  good.putBack()
  journal.putBack()
  await expectEverythingArrives('relay: database emptied beside its journal; then mended', sender, await relay.again())
})

test('a second relay in a folder ends with one sentence, and the first never notices', async () => {
  const dataDir = await temporaryFolder()
  const relay = await startFaultyRelay({ dataDir })
  const sender = senderTo(relay.inputUrl)
  const posting = sender.burst('during-', 300)
  const { code, stderr } = await startRelayIn({ dataDir }).finished
  await posting
  expect(code).toBe(1)
  expect(stderr.trimEnd()).toMatch(
    /^[^\n]+relay\.sqlite is in use by another relay\. Stop that one, or give this one a data folder of its own\. The folder is set by CREEL_DATA_DIR\.$/,
  )
  await expectEverythingArrives('relay: a second one in its folder', sender, relay)
})

test('a folder that cannot be written is said, and everything is there once it can', async (context) => {
  const disk = mountSmallDisk(context, 8)
  const dataDir = join(disk.folder, 'data')
  const relay = await startFaultyRelay({ dataDir })
  const sender = senderTo(relay.inputUrl)
  await sender.burst('kept-', 50)
  await relay.stop()
  const before = fingerprint(relay.file)
  disk.readOnly(true)
  const { code, stderr } = await startRelayIn({ dataDir }).finished
  expect(code).toBe(1)
  expect(stderr.trimEnd()).toMatch(/^[^\n]*(cannot be used|cannot be read or written)[^\n]*$/)
  expect(fingerprint(relay.file)).toBe(before)
  disk.readOnly(false)
  await expectEverythingArrives('relay: folder read-only; then writable', sender, await relay.again())
})

describe('items that the disk has damaged', () => {
  const Head = z.looseObject({ count: z.number(), reason: z.string() })

  test('are announced by a gap with count and reason, and everything behind them arrives', async () => {
    const dataDir = await temporaryFolder()
    const relay = await startFaultyRelay({ dataDir })
    const sender = senderTo(relay.inputUrl)
    await sender.burst('small-', 20, { parallel: 1 })
    // Sealed by itself, and not together with its head as the small ones are.
    await sender.post('medium', Buffer.alloc(50_000, 'medium'))
    await sender.post('large', Buffer.alloc(700_000, 'large'))
    await sender.burst('behind-', 20, { parallel: 1 })
    await relay.stop()
    const changed = withDatabase(relay.file, (db) =>
      [
        'UPDATE item SET head = zeroblob(length(head)) WHERE seq = 3',
        'UPDATE item SET body = zeroblob(length(body)) WHERE body IS NOT NULL',
        'UPDATE body_chunk SET bytes = zeroblob(length(bytes)) WHERE start = 262144',
      ].map((sql) => db.prepare(sql).run().changes),
    )
    expect(changed).toEqual([1, 1, 1])
    const again = await relay.again()
    const agent = agentOf(again)
    const gaps = () => agent.sink.stored.flatMap(({ head }) => (head.kind === 'gap' ? [Head.parse(head.gap)] : []))
    await eventually(() => expect(gaps().reduce((sum, { count }) => sum + count, 0)).toBe(3))
    const ledger = sender.ledgerOf(agent.sink.stored)
    report('relay: three items damaged on its disk', { ...ledger, announced: 3 })
    expect(ledger).toMatchObject({ accepted: 42, arrived: 39, lost: 3, twice: 0, altered: 0 })
    expect(new Set(gaps().map(({ reason }) => reason))).toEqual(new Set(['damaged']))
    await eventually(async () => expect(await again.ask('GET', '/v1/status')).toMatchObject({ items: 0 }))
    const log = again.process.stdout()
    expect(log.match(/was changed or damaged.+"msg":"item-damaged"/g)).toHaveLength(3)
    for (const seq of [3, 21, 22]) expect(log).toContain(`"seq":${seq},`)
  })

  test('are all of those that were sealed as one, and no others', async () => {
    const dataDir = await temporaryFolder()
    const relay = await startFaultyRelay({ dataDir })
    const sender = senderTo(relay.inputUrl)
    await sender.burst('together-', 200, { bytes: 2_000, parallel: 32 })
    await sender.burst('behind-', 20, { parallel: 1 })
    await relay.stop()
    const damaged = withDatabase(relay.file, (db) => {
      const [pack] = db.prepare<[], { ref: number }>('SELECT ref FROM pack LIMIT 1 OFFSET 2').all()
      expect(pack).toBeDefined()
      db.prepare('UPDATE pack SET sealed = zeroblob(length(sealed)) WHERE ref = ?').run(pack?.ref)
      return Number(db.prepare('SELECT length(items) / 32 FROM pack WHERE ref = ?').pluck().get(pack?.ref))
    })
    expect(damaged).toBeGreaterThan(0)
    const again = await relay.again()
    const agent = agentOf(again)
    const gaps = () => agent.sink.stored.flatMap(({ head }) => (head.kind === 'gap' ? [Head.parse(head.gap)] : []))
    await eventually(() => expect(gaps().reduce((sum, { count }) => sum + count, 0)).toBe(damaged))
    await eventually(async () => expect(await again.ask('GET', '/v1/status')).toMatchObject({ items: 0 }))
    const ledger = sender.ledgerOf(agent.sink.stored)
    report('relay: a pack of items damaged on its disk', { ...ledger, announced: damaged })
    expect(ledger).toMatchObject({ accepted: 220, arrived: 220 - damaged, lost: damaged, twice: 0, altered: 0 })
    await again.stop()
    const left = withDatabase(relay.file, (db) =>
      db.prepare('SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM pack)').pluck().get(),
    )
    expect(left).toBe(0)
  })
})
