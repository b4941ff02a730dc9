import type { Result } from '../../protocol/app-error.ts'
import type { DraftId, SentRequest } from '../../protocol/draft.ts'
import { ask } from '../bridge.ts'
import { readTarget } from '../format/target-url.ts'
import { useComposer } from './composer.ts'
import { saveSoon, takeUnsaved } from './composer-save.ts'

export type Consent = { readonly confirmedHost: string; readonly rememberHost: boolean }

/** Sends what is being edited, as it is: saved first, with the same call. A question that stands is answered by its own buttons alone. */
export async function sendDraft(consent?: Consent): Promise<void> {
  const { draft, isSending, question, phase, body, content } = useComposer.getState()
  if (draft === null || phase !== 'open' || isSending || body.state === 'loading') return
  if (question !== null && consent === undefined) {
    useComposer.setState({ isResponseOpen: true })
    return
  }
  // A bare port is one of this computer, as everywhere.
  const url = readTarget(content.url)
  useComposer.setState({ isSending: true, refusal: null, question: null, content: { ...content, url } })
  const { save, settle } = takeUnsaved()
  const sent = await ask('drafts:send', { id: draft.id, save, ...consent })
  if (useComposer.getState().draft?.id !== draft.id) return
  settle(sent.ok)
  // Refused, it may have been kept or not.
  if (!sent.ok) saveSoon('content')
  take(draft.id, sent)
}

function take(id: DraftId, sent: Result<SentRequest>): void {
  useComposer.setState({ isSending: false })
  if (sent.ok) {
    useComposer.setState(({ sends }) => ({
      sends: [...sends.filter((one) => one.id !== sent.value.id), sent.value],
      shownSend: sent.value.id,
    }))
    return
  }
  const { error } = sent
  useComposer.setState({ isResponseOpen: true })
  if (error.code === 'not-allowed') void askAboutHost(id)
  else if (error.code === 'secret-missing' && error.field !== undefined)
    useComposer.setState({ question: { kind: 'secret', scheme: error.field, message: error.message } })
  else useComposer.setState({ refusal: error })
}

/** The question stands at once; what can be told of the host comes when it is found. */
async function askAboutHost(id: DraftId): Promise<void> {
  const { url } = useComposer.getState().content
  const host = URL.canParse(url) ? new URL(url).host : url
  useComposer.setState({ question: { kind: 'host', host, look: null } })
  const looked = await ask('drafts:look-at-host', { url })
  const { draft, question } = useComposer.getState()
  if (!looked.ok || draft?.id !== id || question?.kind !== 'host' || question.host !== host) return
  useComposer.setState({ question: { ...question, host: looked.value.host, look: looked.value } })
}

/** Not sent, and nothing remembered. */
export function refuseQuestion(): void {
  useComposer.setState({ question: null, isResponseOpen: false })
}

/** Once more, after what was missing is there. */
export async function retrySend(): Promise<void> {
  useComposer.setState({ question: null })
  await sendDraft()
}
