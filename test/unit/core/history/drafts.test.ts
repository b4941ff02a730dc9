import Database from 'better-sqlite3'
import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Composition } from '../../../../core/history/drafts.ts'
import type { BodyPart, StoreOutcome } from '../../../../core/history/history.ts'
import type { DraftContent, DraftId, RequestChanges } from '../../../../protocol/draft.ts'
import type { RequestId } from '../../../../protocol/ids.ts'
import { MIB } from '../../../../protocol/limits.ts'
import { arrival, openTestHistory, planned, removeHistoryFile, type TestHistory } from '../../../helpers/history.ts'

let test: TestHistory

beforeEach(async () => {
  test = await openTestHistory()
})

afterEach(async () => {
  await test.history.close()
  removeHistoryFile(test.file)
})

const content: DraftContent = {
  method: 'POST',
  url: 'http://localhost:3000/hooks',
  headers: [
    { name: 'X-Twice', value: 'a', on: true },
    { name: 'x-twice', value: 'b', on: false },
  ],
  signing: { kind: 'original' },
  bodyView: 'auto',
}

const unchanged: RequestChanges = {
  hasOriginal: true,
  method: false,
  path: false,
  headers: [],
  headerOrder: false,
  body: false,
  signature: 'none',
}

async function store(body: Uint8Array): Promise<RequestId> {
  const outcome: StoreOutcome = await test.history.intake.store(arrival({ bodyBytes: body.length }), body, [])
  if (outcome.kind !== 'stored') throw new Error(outcome.kind)
  return outcome.summary.id
}

async function readWhole(part: BodyPart): Promise<Buffer> {
  const info = await test.history.requests.bodyInfo(part)
  const pieces: Uint8Array[] = []
  for (let at = 0; at < (info?.bytes ?? 0); at += MIB) {
    pieces.push((await test.history.requests.readBody(part, at, at + MIB)) ?? new Uint8Array(0))
  }
  return Buffer.concat(pieces)
}

function composition(draftId: DraftId): Composition {
  return { draftId, url: content.url, changes: unchanged }
}

function send(draftId: DraftId, parentId: RequestId | null, body: Uint8Array) {
  const sha256 = createHash('sha256').update(body).digest('hex')
  const composed = arrival({ kind: 'composed', parentId, bodyBytes: body.length, sha256 })
  return test.history.drafts.send(
    composed,
    composition(draftId),
    [planned({ state: 'sending', reason: 'composed' })],
    null,
  )
}

/** Rows of bodies in the file, and how many of them have more than one owner. */
function bodies(): { bodies: number; shared: number; chunks: number } {
  const db = new Database(test.file, { readonly: true })
  try {
    const count = (table: string): number => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
    return { bodies: count('body'), shared: count('body_share'), chunks: count('body_chunk') }
  } finally {
    db.close()
  }
}

describe('a draft', () => {
  it('begins with its original body, which is stored once for both', async () => {
    const body = randomBytes(3 * MIB)
    const id = await store(body)
    const draft = await test.history.drafts.add(id, content)
    expect(draft).toMatchObject({ parentId: id, content, body: { bytes: body.length, isOriginal: true } })
    expect(bodies()).toEqual({ bodies: 1, shared: 1, chunks: 12 })
    expect((await readWhole({ kind: 'draft', id: draft.id })).equals(body)).toBe(true)
  })

  it('is the same one when its original is edited again', async () => {
    const id = await store(Buffer.from('{}'))
    const first = await test.history.drafts.add(id, content)
    expect(await test.history.drafts.add(id, { ...content, method: 'PUT' })).toEqual(first)
    expect(await test.history.drafts.ofRequest(id)).toEqual(first)
  })

  it('keeps each byte of an edited body, small or large, and the original its own', async () => {
    const original = Buffer.from('{"a":1}')
    const id = await store(original)
    const draft = await test.history.drafts.add(id, content)
    for (const body of [Buffer.from([0, 255, 13, 10]), randomBytes(2 * MIB + 7), Buffer.alloc(0)]) {
      const saved = await test.history.drafts.save(draft.id, content, body)
      expect(saved.body).toEqual({
        bytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
        isOriginal: false,
      })
      expect((await readWhole({ kind: 'draft', id: draft.id })).equals(body)).toBe(true)
      expect(bodies().bodies).toBe(body.length === 0 ? 1 : 2)
    }
    expect((await readWhole({ kind: 'request', id })).equals(original)).toBe(true)
  })

  it('shares the original again when its body is edited back to what it was, or told to', async () => {
    const original = randomBytes(MIB)
    const id = await store(original)
    const { id: draft } = await test.history.drafts.add(id, content)
    await test.history.drafts.save(draft, content, randomBytes(MIB))
    expect(bodies()).toEqual({ bodies: 2, shared: 0, chunks: 8 })
    expect((await test.history.drafts.save(draft, content, original)).body.isOriginal).toBe(true)
    expect(bodies()).toEqual({ bodies: 1, shared: 1, chunks: 4 })
    await test.history.drafts.save(draft, content, Buffer.from('x'))
    expect((await test.history.drafts.save(draft, content, 'original')).body.isOriginal).toBe(true)
    expect(bodies()).toEqual({ bodies: 1, shared: 1, chunks: 4 })
  })

  it('keeps its body when its original is deleted, and says that it is gone', async () => {
    const original = Buffer.from('kept')
    const id = await store(original)
    const { id: draft } = await test.history.drafts.add(id, content)
    await test.history.requests.delete([id])
    expect((await readWhole({ kind: 'draft', id: draft })).equals(original)).toBe(true)
    expect(await test.history.drafts.get(draft)).toMatchObject({ parentId: id, body: { isOriginal: false } })
    await expect(test.history.drafts.save(draft, content, 'original')).rejects.toMatchObject({ code: 'not-found' })
    await expect(test.history.drafts.add(id, content)).resolves.toMatchObject({ id: draft })
    await test.history.drafts.delete(draft)
    expect(bodies()).toEqual({ bodies: 0, shared: 0, chunks: 0 })
  })

  it('takes saves in the order of calls, though a large body takes longer', async () => {
    const { id } = await test.history.drafts.add(null, content)
    const saves = [
      test.history.drafts.save(id, { ...content, method: 'PUT' }, randomBytes(4 * MIB)),
      test.history.drafts.save(id, { ...content, method: 'PATCH' }, Buffer.from('last')),
      test.history.drafts.save(id, { ...content, method: 'QUERY' }, 'keep'),
    ]
    await Promise.all(saves)
    expect(await test.history.drafts.get(id)).toMatchObject({ content: { method: 'QUERY' }, body: { bytes: 4 } })
    expect(bodies()).toEqual({ bodies: 1, shared: 0, chunks: 0 })
  })

  it('can be sent many times, each a request of its own with the same bytes, stored once', async () => {
    const original = randomBytes(MIB)
    const id = await store(original)
    const { id: draft } = await test.history.drafts.add(id, content)
    const first = await send(draft, id, original)
    const second = await send(draft, id, original)
    expect(bodies()).toEqual({ bodies: 1, shared: 1, chunks: 4 })
    expect([first.sent.n, second.sent.n]).toEqual([1, 2])
    expect(first.sent).toMatchObject({ kind: 'composed', parentId: id, read: true, changes: unchanged })
    expect(first.deliveries).toEqual([expect.objectContaining({ requestId: first.sent.id, state: 'sending' })])
    expect((await test.history.drafts.sends(draft)).map((sent) => sent.id)).toEqual([first.sent.id, second.sent.id])
    expect(await test.history.drafts.changesOf([id, first.sent.id])).toEqual(new Map([[first.sent.id, unchanged]]))
    expect((await test.history.requests.children(id)).map((child) => child.id)).toEqual([first.sent.id, second.sent.id])

    // One owner after the other goes, and the last takes the bytes along.
    await test.history.requests.delete([id, first.sent.id])
    await test.history.drafts.delete(draft)
    expect((await readWhole({ kind: 'request', id: second.sent.id })).equals(original)).toBe(true)
    await test.history.requests.delete([second.sent.id])
    expect(bodies()).toEqual({ bodies: 0, shared: 0, chunks: 0 })
  })

  it('is not sent with another body than the one that was signed', async () => {
    const { id: draft } = await test.history.drafts.add(null, content)
    await test.history.drafts.save(draft, content, Buffer.from('now'))
    await expect(send(draft, null, Buffer.from('old'))).rejects.toMatchObject({ code: 'altered' })
    expect(await test.history.drafts.sends(draft)).toEqual([])
  })

  it('is listed once it was changed or sent, and is forgotten if neither happened', async () => {
    const seen = await test.history.drafts.add(await store(Buffer.from('1')), content)
    const changed = await test.history.drafts.add(null, content)
    const sent = await test.history.drafts.add(null, content)
    test.clock.now += 1000
    await test.history.drafts.save(changed.id, { ...content, method: 'DELETE' }, 'keep')
    await send(sent.id, null, Buffer.alloc(0))
    expect((await test.history.drafts.list()).map(({ id, method, sends }) => [id, method, sends])).toEqual([
      [changed.id, 'DELETE', 0],
      [sent.id, 'POST', 1],
    ])
    await test.history.drafts.deleteUntouched()
    expect(await test.history.drafts.get(seen.id)).toBeNull()
    expect(await test.history.drafts.get(changed.id)).not.toBeNull()
    expect(bodies()).toEqual({ bodies: 1, shared: 0, chunks: 0 })
  })

  it('stays as it was saved when the app is killed and starts again', async () => {
    const id = await store(Buffer.from('original'))
    const draft = await test.history.drafts.add(id, content)
    const body = randomBytes(MIB)
    const saved = await test.history.drafts.save(draft.id, { ...content, url: 'http://localhost:1/ü 💥' }, body)
    await Promise.all(test.workers.map(({ worker }) => worker.terminate()))
    const again = await openTestHistory({ file: test.file })
    try {
      expect(await again.history.drafts.get(draft.id)).toEqual(saved)
      const piece = await again.history.requests.readBody({ kind: 'draft', id: draft.id }, 0, MIB)
      expect(Buffer.from(piece ?? []).equals(body)).toBe(true)
    } finally {
      await again.history.close()
    }
  })
})
