import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppSettings, SettingsChange } from '../../protocol/settings.ts'
import { commands } from '../../protocol/ipc.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import {
  addTestSource,
  arrival,
  newHistoryFile,
  openTestHistory,
  removeHistoryFile,
  type TestHistory,
} from '../helpers/history.ts'

let file: string
let test: TestHistory
let sourceId: SourceId

beforeEach(async () => {
  file = newHistoryFile()
  test = await openTestHistory({ file })
  sourceId = await addTestSource(test.history)
})

afterEach(async () => {
  await test.history.close()
  removeHistoryFile(file)
})

async function store(): Promise<RequestId> {
  const outcome = await test.history.intake.store(arrival({ sourceId }), Buffer.from('{}'), [])
  if (outcome.kind !== 'stored') throw new Error(outcome.kind)
  return outcome.summary.id
}

async function marksOf(id: RequestId) {
  const detail = await test.history.requests.get(id)
  return detail === null ? null : { colour: detail.colour, hasNote: detail.hasNote, note: detail.note }
}

const NOTE = 'Second scan of the same parcel.\nAsk Jonas \u{1f4e6}'

describe('colours and notes', () => {
  it('are none at first, are what was said last, and are taken off again', async () => {
    const [one, two] = [await store(), await store()]
    const { requests } = test.history
    expect(await marksOf(one)).toEqual({ colour: null, hasNote: false, note: '' })
    await requests.setColour([one, two], 2)
    await requests.setColour([one], 4)
    await requests.setNote(one, 'a')
    await requests.setNote(one, NOTE)
    expect(await marksOf(one)).toEqual({ colour: 4, hasNote: true, note: NOTE })
    expect(await test.history.deliveries.digests([one, two])).toMatchObject([
      { colour: 4, hasNote: true, pinned: false, read: false },
      { colour: 2, hasNote: false },
    ])
    await requests.setColour([one], null)
    await requests.setNote(one, '')
    expect(await marksOf(one)).toEqual({ colour: null, hasNote: false, note: '' })
  })

  it('leave alone whether a request is read and pinned, and the other way round', async () => {
    const id = await store()
    const { requests } = test.history
    await requests.setColour([id], 1)
    await requests.setNote(id, NOTE)
    expect(await requests.counts()).toMatchObject({ unread: 1, pinned: 0 })
    await requests.setPinned(id, true)
    await requests.markRead([id])
    await requests.setPinned(id, false)
    expect(await requests.get(id)).toMatchObject({ colour: 1, note: NOTE, read: true, pinned: false })
    expect(await requests.counts()).toMatchObject({ unread: 0, pinned: 0 })
  })

  it('are there after a restart', async () => {
    const id = await store()
    await test.history.requests.setColour([id], 5)
    await test.history.requests.setNote(id, NOTE)
    await test.history.close()
    test = await openTestHistory({ file })
    expect(await marksOf(id)).toEqual({ colour: 5, hasNote: true, note: NOTE })
  })

  it('come back with a deletion that is taken back, and go with one that is not', async () => {
    const [kept, gone] = [await store(), await store()]
    const { keeping, requests } = test.history
    await requests.setColour([kept, gone], 3)
    await requests.setNote(kept, NOTE)
    await keeping.hide([kept, gone])
    expect(await marksOf(kept)).toBeNull()
    await keeping.restore([kept])
    expect(await marksOf(kept)).toEqual({ colour: 3, hasNote: true, note: NOTE })
    await requests.delete([gone])
    // A mark for what is gone makes nothing.
    await requests.setColour([gone], 1)
    await requests.setNote(gone, NOTE)
    expect(await marksOf(gone)).toBeNull()
    const found = await requests.list({ view: 'all', sourceId: null, text: 'colour:1' }, { before: null, limit: 9 })
    expect(found).toEqual([])
  })

  it('keep nothing: only a pin does', async () => {
    const [coloured, noted, pinned] = [await store(), await store(), await store()]
    const { keeping, requests } = test.history
    await requests.setColour([coloured], 1)
    await requests.setNote(noted, NOTE)
    await requests.setPinned(pinned, true)
    const clear = { kind: 'clear', scope: 'all', upTo: pinned } as const
    expect((await keeping.expire(clear, 0)).ids).toEqual([coloured, noted])
    expect(await requests.counts()).toMatchObject({ total: 1, pinned: 1 })
  })

  it('are not taken over by what is made of a request', async () => {
    const original = await store()
    await test.history.requests.setColour([original], 2)
    await test.history.requests.setNote(original, NOTE)
    const copy = arrival({ kind: 'composed', parentId: original })
    const outcome = await test.history.intake.store(copy, Buffer.from('{}'), [])
    if (outcome.kind !== 'stored') throw new Error(outcome.kind)
    expect(await marksOf(outcome.summary.id)).toEqual({ colour: null, hasNote: false, note: '' })
  })
})

describe('what may be said of colours and notes', () => {
  it('is one of five colours, and a note of a length that a person writes', () => {
    const colour = commands['requests:colour'].input
    expect(colour.safeParse({ ids: [1], colour: 5 }).success).toBe(true)
    expect(colour.safeParse({ ids: [1], colour: null }).success).toBe(true)
    for (const wrong of [0, 6, 1.5, '1']) expect(colour.safeParse({ ids: [1], colour: wrong }).success).toBe(false)
    expect(colour.safeParse({ ids: [], colour: 1 }).success).toBe(false)
    const note = commands['requests:note'].input
    expect(note.safeParse({ id: 1, note: 'x'.repeat(20_000) }).success).toBe(true)
    const refused = note.safeParse({ id: 1, note: 'x'.repeat(20_001) })
    expect(refused.error?.issues).toMatchObject([{ path: ['note'], message: 'A note has at most 20,000 characters' }])
  })

  it('is any name of a colour that is not empty', () => {
    expect(AppSettings.parse({}).colourNames).toEqual(['Indigo', 'Green', 'Plum', 'Orange', 'Grey'])
    const names = (fourth: string) => SettingsChange.safeParse({ colourNames: ['a', 'b', 'c', fourth, 'e'] })
    expect(names(' Ask Jonas ').data?.colourNames?.[3]).toBe('Ask Jonas')
    expect(names(' ').error?.issues).toMatchObject([{ path: ['colourNames', 3], message: 'A colour has a name' }])
    expect(SettingsChange.safeParse({ colourNames: ['a'] }).success).toBe(false)
  })
})
