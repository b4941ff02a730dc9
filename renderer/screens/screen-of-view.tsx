import { lazy, Suspense, useEffect, useRef } from 'react'
import { useView, type Screen } from '../store/view.ts'
import { DoorsScreen } from './doors/doors-screen.tsx'
import { InboxScreen } from './inbox/inbox-screen.tsx'
import { PreferencesScreen } from './preferences/preferences-screen.tsx'
import { RefusedScreen } from './source/refused-screen.tsx'
import { SourceScreen } from './source/source-screen.tsx'
import { NewTargetScreen } from './target/new-target-screen.tsx'
import { TargetScreen } from './target/target-screen.tsx'
import { WelcomeScreen } from './welcome/welcome-screen.tsx'

// They carry the editor, which the window does without until somebody edits.
const ComposerScreen = lazy(async () => ({ default: (await import('../composer/composer-screen.tsx')).ComposerScreen }))
const FromCurlScreen = lazy(async () => ({
  default: (await import('../composer/from-curl-screen.tsx')).FromCurlScreen,
}))

/** What fills the window right of the rail. A screen whose source or target is gone gives way to the inbox by itself. */
export function ScreenOfView() {
  const screen = useView((view) => view.screen)
  useFocusOfScreen(screen)
  switch (screen.kind) {
    case 'inbox':
      return <InboxScreen />
    case 'welcome':
      return <WelcomeScreen />
    case 'doors':
      return <DoorsScreen />
    case 'preferences':
      return <PreferencesScreen />
    case 'source':
      return <SourceScreen key={screen.id} id={screen.id} />
    case 'refused':
      return <RefusedScreen key={screen.id} id={screen.id} />
    case 'target':
      return <TargetScreen key={screen.id} id={screen.id} />
    case 'new-target':
      return <NewTargetScreen />
    case 'composer':
      return (
        <Suspense fallback={<main aria-label="Composer" aria-busy />}>
          <ComposerScreen />
        </Suspense>
      )
    case 'from-curl':
      return (
        <Suspense fallback={<main aria-label="From cURL" aria-busy />}>
          <FromCurlScreen />
        </Suspense>
      )
  }
}

/** What had the focus may have gone with the screen before. It is then the new screen's, so that Tab goes on inside of it. */
function useFocusOfScreen(screen: Screen): void {
  const shown = useRef(screen)
  useEffect(() => {
    if (shown.current === screen) return
    shown.current = screen
    if (document.activeElement !== document.body) return
    document.querySelector<HTMLElement>('main[data-pane="screen"]')?.focus({ preventScroll: true })
  }, [screen])
}
