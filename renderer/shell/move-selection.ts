import { loadOlder, useRequests } from '../store/requests.ts'
import { setView, useView } from '../store/view.ts'

export type Move = 'down' | 'up' | 'first' | 'last' | 'page-down' | 'page-up'

const ROWS_A_PAGE = 15

/** Moves the selection in the list. True when there is a row to stand on. */
export function moveSelection(move: Move): boolean {
  const { order } = useRequests.getState().rows
  const { selectedId } = useView.getState()
  const at = selectedId === null ? -1 : order.indexOf(selectedId)
  const next = order[indexAfter(move, at, order.length)]
  if (next === undefined) return false
  if (next !== selectedId) setView({ selectedId: next })
  if (move === 'last' || order.indexOf(next) > order.length - ROWS_A_PAGE) void loadOlder()
  return true
}

function indexAfter(move: Move, at: number, length: number): number {
  const last = length - 1
  switch (move) {
    case 'first':
      return 0
    case 'last':
      return last
    case 'down':
      return Math.min(at + 1, last)
    case 'up':
      return at < 0 ? 0 : Math.max(at - 1, 0)
    case 'page-down':
      return Math.min(Math.max(at, 0) + ROWS_A_PAGE, last)
    case 'page-up':
      return Math.max(at - ROWS_A_PAGE, 0)
  }
}
