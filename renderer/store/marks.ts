import { create } from 'zustand'
import type { RequestId } from '../../protocol/ids.ts'
import type { RequestColour, RequestSummary } from '../../protocol/request.ts'
import { ask } from '../bridge.ts'
import { patchRequests, useRequests } from './requests.ts'
import { showFailure } from './toast.ts'
import { setView } from './view.ts'

/** Colours all of them, or, with null, takes the colours off. */
export async function colourRequests(ids: readonly RequestId[], colour: RequestColour | null): Promise<void> {
  if (ids.length === 0) return
  const { byId } = useRequests.getState().rows
  const before = ids.map((id) => ({ id, colour: byId.get(id)?.colour ?? null }))
  patchRequests(ids, { colour })
  const done = await ask('requests:colour', { ids: [...ids], colour })
  if (done.ok) return
  for (const one of before) patchRequests([one.id], { colour: one.colour })
  showFailure(done.error)
}

/** The note that is being written, or was written last: main tells of it only a moment after it was saved. */
export type WrittenNote = {
  readonly id: RequestId | null
  readonly text: string
  readonly saving: 'saved' | 'unsaved' | 'failed'
  /** Epoch ms of the last save. */
  readonly savedAt: number | null
}

export const useWrittenNote = create<WrittenNote>()(() => ({ id: null, text: '', saving: 'saved', savedAt: null }))

/** Whose note is to have the focus once its field is there. */
export const useWantedNote = create<{ readonly id: RequestId | null }>()(() => ({ id: null }))

/** Shows the note of the selected request, to write in. */
export function openNote(id: RequestId): void {
  setView({ tab: 'notes', isDetailOpen: true })
  useWantedNote.setState({ id })
}

/** What never arrived has nothing to be noted about. */
export function mayHaveNote({ detail }: Pick<RequestSummary, 'detail'>): boolean {
  return detail?.kind !== 'gap' && detail?.kind !== 'rejected'
}

const SAVE_AFTER_MS = 400
let timer: ReturnType<typeof setTimeout> | undefined

/** Keeps what is typed a moment after the last key. */
export function writeNote(id: RequestId, text: string): void {
  const { id: before, savedAt } = useWrittenNote.getState()
  if (before !== id) void saveNote()
  useWrittenNote.setState({ id, text, saving: 'unsaved', savedAt: before === id ? savedAt : null })
  clearTimeout(timer)
  timer = setTimeout(() => void saveNote(), SAVE_AFTER_MS)
}

/** Keeps what is not kept yet, at once: the field may be left, or the window closed. */
export async function saveNote(): Promise<void> {
  clearTimeout(timer)
  const { id, text, saving } = useWrittenNote.getState()
  if (id === null || saving === 'saved') return
  const isStill = (): boolean => {
    const now = useWrittenNote.getState()
    return now.id === id && now.text === text
  }
  useWrittenNote.setState({ saving: 'saved' })
  const saved = await ask('requests:note', { id, note: text })
  if (saved.ok) {
    patchRequests([id], { hasNote: text !== '' })
    if (isStill()) useWrittenNote.setState({ savedAt: Date.now() })
    return
  }
  if (isStill()) useWrittenNote.setState({ saving: 'failed' })
  showFailure(saved.error)
}
