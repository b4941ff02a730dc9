import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Result } from '../../../../protocol/app-error.ts'
import type { Draft, DraftContent, DraftId } from '../../../../protocol/draft.ts'
import { CLOSED, NO_CONTENT, useComposer } from '../../../../renderer/store/composer.ts'
import {
  editBody,
  editContent,
  followTextSteps,
  forgetSteps,
  redoEdit,
  takeTypedText,
  undoEdit,
  type TextSteps,
} from '../../../../renderer/store/composer-edit.ts'
import { forgetUnsaved, saveNow } from '../../../../renderer/store/composer-save.ts'
import { sendDraft } from '../../../../renderer/store/composer-send.ts'

type Asked = { readonly name: string; readonly input: unknown; answer: (result: Result<unknown>) => void }

const DRAFT: Draft = {
  id: 7 as DraftId,
  parentId: null,
  createdAt: 1,
  changedAt: 1,
  content: NO_CONTENT,
  body: { bytes: 0, sha256: '', isOriginal: false },
}

/** What the page asked of main, each to be answered by the test. */
let asked: Asked[]

function open(content: Partial<DraftContent> = {}): void {
  useComposer.setState({
    ...CLOSED,
    phase: 'open',
    draft: DRAFT,
    content: { ...NO_CONTENT, url: 'http://localhost:3000/', ...content },
    body: { state: 'open', value: { as: 'text', text: 'old' } },
  })
}

function named(name: string): Asked[] {
  return asked.filter((one) => one.name === name)
}

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  vi.stubGlobal('window', {
    creel: {
      ask: (name: string, input: unknown) =>
        new Promise((resolve) => {
          asked.push({ name, input, answer: resolve })
        }),
    },
  })
  open()
})

afterEach(() => {
  forgetUnsaved()
  forgetSteps()
  useComposer.setState(CLOSED)
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('keeping a draft', () => {
  it('waits until the typing stops, and sends the body only when that was changed', async () => {
    editContent({ url: 'http://localhost:3000/a' }, 'url')
    await vi.advanceTimersByTimeAsync(200)
    editContent({ url: 'http://localhost:3000/ab' }, 'url')
    await vi.advanceTimersByTimeAsync(299)
    expect(named('drafts:save')).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(named('drafts:save')[0]?.input).toMatchObject({ id: 7, content: { url: 'http://localhost:3000/ab' } })
    expect(named('drafts:save')[0]?.input).toMatchObject({ body: { kind: 'keep' } })
    editBody({ as: 'text', text: 'é' })
    await saveNowUnheard()
    expect(named('drafts:save')[1]?.input).toMatchObject({ body: { kind: 'bytes', bytes: new Uint8Array([195, 169]) } })
  })

  it('keeps what was changed while a save was under way, too', async () => {
    editContent({ method: 'PUT' }, 'method')
    const saved = saveNow()
    editContent({ method: 'PATCH' }, 'method')
    named('drafts:save')[0]?.answer({ ok: true, value: DRAFT })
    await saved
    expect(useComposer.getState().saving).toBe('unsaved')
    await vi.advanceTimersByTimeAsync(300)
    expect(named('drafts:save')[1]?.input).toMatchObject({ content: { method: 'PATCH' } })
  })

  it('sends the body once more after a save that failed, and says that it is not saved', async () => {
    editBody({ as: 'text', text: 'new' })
    const saved = saveNow()
    named('drafts:save')[0]?.answer({ ok: false, error: { code: 'history-unavailable', message: 'No.' } })
    await saved
    expect(useComposer.getState().saving).toBe('failed')
    editContent({ method: 'PUT' }, 'method')
    await saveNowUnheard()
    expect(named('drafts:save')[1]?.input).toMatchObject({ body: { kind: 'bytes' } })
  })
})

describe('sending a draft', () => {
  it('carries what is not kept yet, and a bare port as a URL of this computer', async () => {
    open({ url: '4242' })
    editBody({ as: 'text', text: 'new' })
    void sendDraft()
    expect(named('drafts:send')[0]?.input).toMatchObject({
      id: 7,
      save: { content: { url: 'http://localhost:4242' }, body: { kind: 'bytes' } },
    })
    await vi.advanceTimersByTimeAsync(1000)
    expect(named('drafts:save')).toHaveLength(0)
  })

  it('asks about another host, and sends nothing more until that is answered', async () => {
    open({ url: 'http://example.test/' })
    const sent = sendDraft()
    named('drafts:send')[0]?.answer({ ok: false, error: { code: 'not-allowed', message: 'No.' } })
    await sent
    expect(useComposer.getState().question).toEqual({ kind: 'host', host: 'example.test', look: null })
    await sendDraft()
    expect(named('drafts:send')).toHaveLength(1)
    void sendDraft({ confirmedHost: 'example.test', rememberHost: false })
    expect(named('drafts:send')[1]?.input).toMatchObject({ confirmedHost: 'example.test', rememberHost: false })
  })

  it('gives up the question when the address is changed', async () => {
    open({ url: 'http://example.test/' })
    const sent = sendDraft()
    named('drafts:send')[0]?.answer({ ok: false, error: { code: 'not-allowed', message: 'No.' } })
    await sent
    editContent({ url: 'http://localhost:1/' }, 'url')
    expect(useComposer.getState().question).toBeNull()
  })
})

describe('taking back', () => {
  it('takes a run of typing in one field as one step, and two fields as two', () => {
    editContent({ url: 'a' }, 'url')
    editContent({ url: 'ab' }, 'url')
    editContent({ method: 'PUT' }, 'method')
    undoEdit()
    expect(useComposer.getState().content).toMatchObject({ url: 'ab', method: 'POST' })
    undoEdit()
    expect(useComposer.getState().content.url).toBe('http://localhost:3000/')
    redoEdit()
    redoEdit()
    expect(useComposer.getState().content).toMatchObject({ url: 'ab', method: 'PUT' })
  })

  it('goes through the steps of the text editor where they were made, and skips those that it took back itself', () => {
    const editor = textEditor()
    const stop = followTextSteps(editor.steps)
    editContent({ method: 'PUT' }, 'method')
    editor.type('one')
    editor.type('two')
    editContent({ method: 'PATCH' }, 'method')
    undoEdit()
    expect(useComposer.getState().content.method).toBe('PUT')
    undoEdit()
    expect(editor.depth()).toBe(1)
    editor.steps.undo()
    undoEdit()
    expect(useComposer.getState().content.method).toBe('POST')
    stop()
  })

  it('has one step for all that a text editor did which is gone', () => {
    const editor = textEditor()
    const stop = followTextSteps(editor.steps)
    editor.type('one')
    editor.type('two')
    stop()
    undoEdit()
    expect(useComposer.getState().body).toEqual({ state: 'open', value: { as: 'text', text: 'old' } })
  })
})

async function saveNowUnheard(): Promise<void> {
  void saveNow()
  await vi.advanceTimersByTimeAsync(0)
}

/** A text editor as far as its steps go. */
function textEditor(): { steps: TextSteps; type: (text: string) => void; depth: () => number } {
  let depth = 0
  let undone = 0
  return {
    steps: {
      undo: () => {
        depth -= 1
        undone += 1
        takeTypedText(`step ${depth}`, null)
      },
      redo: () => {
        depth += 1
        undone -= 1
        takeTypedText(`step ${depth}`, null)
      },
      undoDepth: () => depth,
      redoDepth: () => undone,
    },
    type: (text) => {
      takeTypedText(text, depth)
      depth += 1
    },
    depth: () => depth,
  }
}
