import Database from 'better-sqlite3'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Arrival } from '../../core/history/history.ts'
import { migrations } from '../../core/history/migrations/list.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { MIB } from '../../protocol/limits.ts'
import { eventually } from '../helpers/eventually.ts'
import { arrival, newHistoryFile, openTestHistory, removeHistoryFile, type TestHistory } from '../helpers/history.ts'

let file: string
let test: TestHistory | null = null

beforeEach(() => {
  file = newHistoryFile()
})

afterEach(async () => {
  await test?.history.close()
  test = null
  removeHistoryFile(file)
})

async function open(): Promise<TestHistory> {
  test = await openTestHistory({ file })
  return test
}

async function store(body: string | Buffer, change: Partial<Arrival> = {}): Promise<RequestId> {
  const bytes = Buffer.from(body)
  const row = arrival({ bodyBytes: bytes.length, ...change })
  const outcome = await test?.history.intake.store(row, bytes, [])
  if (outcome?.kind !== 'stored') throw new Error(outcome?.kind)
  return outcome.summary.id
}

function storeMany(count: number, word: string): Promise<RequestId[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => store(`{"word":"${word}","n":"n${n}"}`)))
}

async function find(text: string): Promise<RequestId[]> {
  const page = { before: null, limit: 500 }
  const rows = await test?.history.requests.list({ view: 'all', sourceId: null, text }, page)
  return rows?.map(({ id }) => id) ?? []
}

/** What the file says, read past the threads, of one moment. */
function look(): { indexed: number[]; mark: number; floor: number } {
  const db = new Database(file, { readonly: true })
  try {
    return db.transaction(() => {
      const progress = db.prepare<[string], number>('SELECT value FROM progress WHERE name = ?').pluck()
      return {
        indexed: db
          .prepare<[], number>(`SELECT rowid FROM search WHERE search MATCH 'post' ORDER BY rowid`)
          .pluck()
          .all(),
        mark: progress.get('search') ?? -1,
        floor: progress.get('search floor') ?? -1,
      }
    })()
  } finally {
    db.close()
  }
}

const upTo = (count: number, from = 0): number[] => Array.from({ length: count - from }, (_, n) => from + n + 1)

describe('the index of words', () => {
  it('takes in what arrives by itself; until then it is found all the same', async () => {
    await open()
    const one = await store('{"customer":"cus_Nff1"}')
    expect(await find('cus_nff1')).toEqual([one])
    const many = await storeMany(100, 'common')
    expect(await find('common')).toEqual(many.toReversed())
    await eventually(() => expect(look()).toEqual({ indexed: upTo(101), mark: 101, floor: 0 }))
    expect(await find('cus_nff1')).toEqual([one])
    expect(await find('common')).toEqual(many.toReversed())
    await test?.history.requests.delete(many)
    expect(await find('common')).toEqual([])
    expect(look().indexed).toEqual([1])
  })

  it('goes on where it was after a restart', async () => {
    await open()
    const ids = await storeMany(400, 'common')
    await test?.history.close()
    const before = look()
    expect(before.indexed).toEqual(upTo(before.mark))
    expect(before.mark).toBeLessThan(400)
    await open()
    expect(await find('n399')).toEqual([ids[399]])
    await eventually(() => expect(look()).toEqual({ indexed: upTo(400), mark: 400, floor: 0 }))
  })

  it('agrees with its mark when its thread is killed amid the work, and is whole afterwards', async () => {
    const { workers } = await open()
    await storeMany(1500, 'common')
    await eventually(() => expect(look().mark).toBeGreaterThan(0))
    const writer = workers.find(({ role }) => role === 'writer')?.worker
    await writer?.terminate()
    const after = look()
    expect(after.indexed).toEqual(upTo(after.mark))
    expect(after.mark).toBeLessThan(1500)
    await eventually(() => expect(look()).toEqual({ indexed: upTo(1500), mark: 1500, floor: 0 }))
  })

  it('takes in a history from before it was there, and holds up nothing that arrives meanwhile', async () => {
    makeOldHistory(2000)
    await open()
    // By its head at once, by its body later.
    expect(await find('old-7/')).toEqual([8])
    for (let n = 0; n < 30; n += 1) {
      const id = await store(`{"w":"young${n}"}`)
      expect(await find(`young${n} `)).toEqual([id])
    }
    expect(look().floor).toBeGreaterThan(0)
    expect(await find('young7')).toHaveLength(1)
    await eventually(() => expect(look()).toEqual({ indexed: upTo(2030), mark: 2030, floor: 0 }))
    expect(await find('body7 ')).toEqual([8])
  })

  it('has the beginning of a large body, and nothing of one that is no text', async () => {
    await open()
    const text = Buffer.concat([
      Buffer.from('{"first":"alpha",'),
      Buffer.alloc(25 * MIB - 40, ' '),
      Buffer.from('"omega":1}'),
    ])
    const large = await store(text, { bodyBytes: text.length })
    const noise = randomBytes(MIB)
    await store(noise, { headers: [['Content-Type', 'application/octet-stream']] })
    for (const _ of [1, 2]) {
      expect(await find('alpha')).toEqual([large])
      expect(await find('omega')).toEqual([])
      await eventually(() => expect(look().mark).toBe(2))
    }
    const db = new Database(file, { readonly: true })
    const pages = db.prepare<[], number>(`SELECT sum(length(block)) FROM search_data`).pluck().get()
    db.close()
    expect(pages).toBeLessThan(10_000)
  })
})

/** A file of the first version, with paths that say old and bodies that nothing else says. */
function makeOldHistory(rows: number): void {
  const db = new Database(file)
  db.pragma('page_size = 8192')
  db.pragma('auto_vacuum = INCREMENTAL')
  db.pragma(`application_id = ${0x4352_454c}`)
  db.pragma('journal_mode = WAL')
  db.exec(migrations[0] ?? '')
  db.pragma('user_version = 1')
  const body = db.prepare('INSERT INTO body (id, sha256, bytes, inline) VALUES (?, ?, ?, ?)')
  const item = db.prepare(
    `INSERT INTO item (id, uid, kind, received_at, stored_at, body_id, body_bytes, mount_bytes, method, request_target, body_sha256, headers)
     VALUES (?, ?, 'captured', 1, 1, ?, ?, 8, 'POST', ?, x'00', cast('[]' AS BLOB))`,
  )
  db.transaction(() => {
    for (let n = 0; n < rows; n += 1) {
      const bytes = Buffer.from(`{"w":"body${n}"}`)
      body.run(n + 1, Buffer.alloc(32), bytes.length, bytes)
      item.run(n + 1, `old-${n}`, n + 1, bytes.length, `/in/4b2f/old-${n}/x`)
    }
  })()
  db.close()
}
