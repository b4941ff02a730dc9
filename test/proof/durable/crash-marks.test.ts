import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { readDoubted } from '../../helpers/arena-history.ts'
import { startArena, type Arena } from '../../helpers/arena.ts'
import { sendOne } from '../../helpers/burst.ts'
import { eventually } from '../../helpers/eventually.ts'

const HANGS_MS = 600_000
const IN_FLIGHT = 4
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

/** The agent is killed while four are under way and three wait, of which one has just been written as sending and had no time to begin. */
async function killAtTheSlot(): Promise<Arena> {
  const arena = await startArena({ inFlight: IN_FLIGHT })
  arena.target.slowTo(HANGS_MS)
  for (const name of NAMES) expect(await sendOne(arena.inputUrl, name)).toBe(true)
  await eventually(() => {
    expect(arena.arrivals()).toHaveLength(IN_FLIGHT)
    expect(arena.kept()).toHaveLength(NAMES.length)
  })
  await arena.engine.kill()
  const db = new Database(arena.historyFile)
  const written = db.prepare(
    `UPDATE delivery SET state = 'sending' WHERE id = (SELECT min(id) FROM delivery WHERE state = 'queued')`,
  )
  expect(written.run().changes).toBe(1)
  db.close()
  arena.target.slowTo(0)
  return arena
}

describe('an agent that is killed between a slot and its delivery', () => {
  test('sends after its start what had not begun, in its place, and doubts what had', async () => {
    const arena = await killAtTheSlot()
    await arena.engine.start()
    await arena.settled()
    expect(readDoubted(arena.historyFile)).toEqual(['a', 'b', 'c', 'd'])
    expect(arena.arrivals().map(({ name }) => name)).toEqual(NAMES)
  })

  test('doubts all that was written as sending where it cannot be known what had begun', async () => {
    const arena = await killAtTheSlot()
    await rm(join(arena.dataDir, 'starts'))
    await arena.engine.start()
    await arena.settled()
    expect(readDoubted(arena.historyFile)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(arena.arrivals().map(({ name }) => name)).toEqual(NAMES.filter((name) => name !== 'e'))
  })
})
