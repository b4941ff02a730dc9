import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { RequestId } from '../../../../protocol/ids.ts'
import { useRequests } from '../../../store/requests.ts'
import { setView, useView } from '../../../store/view.ts'

/** The height of one row; `--h-row` in the tokens. */
export const ROW_PX = 30
/** The column head, which stays over the rows; `--h-colhead`. */
export const HEAD_PX = 26

/**
 * Keeps rows where they are while others come in above. Only at the top, with no selection or the newest selected, the list follows;
 * anywhere else it scrolls by what came, so that nothing moves, and counts it.
 */
export function useStillRows(
  scroller: RefObject<HTMLDivElement | null>,
  order: readonly RequestId[],
  selectedId: RequestId | null,
): {
  readonly newCount: number
  readonly goToTop: () => void
  readonly onScroll: () => void
  readonly rowsRef: RefObject<HTMLDivElement | null>
} {
  const rowsRef = useRef<HTMLDivElement>(null)
  const lastOrder = useRef(order)
  const [newCount, setNewCount] = useState(0)

  useRestoredScroll(scroller, rowsRef)
  useLayoutEffect(() => {
    const before = lastOrder.current
    lastOrder.current = order
    const element = scroller.current
    const added = addedAbove(before, order)
    if (element === null || added === 0) return
    const isFollowing = element.scrollTop < ROW_PX / 2 && (selectedId === null || selectedId === before[0])
    if (isFollowing) return
    scrollTo(element, rowsRef.current, element.scrollTop + added * ROW_PX)
    setNewCount((count) => count + added)
  }, [order, scroller, selectedId])

  useScrollToSelected(scroller, selectedId)

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    if (element.scrollTop < ROW_PX / 2) setNewCount(0)
    setView({ scrollTop: Math.max(0, element.scrollTop) })
    giveBackRoom(element, rowsRef.current)
  }, [scroller])
  const goToTop = useCallback(() => {
    scroller.current?.scrollTo({ top: 0 })
    setNewCount(0)
  }, [scroller])
  return { newCount, goToTop, onScroll, rowsRef }
}

/** How many rows stand above the one that was the first; none when it is gone, for then the list is another one. */
function addedAbove(before: readonly RequestId[], after: readonly RequestId[]): number {
  const first = before[0]
  if (first === undefined || before === after) return 0
  return Math.max(0, after.indexOf(first))
}

/** Scrolls even where there are too few rows for it: the room below is lent until it is scrolled away. */
function scrollTo(element: HTMLElement, rows: HTMLElement | null, top: number): void {
  if (rows !== null) rows.style.minHeight = `${top + roomOf(element)}px`
  element.scrollTop = top
}

/** The height in which rows can be seen. */
function roomOf(element: HTMLElement): number {
  return element.clientHeight - HEAD_PX
}

function giveBackRoom(element: HTMLElement, rows: HTMLElement | null): void {
  if (rows === null || rows.style.minHeight === '') return
  rows.style.minHeight = element.scrollTop === 0 ? '' : `${element.scrollTop + roomOf(element)}px`
}

/** The window was closed at a place: it opens there. */
function useRestoredScroll(scroller: RefObject<HTMLElement | null>, rows: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { scrollTop } = useView.getState()
    if (scroller.current !== null && scrollTop > 0 && rows.current !== null)
      scroller.current.scrollTo({ top: scrollTop })
  }, [scroller, rows])
}

/** Keeps the row that the keys move to in sight, with no more scrolling than it takes. */
function useScrollToSelected(scroller: RefObject<HTMLElement | null>, selectedId: RequestId | null): void {
  const isFirst = useRef(true)
  useEffect(() => {
    const wasFirst = isFirst.current
    isFirst.current = false
    const element = scroller.current
    const at = selectedId === null ? -1 : useRequests.getState().rows.order.indexOf(selectedId)
    if (element === null || at < 0 || (wasFirst && useView.getState().scrollTop > 0)) return
    const top = at * ROW_PX
    if (top < element.scrollTop) element.scrollTo({ top })
    else if (top + ROW_PX > element.scrollTop + roomOf(element))
      element.scrollTo({ top: top + ROW_PX - roomOf(element) })
  }, [selectedId, scroller])
}
