import { clsx } from 'clsx'
import { useEffect } from 'react'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ListPane } from '../screens/inbox/list/list-pane.tsx'
import { saveNow } from '../store/composer-save.ts'
import { closeComposer, putComposerAway } from '../store/composer-open.ts'
import { useComposer } from '../store/composer.ts'
import { useView } from '../store/view.ts'
import styles from './composer-screen.module.css'
import { DraftPane } from './draft-pane.tsx'
import { ResponsePane } from './response-pane.tsx'
import { useResponse } from './use-response.ts'

/** A request being edited, with what came back beside it. The list stands at the left where there is room. */
export function ComposerScreen() {
  const phase = useComposer((state) => state.phase)
  const isResponseOpen = useComposer((state) => state.isResponseOpen)
  useKeptOnLeaving()
  useLeaveOnSelecting()
  return (
    <main className={clsx(styles['work'], isResponseOpen && styles['at-response'])} aria-label="Composer">
      <div className={styles['list']}>
        <ListPane hasSlot={false} />
      </div>
      {phase === 'open' && <Panes />}
      {phase === 'failed' && <Failed />}
      {(phase === 'opening' || phase === 'closed') && (
        <section className={styles['draft']} aria-label="Draft" aria-busy />
      )}
    </main>
  )
}

function Panes() {
  const id = useComposer((state) => state.draft?.id)
  const response = useResponse()
  return (
    <>
      <DraftPane key={id} response={response} />
      <ResponsePane response={response} />
    </>
  )
}

function Failed() {
  const failure = useComposer((state) => state.failure)
  return (
    <EmptyState
      title="The draft could not be opened"
      actions={<Button onClick={() => void closeComposer()}>Back</Button>}
    >
      {failure?.message} {failure?.fix}
    </EmptyState>
  )
}

/** The window may be closed, or put away and never be shown again: what was typed last is kept then. */
function useKeptOnLeaving(): void {
  useEffect(() => {
    const keep = (): void => void saveNow()
    window.addEventListener('blur', keep)
    window.addEventListener('pagehide', keep)
    document.addEventListener('visibilitychange', keep)
    return () => {
      if (useView.getState().screen.kind !== 'composer') void putComposerAway()
      window.removeEventListener('blur', keep)
      window.removeEventListener('pagehide', keep)
      document.removeEventListener('visibilitychange', keep)
    }
  }, [])
}

/** Choosing another row in the list is going there; the draft is kept. */
function useLeaveOnSelecting(): void {
  useEffect(
    () =>
      useView.subscribe(({ selectedId, screen }, before) => {
        const parentId = useComposer.getState().draft?.parentId ?? null
        if (screen.kind === 'composer' && selectedId !== before.selectedId && selectedId !== parentId)
          void closeComposer(selectedId)
      }),
    [],
  )
}
