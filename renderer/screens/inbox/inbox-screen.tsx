import { clsx } from 'clsx'
import { useEffect, type CSSProperties } from 'react'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Splitter } from '../../parts/splitter.tsx'
import { useCounts } from '../../store/counts.ts'
import { countOf } from '../../format/bytes.ts'
import { useMultiSelection } from '../../store/multi-select.ts'
import { listRequests, useRequests } from '../../store/requests.ts'
import { useShell } from '../../store/shell.ts'
import { setView, useView } from '../../store/view.ts'
import { RequestDetail } from './detail/request-detail.tsx'
import styles from './inbox-screen.module.css'
import { ListPane } from './list/list-pane.tsx'
import { MultiSelectPane } from './list/multi-select-pane.tsx'

const FIRST_WIDTH = 532
const LEAST_LIST = 300
const LEAST_DETAIL = 400

/** The list and the request beside it. Below 720 wide only one of them shows at a time. */
export function InboxScreen() {
  const width = useView((view) => view.listWidth)
  const isDetailOpen = useView((view) => view.isDetailOpen)
  const isBare = useIsBare()
  useListOfView()
  return (
    <main
      className={clsx(styles['work'], isDetailOpen && styles['at-detail'], isBare && styles['bare'])}
      style={width === null ? {} : ({ '--list-width': `${width}px` } as CSSProperties)}
    >
      <div className={styles['list']}>
        <ListPane />
        <Splitter
          label="Width of the list"
          className={styles['splitter']}
          value={width ?? FIRST_WIDTH}
          min={LEAST_LIST}
          max={Math.max(LEAST_LIST, window.innerWidth - LEAST_DETAIL - 48)}
          onChange={(listWidth) => setView({ listWidth })}
          onReset={() => setView({ listWidth: null })}
        />
      </div>
      {!isBare && <DetailPane />}
    </main>
  )
}

function DetailPane() {
  const selectedId = useView((view) => view.selectedId)
  const isSeveral = useMultiSelection((state) => state.ids.size > 1)
  return (
    <section className={styles['detail']} aria-label="Request" data-pane="detail" tabIndex={-1}>
      {isSeveral ? <MultiSelectPane /> : selectedId === null ? <NothingSelected /> : <RequestDetail id={selectedId} />}
    </section>
  )
}

function NothingSelected() {
  const phase = useRequests((state) => state.phase)
  const total = useCounts((state) => state.counts?.total)
  if (phase === 'loading')
    return (
      <EmptyState icon={<Mark name="sending" />} title="Opening the history">
        {total !== undefined && `${countOf(total, 'request')}. `}The list comes first; counts follow.
      </EmptyState>
    )
  return (
    <EmptyState title="No request selected">Choose one in the list to see its body, headers and deliveries.</EmptyState>
  )
}

/** With nothing in the list and nothing selected, the list takes the whole width and says why it is empty. */
function useIsBare(): boolean {
  const isEmpty = useRequests((state) => state.phase !== 'loading' && state.rows.order.length === 0)
  const hasSelection = useView((view) => view.selectedId !== null)
  return isEmpty && !hasSelection
}

/** Lists anew whenever another view, source or text is chosen; the first listing is the snapshot's. */
function useListOfView(): void {
  const view = useView((state) => state.view)
  const sourceId = useView((state) => state.sourceId)
  const text = useView((state) => state.text)
  const isReady = useShell((shell) => shell.phase === 'ready')
  useEffect(() => {
    const { filter } = useRequests.getState()
    const isShown = filter.view === view && filter.sourceId === sourceId && filter.text === text
    if (isReady && !isShown) void listRequests({ view, sourceId, text })
  }, [view, sourceId, text, isReady])
}
