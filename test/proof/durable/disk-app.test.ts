import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startArena, type Arena } from '../../helpers/arena.ts'
import { eventually } from '../../helpers/eventually.ts'
import { extent } from '../../helpers/extent.ts'
import { expectJourneysEnd } from '../../helpers/faulty-journey.ts'
import { senderTo } from '../../helpers/faulty-sender.ts'
import { report } from '../../helpers/ledger.ts'
import { runServices } from '../../helpers/services.ts'
import { mountSmallDisk } from '../../helpers/tmpfs.ts'

const KIB = 1024
const HANGS_MS = 600_000

/** What the banner says over the list. */
async function problemOf(arena: Arena): Promise<string | null> {
  return (await arena.engine.status()).historyProblem
}

describe("the app's disk that is full", () => {
  test('amid a burst: nothing is acknowledged that is not stored, the banner says so, and all arrive once there is space', async (context) => {
    const disk = mountSmallDisk(context, extent(16, 96))
    const arena = await startArena({ dataDir: join(disk.folder, 'data') })
    const sender = senderTo(arena.inputUrl)
    await sender.burst('before-', 20)
    await eventually(() => expect(arena.kept()).toHaveLength(20))
    disk.fill(extent(500, 1_000) * KIB)
    await sender.burst('full-', extent(300, 2_000), { bytes: 8 * KIB })
    await eventually(async () =>
      expect(await problemOf(arena)).toMatch(/^The disk is full: .+history\.sqlite \(SQLITE_FULL\)\.$/),
    )
    const stored = arena.kept().length
    expect(stored).toBeLessThan(sender.accepted.length)
    expect(sender.accepted).toHaveLength(sender.sent)

    disk.free()
    await expectJourneysEnd('app: disk full amid a burst', arena, sender)
    expect(await problemOf(arena)).toBeNull()
  })

  test('amid a large body: no part of it stays, and it arrives whole once there is space', async (context) => {
    const disk = mountSmallDisk(context, 40)
    const arena = await startArena({ dataDir: join(disk.folder, 'data') })
    const sender = senderTo(arena.inputUrl)
    await sender.post('before')
    await eventually(() => expect(arena.kept()).toHaveLength(1))
    disk.fill(2_000 * KIB)
    expect(await sender.post('large', Buffer.alloc(6_000 * KIB, 'large '))).toMatchObject({ status: 200 })
    await sender.burst('behind-', 10)
    await eventually(async () => expect(await problemOf(arena)).toContain('The disk is full'))
    disk.free()
    await expectJourneysEnd('app: disk full amid a large body', arena, sender)
  })

  test('at a start after a kill: the app says what to do, ends, and has everything at the next start', async (context) => {
    const disk = mountSmallDisk(context, 16)
    const dataDir = join(disk.folder, 'data')
    const arena = await startArena({ dataDir })
    // Some are under way at the kill and none is being stored: what a commit that is broken off has written of the journal is room that a start may use.
    arena.target.slowTo(HANGS_MS)
    const sender = senderTo(arena.inputUrl)
    await sender.burst('killed-', 200)
    await eventually(() => {
      expect(arena.kept()).toHaveLength(200)
      expect(arena.target.openNow()).toBeGreaterThan(0)
    })
    await arena.engine.kill()
    arena.target.slowTo(0)
    disk.fill()
    await expect(runServices(dataDir)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('The disk is full'),
      fix: 'Free some space, then start Creel again. What came meanwhile waits at the relay.',
    })
    disk.free()
    await arena.engine.start()
    await expectJourneysEnd('app: disk full at a start after a kill', arena, sender)
  })

  test('at the very first start: the same words, and no half-made history', async (context) => {
    const disk = mountSmallDisk(context, 4)
    disk.fill()
    const dataDir = join(disk.folder, 'data')
    await expect(runServices(dataDir)).rejects.toMatchObject({
      code: 'disk-full',
      fix: expect.stringMatching(/then start Creel again/),
    })
    expect(readdirSync(dataDir)).toEqual([])
    disk.free()
    const services = await runServices(dataDir)
    await services.stop()
    report('app: disk full at the first start', { 'starts refused': 1, 'starts after': 1 })
  })
})
