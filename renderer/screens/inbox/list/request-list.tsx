import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowUp } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import type { RequestId } from '../../../../protocol/ids.ts'
import { formatCount } from '../../../format/bytes.ts'
import { focusDetail } from '../../../shell/focus.ts'
import { moveSelection, type Move } from '../../../shell/move-selection.ts'
import {
  clearMultiSelection,
  extendBy,
  selectAllRows,
  selectTo,
  toggleRow,
  useMultiSelection,
} from '../../../store/multi-select.ts'
import { markRead } from '../../../store/request-verbs.ts'
import { loadOlder, useRequests } from '../../../store/requests.ts'
import { setView, useView } from '../../../store/view.ts'
import { ColumnHead } from './column-head.tsx'
import styles from './request-list.module.css'
import { RequestMenu } from './request-menu.tsx'
import { RequestRow, rowId } from './request-row.tsx'
import { HEAD_PX, ROW_PX, useStillRows } from './use-still-rows.ts'

const LOAD_OLDER_WITHIN_ROWS = 40
const READ_AFTER_MS = 300

const MOVES: Readonly<Record<string, Move>> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  Home: 'first',
  End: 'last',
  PageDown: 'page-down',
  PageUp: 'page-up',
}

/** The rows, virtualised: one stop for Tab, arrows inside. The grid keeps the focus and names the active row; clicks are heard for all. */
export function RequestList() {
  const order = useRequests((state) => state.rows.order)
  const byId = useRequests((state) => state.rows.byId)
  const arrived = useRequests((state) => state.arrived)
  const isWhole = useRequests((state) => state.isWhole)
  const selectedId = useView((view) => view.selectedId)
  const chosen = useMultiSelection((state) => state.ids)
  const grid = useRef<HTMLDivElement>(null)
  const { newCount, goToTop, onScroll, rowsRef } = useStillRows(grid, order, selectedId)
  const virtualizer = useVirtualizer({
    count: order.length,
    getScrollElement: () => grid.current,
    scrollMargin: HEAD_PX,
    estimateSize: () => ROW_PX,
    overscan: 8,
  })
  const items = virtualizer.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (lastShown >= order.length - LOAD_OLDER_WITHIN_ROWS) void loadOlder()
  }, [lastShown, order.length])
  useReadWhenSelected(chosen.size > 0 ? null : selectedId)

  const press = (event: KeyboardEvent) => {
    if (event.altKey) return
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'a') return
      selectAllRows()
      event.preventDefault()
      return
    }
    if (event.key === 'Enter') openSelected()
    else if (event.key === 'Home') {
      moveSelection('first')
      goToTop()
    } else {
      const move = MOVES[event.key]
      if (move === undefined) return
      if (event.shiftKey) extendBy(() => moveSelection(move))
      else moveSelection(move)
    }
    event.preventDefault()
  }
  return (
    <div className={styles['frame']}>
      {newCount > 0 && <NewPill count={newCount} onPick={goToTop} />}
      <div
        ref={grid}
        role="grid"
        tabIndex={0}
        className={styles['grid']}
        aria-label="Requests"
        aria-multiselectable
        aria-rowcount={isWhole ? order.length + 1 : -1}
        aria-activedescendant={selectedId === null ? undefined : rowId(selectedId)}
        onKeyDown={press}
        onMouseDown={pick}
        onScroll={onScroll}
      >
        <div className={styles['head']} role="presentation">
          <ColumnHead isInGrid />
        </div>
        <RequestMenu
          area={
            <div ref={rowsRef} role="rowgroup" className={styles['rows']} style={{ height: order.length * ROW_PX }}>
              {items.map((item) => {
                const id = order[item.index]
                const request = id === undefined ? undefined : byId.get(id)
                if (request === undefined) return null
                return (
                  <RequestRow
                    key={request.id}
                    request={request}
                    index={item.index}
                    top={item.index * ROW_PX}
                    isSelected={request.id === selectedId}
                    isChosen={chosen.has(request.id)}
                    isArriving={arrived.has(request.id)}
                  />
                )
              })}
            </div>
          }
        />
      </div>
    </div>
  )
}

function NewPill({ count, onPick }: { count: number; onPick: () => void }) {
  return (
    <div className={styles['newer']}>
      <button type="button" tabIndex={-1} className={styles['pill']} onClick={onPick}>
        <ArrowUp size={14} />
        {formatCount(count)} new
      </button>
    </div>
  )
}

/** Selects on press, not on release: a row that comes in between cannot take the click of another. */
function pick(event: MouseEvent<HTMLElement>): void {
  if (event.button === 1) return
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-id]') : null
  if (row === null) return
  const id = Number(row.dataset['id']) as RequestId
  const { ids } = useMultiSelection.getState()
  // A menu of several is asked for on any of them.
  if (event.button === 2 && ids.has(id)) return
  if (event.button === 0 && event.shiftKey) selectTo(id)
  else if (event.button === 0 && (event.ctrlKey || event.metaKey)) toggleRow(id)
  else {
    clearMultiSelection()
    setView({ selectedId: id })
  }
  if (event.shiftKey || event.ctrlKey || event.metaKey) return
  if (window.innerWidth < 720 && event.button === 0) setView({ isDetailOpen: true })
}

function openSelected(): void {
  if (useView.getState().selectedId === null && !moveSelection('first')) return
  setView({ isDetailOpen: true })
  // The pane may only now come into sight, below 720 wide.
  requestAnimationFrame(() => focusDetail())
}

/** A request counts as read once it was selected for a moment: running over it with the arrows does not read it. */
function useReadWhenSelected(selectedId: RequestId | null): void {
  useEffect(() => {
    if (selectedId === null) return undefined
    const timer = setTimeout(() => void markRead(selectedId), READ_AFTER_MS)
    return () => clearTimeout(timer)
  }, [selectedId])
}
