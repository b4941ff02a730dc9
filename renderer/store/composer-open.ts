import type { Result } from '../../protocol/app-error.ts'
import type { Draft, DraftId, SentRequest } from '../../protocol/draft.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { bodyUrl, type RequestFull } from '../../protocol/ipc.ts'
import { exactText } from '../format/exact-text.ts'
import { ask } from '../bridge.ts'
import { CLOSED, useComposer, type ComposerBody } from './composer.ts'
import { forgetSteps } from './composer-edit.ts'
import { forgetUnsaved, saveNow, savesDone } from './composer-save.ts'
import { listDrafts } from './draft-marks.ts'
import { showFailure, showToast } from './toast.ts'
import { setView, showRequest, showScreen, useView } from './view.ts'

/** A larger body is not put into an editor by itself: it would take long, and hardly anybody means to. */
export const OPENED_UP_TO_BYTES = 2_000_000

/** Counts openings: an answer for a draft that was left meanwhile is dropped. */
let opening = 0

/** The draft of a request: the one that there is, or a copy to be changed. */
export async function editRequest(id: RequestId): Promise<void> {
  await open(() => ask('drafts:open', { requestId: id }))
}

export async function openDraft(id: DraftId): Promise<void> {
  await open(() => ask('drafts:get', { id }))
}

/** The draft that was open when the window was closed, if it is still there. */
export async function restoreDraft(id: DraftId): Promise<void> {
  const got = await ask('drafts:get', { id })
  if (got.ok) await open(() => Promise.resolve(got))
  else setView({ draftId: null })
}

export async function composeNew(): Promise<void> {
  await open(() => ask('drafts:create', {}))
}

/** A new draft from a cURL command. Answers why it could not be made one, or null. */
export async function composeFromCurl(text: string): Promise<string | null> {
  await leaveDraft()
  const parsed = await ask('drafts:from-curl', { text })
  if (!parsed.ok) return [parsed.error.message, parsed.error.fix].filter(Boolean).join(' ')
  await open(() => Promise.resolve({ ok: true, value: parsed.value.draft }))
  useComposer.setState({ notes: parsed.value.notes })
  return null
}

async function open(get: () => Promise<Result<Draft>>): Promise<void> {
  await leaveDraft()
  opening += 1
  const own = opening
  useComposer.setState({ ...CLOSED, phase: 'opening' })
  showScreen({ kind: 'composer' })
  const got = await get()
  if (own !== opening) return
  if (!got.ok) {
    useComposer.setState({ phase: 'failed', failure: got.error })
    return
  }
  await fill(got.value, own)
}

async function fill(draft: Draft, own: number): Promise<void> {
  const [original, sends] = await Promise.all([readOriginal(draft), ask('drafts:sends', { id: draft.id })])
  if (own !== opening) return
  const sent: readonly SentRequest[] = sends.ok ? sends.value : []
  useComposer.setState({
    ...CLOSED,
    phase: 'open',
    draft,
    content: draft.content,
    original,
    sends: sent,
    shownSend: sent.at(-1)?.id ?? null,
  })
  setView({ draftId: draft.id })
  await readBody(draft, own, false)
}

async function readOriginal({ parentId }: Draft): Promise<RequestFull | null> {
  if (parentId === null) return null
  const asked = await ask('requests:get', { id: parentId })
  return asked.ok ? asked.value : null
}

/** Brings the body into its editor also where it is large. */
export async function openBody(): Promise<void> {
  const { draft } = useComposer.getState()
  if (draft === null) return
  useComposer.setState({ body: { state: 'loading' } })
  await readBody(draft, opening, true)
}

async function readBody(draft: Draft, own: number, isWanted: boolean): Promise<void> {
  const body = await fetchBody(draft, isWanted)
  if (own === opening) useComposer.setState(({ bodyNo }) => ({ body, bodyNo: bodyNo + 1 }))
}

async function fetchBody({ id, body }: Draft, isWanted: boolean): Promise<ComposerBody> {
  if (body.bytes > OPENED_UP_TO_BYTES && !isWanted) return { state: 'unopened', bytes: body.bytes }
  try {
    const answer = await fetch(bodyUrl(id, 'draft'))
    if (answer.headers.has('creel-gone')) return { state: 'failed', message: 'It is not in the history any more.' }
    if (!answer.ok) return { state: 'failed', message: `The app answered ${answer.status} for it.` }
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const text = exactText(bytes)
    return { state: 'open', value: text === null ? { as: 'bytes', bytes } : { as: 'text', text } }
  } catch (cause) {
    return { state: 'failed', message: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** Everything as in the original again. */
export async function resetDraft(): Promise<void> {
  const { draft } = useComposer.getState()
  if (draft === null) return
  forgetUnsaved()
  await savesDone()
  const reset = await ask('drafts:reset', { id: draft.id })
  if (!reset.ok) {
    showFailure(reset.error)
    return
  }
  forgetSteps()
  opening += 1
  await fill(reset.value, opening)
  void listDrafts()
}

/** Removes the draft; what was sent of it stays. */
export async function deleteDraft(): Promise<void> {
  const { draft } = useComposer.getState()
  if (draft === null) return
  forgetUnsaved()
  await savesDone()
  const deleted = await ask('drafts:delete', { id: draft.id })
  if (!deleted.ok) {
    showFailure(deleted.error)
    return
  }
  close(draft.parentId)
  void listDrafts()
  showToast('done', 'The draft is deleted. What was sent stays.')
}

/** Back to the request, or on to another one; the draft is kept. */
export async function closeComposer(to?: RequestId | null): Promise<void> {
  const parentId = useComposer.getState().draft?.parentId ?? null
  const left = leaveDraft()
  close(to ?? parentId)
  await left
  await listDrafts()
}

/** Something else fills the window now: the draft is kept, and is not what the next window opens with. */
export async function putComposerAway(): Promise<void> {
  if (useComposer.getState().phase === 'closed') return
  const left = leaveDraft()
  opening += 1
  useComposer.setState(CLOSED)
  setView({ draftId: null })
  await left
  await listDrafts()
}

function close(parentId: RequestId | null): void {
  opening += 1
  useComposer.setState(CLOSED)
  forgetSteps()
  setView({ draftId: null })
  if (parentId === null || useView.getState().selectedId === parentId) showScreen({ kind: 'inbox' })
  else showRequest(parentId)
}

/** Keeps what is open before something else takes its place. */
async function leaveDraft(): Promise<void> {
  await saveNow()
  await savesDone()
  forgetUnsaved()
  forgetSteps()
}
