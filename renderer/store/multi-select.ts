import { create } from 'zustand'
import type { RequestId } from '../../protocol/ids.ts'
import { useRequests } from './requests.ts'
import { setView, useView } from './view.ts'

/** Several rows chosen at once; empty while it is one or none, which is `selectedId` of the view alone. */
export type MultiSelection = {
  readonly ids: ReadonlySet<RequestId>
  /** Where a range begins. */
  readonly anchor: RequestId | null
}

const NONE: MultiSelection = { ids: new Set(), anchor: null }

export const useMultiSelection = create<MultiSelection>()(() => NONE)

/** Set while this file moves the selection itself. */
let isOwnMove = false

// Choosing one row in any other way gives up the several.
useView.subscribe((view, before) => {
  if (view.selectedId !== before.selectedId && !isOwnMove) clearMultiSelection()
})

export function clearMultiSelection(): void {
  if (useMultiSelection.getState().ids.size > 0) useMultiSelection.setState(NONE)
}

/** Adds a row to the chosen ones, or takes it out. */
export function toggleRow(id: RequestId): void {
  const { ids, anchor } = chosen()
  const next = new Set(ids)
  if (next.has(id)) next.delete(id)
  else next.add(id)
  const active = next.has(id) ? id : ([...next].at(-1) ?? null)
  put(next, next.has(id) ? id : anchor, active)
}

/** All from where the range begins to this row. */
export function selectTo(id: RequestId): void {
  const { order } = useRequests.getState().rows
  const anchor = useMultiSelection.getState().anchor ?? useView.getState().selectedId ?? id
  const [from, to] = [order.indexOf(anchor), order.indexOf(id)]
  if (from < 0 || to < 0) return
  put(new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)), anchor, id)
}

/** Chooses all from where the range begins to the row that `move` goes to, as Shift with an arrow does. */
export function extendBy(move: () => void): void {
  const anchor = useMultiSelection.getState().anchor ?? useView.getState().selectedId
  isOwnMove = true
  move()
  isOwnMove = false
  const { selectedId } = useView.getState()
  if (selectedId === null) return
  useMultiSelection.setState({ anchor: anchor ?? selectedId })
  selectTo(selectedId)
}

/** Every row that is loaded. */
export function selectAllRows(): void {
  const { order } = useRequests.getState().rows
  put(new Set(order), order[0] ?? null, useView.getState().selectedId ?? order[0] ?? null)
}

export function selectRows(ids: readonly RequestId[]): void {
  put(new Set(ids), ids[0] ?? null, ids[0] ?? null)
}

/** What verbs act on: the chosen rows, else the selected one. In the order of the list. */
export function chosenIds(): readonly RequestId[] {
  const { ids } = chosen()
  const { order } = useRequests.getState().rows
  return order.filter((id) => ids.has(id))
}

function chosen(): MultiSelection {
  const { ids, anchor } = useMultiSelection.getState()
  const { selectedId } = useView.getState()
  if (ids.size > 0) return { ids, anchor }
  return selectedId === null ? NONE : { ids: new Set([selectedId]), anchor: selectedId }
}

function put(ids: ReadonlySet<RequestId>, anchor: RequestId | null, active: RequestId | null): void {
  isOwnMove = true
  setView({ selectedId: active })
  isOwnMove = false
  useMultiSelection.setState(ids.size > 1 ? { ids, anchor } : { ids: NONE.ids, anchor })
}
