import { useEffect } from 'react'
import type { RequestId } from '../../protocol/ids.ts'
import type { RequestColour } from '../../protocol/request.ts'
import { closeResponse, useComposer } from '../store/composer.ts'
import { redoEdit, undoEdit } from '../store/composer-edit.ts'
import { closeComposer, composeNew, editRequest } from '../store/composer-open.ts'
import { refuseQuestion, sendDraft } from '../store/composer-send.ts'
import { copyBody } from '../store/copy-as.ts'
import { deleteRequests } from '../store/deletion.ts'
import { pinRequests } from '../store/many-verbs.ts'
import { colourRequests, mayHaveNote, openNote } from '../store/marks.ts'
import { chosenIds, clearMultiSelection, selectAllRows, useMultiSelection } from '../store/multi-select.ts'
import { pinRequest, resendRequest } from '../store/request-verbs.ts'
import { resendMany } from '../store/resend-many.ts'
import { useRequests } from '../store/requests.ts'
import { useShell } from '../store/shell.ts'
import { openDialog, setView, showInbox, showScreen, useView } from '../store/view.ts'
import { focusDetail, focusList, focusNextPane, focusPane, focusSearch } from './focus.ts'
import { moveSelection } from './move-selection.ts'

/** Below this one pane shows at a time. */
const ONE_PANE_PX = 720

/** The window's own keys. Off while a field has the focus, and while a dialog or a menu is open: those have keys of their own. */
export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || (isFloatOpen() && !isSend(event))) return
  const isDone = hasModifier(event)
    ? runWithModifier(event)
    : !event.altKey && (!isTyping(event) || leadsOut(event)) && runPlain(event)
  if (isDone) event.preventDefault()
}

function hasModifier(event: KeyboardEvent): boolean {
  return useShell.getState().platform === 'darwin' ? event.metaKey : event.ctrlKey
}

/** Sending is for everywhere, beside a popover or a menu too; only a dialog comes first. */
function isSend(event: KeyboardEvent): boolean {
  return isComposing() && useView.getState().dialog === null && event.key === 'Enter' && hasModifier(event)
}

/** Keys that mean the same in a field of the composer as everywhere: one edits there most of the time. */
function leadsOut({ key }: KeyboardEvent): boolean {
  return isComposing() && (key === 'Escape' || key === 'F6')
}

function isComposing(): boolean {
  return useView.getState().screen.kind === 'composer'
}

function runWithModifier(event: KeyboardEvent): boolean {
  if (isComposing() && runInComposer(event)) return true
  switch (event.key) {
    case '[':
      return focusList()
    case ']':
      return focusDetail()
    case ',':
      showScreen({ kind: 'preferences' })
      return true
    case 'Backspace':
    case 'Delete':
      return useView.getState().screen.kind === 'inbox' && !isTyping(event) && deleteChosen(event)
    case 'a':
      return useView.getState().screen.kind === 'inbox' && !isTyping(event) && selectAll()
    case 'n':
      void composeNew()
      return true
    default:
      return false
  }
}

/** The text editor takes back its own steps first: what it has heard does not come here. */
function runInComposer({ key, shiftKey, repeat }: KeyboardEvent): boolean {
  switch (key.toLowerCase()) {
    case '[':
      return focusPane('draft')
    case ']':
      return focusPane('response')
    case 'enter':
      if (!repeat) void sendDraft()
      return true
    case 'z':
      if (!isFocusIn('[data-pane="draft"]')) return false
      if (shiftKey) redoEdit()
      else undoEdit()
      return true
    case 'y':
      if (!isFocusIn('[data-pane="draft"]')) return false
      redoEdit()
      return true
    default:
      return false
  }
}

function runPlain(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return false
  switch (event.key) {
    case '?':
      openDialog({ kind: 'shortcuts' })
      return true
    case 'F6':
      return focusNextPane(event.shiftKey ? -1 : 1)
    case 'Escape':
      return goBack()
    default:
      return useView.getState().screen.kind === 'inbox' && runInInbox(event)
  }
}

function runInInbox(event: KeyboardEvent): boolean {
  switch (event.key) {
    case '/':
      return focusSearch()
    case 'j':
      return moveSelection('down') && focusListUnlessDetail()
    case 'k':
      return moveSelection('up') && focusListUnlessDetail()
    case 'ArrowDown':
    case 'ArrowUp':
      // With the focus nowhere the arrows are the list's; anywhere else they belong to what has it.
      return (
        document.activeElement === document.body &&
        moveSelection(event.key === 'ArrowDown' ? 'down' : 'up') &&
        focusList()
      )
    case 'r':
      return !event.repeat && (resendChosen() || onSelected((id) => void resendRequest(id)))
    case 'e':
      return !event.repeat && onSelected((id) => void editRequest(id))
    case 'Delete':
      return deleteChosen(event)
    case 'p':
      return !event.repeat && onSelected(togglePin)
    case 'y':
      return !event.repeat && onSelected((id) => void copyBody(id))
    case 'n':
      return !event.repeat && onSelected(writeNoteOf)
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
      return !event.repeat && colourChosen(event.key === '0' ? null : Number(event.key))
    default:
      return false
  }
}

function deleteChosen({ shiftKey, repeat }: KeyboardEvent): boolean {
  if (repeat) return false
  if (shiftKey) {
    openDialog({ kind: 'clear', sourceId: useView.getState().sourceId })
    return true
  }
  const ids = chosenIds()
  void deleteRequests(ids)
  return ids.length > 0
}

function selectAll(): boolean {
  // In the request it is its text that is selected.
  if (isFocusIn('[data-pane="detail"]')) return false
  selectAllRows()
  return focusList()
}

/** Several are sent one after the other, each to its own targets. */
function resendChosen(): boolean {
  const ids = chosenIds()
  if (ids.length < 2) return false
  void resendMany(ids, { pacePerSecond: null, to: { kind: 'own' } })
  return true
}

function togglePin(id: RequestId): void {
  const ids = chosenIds()
  if (ids.length > 1) {
    void pinRequests(ids)
    return
  }
  void pinRequest(id, useRequests.getState().rows.byId.get(id)?.pinned !== true)
}

function colourChosen(colour: RequestColour | null): boolean {
  const ids = chosenIds()
  void colourRequests(ids, colour)
  return ids.length > 0
}

function writeNoteOf(id: RequestId): void {
  const request = useRequests.getState().rows.byId.get(id)
  if (chosenIds().length === 1 && request !== undefined && mayHaveNote(request)) openNote(id)
}

/** Moving on while one reads leaves the focus in the request. */
function focusListUnlessDetail(): boolean {
  return isFocusIn('[data-pane="detail"]') || focusList()
}

function onSelected(act: (id: RequestId) => void): boolean {
  const { selectedId } = useView.getState()
  if (selectedId === null) return false
  act(selectedId)
  return true
}

/** One step out: of the request, of another screen, of the filter, of the selection. */
function goBack(): boolean {
  const { screen, text, selectedId, isDetailOpen } = useView.getState()
  if (screen.kind === 'composer') leaveComposer()
  else if (screen.kind !== 'inbox') showInbox('all')
  else if (isDetailOpen || isFocusIn('[data-pane="detail"]')) {
    setView({ isDetailOpen: false })
    // Below 720 wide the list is drawn again only now.
    requestAnimationFrame(() => focusList())
  } else if (useMultiSelection.getState().ids.size > 0) clearMultiSelection()
  else if (text !== '') setView({ text: '' })
  else if (selectedId !== null) setView({ selectedId: null })
  else return false
  return true
}

/** One step out of the composer: of a question, of the response where it stands alone, of the draft. */
function leaveComposer(): void {
  const { question, isResponseOpen } = useComposer.getState()
  if (question !== null) refuseQuestion()
  else if (isResponseOpen && window.innerWidth < ONE_PANE_PX) closeResponse()
  else void closeComposer().then(() => focusList())
}

function isFocusIn(selector: string): boolean {
  return (document.activeElement?.closest(selector) ?? null) !== null
}

function isFloatOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null
}

function isTyping(event: KeyboardEvent): boolean {
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type)
}
