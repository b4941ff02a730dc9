import { create } from 'zustand'
import type { AppError } from '../../protocol/app-error.ts'
import type { Draft, DraftContent, HostLook, SentRequest } from '../../protocol/draft.ts'
import type { RequestId } from '../../protocol/ids.ts'
import type { RequestFull } from '../../protocol/ipc.ts'
import type { Bytes } from '../format/exact-text.ts'

/** The bytes of a draft's body, as what edits them has them. */
export type BodyValue = { readonly as: 'text'; readonly text: string } | { readonly as: 'bytes'; readonly bytes: Bytes }

export type ComposerBody =
  | { readonly state: 'loading' }
  /** Too large to be opened by itself: it is sent as it is until somebody wants to edit it. */
  | { readonly state: 'unopened'; readonly bytes: number }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'open'; readonly value: BodyValue }

/** What keeps a send waiting for a person: another host, or a secret. */
export type Question =
  | { readonly kind: 'host'; readonly host: string; readonly look: HostLook | null }
  | { readonly kind: 'secret'; readonly scheme: string; readonly message: string }

export type Composer = {
  readonly phase: 'closed' | 'opening' | 'open' | 'failed'
  readonly failure: AppError | null
  /** As main has it. */
  readonly draft: Draft | null
  /** As it is being edited. */
  readonly content: DraftContent
  readonly body: ComposerBody
  /** Grows when a body comes from elsewhere than from what edits it: that then begins anew. */
  readonly bodyNo: number
  /** What it is an edited copy of; null also when that was deleted since. */
  readonly original: RequestFull | null
  readonly saving: 'saved' | 'unsaved' | 'failed'
  readonly isSending: boolean
  readonly question: Question | null
  /** Why the last send was refused, until something is changed. */
  readonly refusal: AppError | null
  /** Oldest first. */
  readonly sends: readonly SentRequest[]
  readonly shownSend: RequestId | null
  /** Below 720 wide one pane shows at a time: whether it is the response. */
  readonly isResponseOpen: boolean
  /** What a pasted command said that means nothing here. */
  readonly notes: readonly string[]
}

export const NO_CONTENT: DraftContent = {
  method: 'POST',
  url: '',
  headers: [],
  signing: { kind: 'original' },
  bodyView: 'auto',
}

export const CLOSED: Composer = {
  phase: 'closed',
  failure: null,
  draft: null,
  content: NO_CONTENT,
  body: { state: 'loading' },
  bodyNo: 0,
  original: null,
  saving: 'saved',
  isSending: false,
  question: null,
  refusal: null,
  sends: [],
  shownSend: null,
  isResponseOpen: false,
  notes: [],
}

/** The one draft that is open in the window. Its bytes are here and not in a component, so that no change of screen can lose them. */
export const useComposer = create<Composer>()(() => CLOSED)

export function showSend(id: RequestId): void {
  useComposer.setState({ shownSend: id, isResponseOpen: true })
}

/** Leads from the response back to the draft; only where they do not stand beside each other. */
export function closeResponse(): void {
  useComposer.setState({ isResponseOpen: false })
}
