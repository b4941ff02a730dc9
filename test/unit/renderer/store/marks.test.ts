import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Result } from '../../../../protocol/app-error.ts'
import type { RequestId } from '../../../../protocol/ids.ts'
import { saveNote, useWrittenNote, writeNote } from '../../../../renderer/store/marks.ts'
import { useToast } from '../../../../renderer/store/toast.ts'

type Asked = { readonly name: string; readonly input: unknown; answer: (result: Result<null>) => void }

const ONE = 1 as RequestId
const TWO = 2 as RequestId
const FAILED: Result<null> = { ok: false, error: { code: 'internal', message: 'The disk is full.' } }
const DONE: Result<null> = { ok: true, value: null }

/** What the page asked of main, each to be answered by the test. */
let asked: Asked[]

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  asked = []
  vi.stubGlobal('window', {
    creel: {
      ask: (name: string, input: unknown) =>
        new Promise((resolve) => {
          asked.push({ name, input, answer: resolve })
        }),
    },
  })
  useWrittenNote.setState({ id: null, text: '', saving: 'saved', savedAt: null })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const inputs = () => asked.map(({ input }) => input)

async function answerLast(result: Result<null>): Promise<void> {
  asked.at(-1)?.answer(result)
  await vi.advanceTimersByTimeAsync(0)
}

describe('a note that is written', () => {
  it('is kept once no key came for a moment, with the time of that', async () => {
    writeNote(ONE, 'a')
    await vi.advanceTimersByTimeAsync(399)
    writeNote(ONE, 'ab')
    await vi.advanceTimersByTimeAsync(399)
    expect(asked).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(inputs()).toEqual([{ id: ONE, note: 'ab' }])
    expect(useWrittenNote.getState().savedAt).toBeNull()
    await answerLast(DONE)
    expect(useWrittenNote.getState()).toMatchObject({ text: 'ab', saving: 'saved', savedAt: 1_700_000_000_799 })
  })

  it('is kept at once when its field is left, and once', async () => {
    await saveNote()
    writeNote(ONE, 'a')
    void saveNote()
    void saveNote()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(inputs()).toEqual([{ id: ONE, note: 'a' }])
  })

  it('is kept before one of another request is', async () => {
    writeNote(ONE, 'a')
    writeNote(TWO, 'b')
    await answerLast(DONE)
    expect(useWrittenNote.getState()).toMatchObject({ id: TWO, text: 'b', saving: 'unsaved', savedAt: null })
    await vi.advanceTimersByTimeAsync(400)
    expect(inputs()).toEqual([
      { id: ONE, note: 'a' },
      { id: TWO, note: 'b' },
    ])
  })

  it('stays as typed when it cannot be kept, says so, and is tried again', async () => {
    writeNote(ONE, 'a')
    void saveNote()
    await answerLast(FAILED)
    expect(useWrittenNote.getState()).toMatchObject({ text: 'a', saving: 'failed', savedAt: null })
    expect(useToast.getState().toast?.text).toContain('The disk is full.')
    void saveNote()
    await answerLast(DONE)
    expect(useWrittenNote.getState()).toMatchObject({ text: 'a', saving: 'saved' })
    expect(inputs()).toHaveLength(2)
  })

  it('is not called kept for the sake of an older save', async () => {
    writeNote(ONE, 'a')
    void saveNote()
    writeNote(ONE, 'ab')
    await answerLast(DONE)
    expect(useWrittenNote.getState()).toMatchObject({ text: 'ab', saving: 'unsaved', savedAt: null })
  })
})
