import styles from './app.module.css'
import { Dialogs } from './dialogs/dialogs.tsx'
import { ScreenOfView } from './screens/screen-of-view.tsx'
import { Rail } from './shell/rail.tsx'
import { StartFailure } from './shell/start-failure.tsx'
import { StatusBar } from './shell/status-bar.tsx'
import { ToastCorner } from './shell/toast-corner.tsx'
import { useShortcuts } from './shell/use-shortcuts.ts'
import { useTheme } from './shell/use-theme.ts'
import { useShell } from './store/shell.ts'

/** The window: rail, what it shows, status bar. */
export function App() {
  const hasFailed = useShell((shell) => shell.phase === 'failed')
  useTheme()
  useShortcuts()
  if (hasFailed) return <StartFailure />
  return (
    <div className={styles['app']}>
      <Rail />
      <ScreenOfView />
      <StatusBar />
      <Dialogs />
      <ToastCorner />
    </div>
  )
}
