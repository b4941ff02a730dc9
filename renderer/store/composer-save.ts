import type { DraftBodyChange, DraftSave } from '../../protocol/draft.ts'
import { ask } from '../bridge.ts'
import type { Bytes } from '../format/exact-text.ts'
import { useComposer, type BodyValue } from './composer.ts'
import { listDrafts } from './draft-marks.ts'

const SAVE_AFTER_MS = 300

let timer: ReturnType<typeof setTimeout> | undefined
/** What is not with main yet: saves run one after the other, so the last one wins there too. */
let isBodyChanged = false
let changeNo = 0
let last: Promise<unknown> = Promise.resolve()

/** Something was changed: it is kept a moment after the last key. */
export function saveSoon(changed: 'content' | 'body'): void {
  changeNo += 1
  if (changed === 'body') isBodyChanged = true
  useComposer.setState({ saving: 'unsaved' })
  clearTimeout(timer)
  timer = setTimeout(() => void saveNow(), SAVE_AFTER_MS)
}

/** Keeps what is not kept yet, at once: the window may be closing, or what is edited may be left. */
export async function saveNow(): Promise<void> {
  clearTimeout(timer)
  const { draft, saving } = useComposer.getState()
  if (draft === null || saving === 'saved') return
  const { save, settle } = takeUnsaved()
  const asked = ask('drafts:save', { id: draft.id, ...save })
  last = asked
  const saved = await asked
  if (useComposer.getState().draft?.id !== draft.id) return
  useComposer.setState(saved.ok ? { draft: saved.value } : { saving: 'failed' })
  settle(saved.ok)
}

/** Ends once the save that was asked for last has its answer. */
export async function savesDone(): Promise<void> {
  await last
}

export type Unsaved = {
  readonly save: DraftSave
  /** Told whether it is kept now. What was changed since still has to be. */
  readonly settle: (isKept: boolean) => void
}

/** What main does not have yet, for a save or for a send that carries one. */
export function takeUnsaved(): Unsaved {
  clearTimeout(timer)
  const { content, body } = useComposer.getState()
  const change: DraftBodyChange =
    isBodyChanged && body.state === 'open' ? { kind: 'bytes', bytes: bytesOfBody(body.value) } : { kind: 'keep' }
  const takenNo = changeNo
  isBodyChanged = false
  const settle = (isKept: boolean): void => {
    if (!isKept) isBodyChanged ||= change.kind !== 'keep'
    if (isKept && takenNo === changeNo) useComposer.setState({ saving: 'saved' })
    void listDrafts()
  }
  return { save: { content, body: change }, settle }
}

/** Another draft, or none: nothing of the one before is left to keep. */
export function forgetUnsaved(): void {
  clearTimeout(timer)
  isBodyChanged = false
  changeNo += 1
}

export function bytesOfBody(value: BodyValue): Bytes {
  return value.as === 'bytes' ? value.bytes : new TextEncoder().encode(value.text)
}
