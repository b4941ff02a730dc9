import { create } from 'zustand'
import type { DraftId } from '../../protocol/draft.ts'
import type { RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { RequestView } from '../../protocol/ipc.ts'
import type { ViewState } from '../../protocol/settings.ts'
import { ask } from '../bridge.ts'

/** What fills the window right of the rail. */
export type Screen =
  | { readonly kind: 'inbox' }
  | { readonly kind: 'welcome' }
  | { readonly kind: 'doors' }
  /** Begins at a section of it, where one is meant. */
  | { readonly kind: 'preferences'; readonly section?: 'signatures' }
  | { readonly kind: 'source'; readonly id: SourceId }
  | { readonly kind: 'refused'; readonly id: SourceId }
  | { readonly kind: 'target'; readonly id: TargetId }
  | { readonly kind: 'new-target' }
  /** The draft that the store of drafts has open. */
  | { readonly kind: 'composer' }
  | { readonly kind: 'from-curl' }

/** Whether the list of requests is in it, beside whatever else. */
export function showsList(screen: Screen): boolean {
  return screen.kind === 'inbox' || screen.kind === 'composer'
}

export type Dialog =
  | { readonly kind: 'add-source' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'release'; readonly held: number }
  /** Of one source, or of all. */
  | { readonly kind: 'clear'; readonly sourceId: SourceId | null }
  /** `answer` is called once, with no when the dialog is closed in any other way. */
  | { readonly kind: 'other-host'; readonly host: string; readonly answer: (yes: boolean) => void }

export type View = Omit<ViewState, 'selectedId' | 'sourceId' | 'draftId'> & {
  readonly selectedId: RequestId | null
  /** The draft that is open in the composer. */
  readonly draftId: DraftId | null
  readonly sourceId: SourceId | null
  readonly text: string
  readonly screen: Screen
  readonly dialog: Dialog | null
  /** Below 720 wide one pane shows at a time: whether it is the request. */
  readonly isDetailOpen: boolean
}

export const useView = create<View>()(() => ({
  listWidth: null,
  railWidth: null,
  selectedId: null,
  draftId: null,
  scrollTop: 0,
  view: 'all',
  sourceId: null,
  tab: 'body',
  bodyView: 'pretty',
  text: '',
  screen: { kind: 'inbox' },
  dialog: null,
  isDetailOpen: false,
}))

const SAVE_AFTER_MS = 300
let saveTimer: ReturnType<typeof setTimeout> | undefined

/** Changes what is shown and, a little later, what is kept for the next window. A view that cannot be kept is no loss to tell of. */
export function setView(patch: Partial<Omit<View, 'dialog' | 'screen'>>): void {
  useView.setState(patch)
  clearTimeout(saveTimer)
  saveTimer = setTimeout(() => void ask('app:save-view', kept(useView.getState())), SAVE_AFTER_MS)
}

function kept(view: View): ViewState {
  const { listWidth, railWidth, selectedId, draftId, scrollTop, sourceId, tab, bodyView } = view
  return { listWidth, railWidth, selectedId, draftId, scrollTop, view: view.view, sourceId, tab, bodyView }
}

export function showScreen(screen: Screen): void {
  useView.setState({ screen, dialog: null })
}

/** The list of one view or one source. In another list nothing is selected: keys would act on a request that is not in sight. */
export function showInbox(view: RequestView, sourceId: SourceId | null = null): void {
  const before = useView.getState()
  const isSame = before.view === view && before.sourceId === sourceId
  showScreen({ kind: 'inbox' })
  setView({ view, sourceId, scrollTop: 0, isDetailOpen: false, ...(isSame ? {} : { selectedId: null }) })
}

/** One request in the list of all, wherever the window is. */
export function showRequest(id: RequestId): void {
  showScreen({ kind: 'inbox' })
  setView({ view: 'all', sourceId: null, text: '', selectedId: id, isDetailOpen: true })
}

export function openDialog(dialog: Dialog): void {
  useView.setState({ dialog })
}

export function closeDialog(): void {
  useView.setState({ dialog: null })
}
