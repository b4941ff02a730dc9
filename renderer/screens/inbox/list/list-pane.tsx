import { useRequests } from '../../../store/requests.ts'
import { useView } from '../../../store/view.ts'
import { ColumnHead } from './column-head.tsx'
import { ListEmpty } from './list-empty.tsx'
import styles from './list-pane.module.css'
import { ListSkeleton } from './list-skeleton.tsx'
import { ListSlot } from './list-slot.tsx'
import { RequestList } from './request-list.tsx'
import { SearchField } from './search-field.tsx'

/** Search, the slot of strip or banner, column head and rows: each of a height that never changes. */
export function ListPane({ hasSlot = true }: { hasSlot?: boolean }) {
  const phase = useRequests((state) => state.phase)
  const isEmpty = useRequests((state) => state.rows.order.length === 0)
  const isColumned = useView((view) => view.selectedId !== null || view.text !== '')
  return (
    <section className={styles['pane']} aria-label="Requests" data-pane="list">
      <SearchField />
      {hasSlot && <ListSlot />}
      {isEmpty ? (
        <>
          {(phase === 'loading' || isColumned) && <ColumnHead isInGrid={false} />}
          {phase === 'loading' ? <ListSkeleton /> : <ListEmpty />}
        </>
      ) : (
        <RequestList />
      )}
    </section>
  )
}
