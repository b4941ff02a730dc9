import { EmptyState } from '../parts/empty-state.tsx'
import { Mark } from '../parts/mark.tsx'
import { Button } from '../parts/button.tsx'
import { useShell } from '../store/shell.ts'

/** When the main process answers nothing at all, there is nothing else to show. */
export function StartFailure() {
  const failure = useShell((shell) => shell.failure)
  return (
    <EmptyState
      icon={<Mark name="refused" />}
      title="Creel could not open its history"
      actions={<Button onClick={() => window.location.reload()}>Try again</Button>}
    >
      {failure}
    </EmptyState>
  )
}
