import { useEffect } from 'react'
import { useRequests } from '../../store/requests.ts'
import { saveSettings } from '../../store/settings.ts'
import { useSources } from '../../store/sources.ts'
import { showInbox } from '../../store/view.ts'
import { PortStep } from './port-step.tsx'
import { ProofLine } from './proof-line.tsx'
import { TryStep } from './try-step.tsx'
import { UrlStep } from './url-step.tsx'
import styles from './welcome-screen.module.css'

/** The first run: a URL that works already, a request to try it with, and where requests go. */
export function WelcomeScreen() {
  const source = useSources((state) => state.sources.find((one) => one.kind === 'embedded'))
  const url = useSources((state) => (source === undefined ? undefined : state.statuses.get(source.id)?.inputs[0]?.url))
  useEndWithFirstRequest()
  return (
    <main className={styles['screen']} aria-label="First run" data-pane="screen" tabIndex={-1}>
      <div className={styles['column']}>
        <h1 className={styles['title']}>
          {url === undefined ? 'Your webhook URL is on its way' : 'Your webhook URL is ready'}
        </h1>
        <p className={styles['lead']}>
          Creel runs a relay on this computer. What is posted to this URL appears here and stays here. No account is
          needed.
        </p>
        <UrlStep url={url} />
        <TryStep source={source} url={url} />
        <PortStep source={source} />
        <ProofLine source={source} />
      </div>
    </main>
  )
}

/** The first request opens the list, unless somebody is typing here: then the proof line offers it. */
function useEndWithFirstRequest(): void {
  const first = useRequests((state) => state.rows.order.at(-1))
  useEffect(() => {
    if (first === undefined) return
    void saveSettings({ welcomed: true })
    if (document.activeElement instanceof HTMLInputElement && document.activeElement.type === 'text') return
    // Nothing is selected, so that the list follows what comes next.
    showInbox('all')
  }, [first])
}
