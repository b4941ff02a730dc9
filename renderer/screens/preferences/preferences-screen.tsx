import { X } from 'lucide-react'
import { countOf, formatBytes } from '../../format/bytes.ts'
import { Checkbox } from '../../parts/choice.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Segmented } from '../../parts/segmented.tsx'
import { useCounts } from '../../store/counts.ts'
import { saveSettings, useSettings } from '../../store/settings.ts'
import { useShell } from '../../store/shell.ts'
import settings from '../settings.module.css'
import styles from './preferences-screen.module.css'

const THEMES = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

export function PreferencesScreen() {
  return (
    <main className={settings['screen']} aria-label="Preferences" data-pane="screen" tabIndex={-1}>
      <div className={settings['bar']}>
        <h1 className={settings['title']}>Preferences</h1>
      </div>
      <div className={styles['column']}>
        <General />
        <Secrets />
        <Hosts />
        <About />
      </div>
    </main>
  )
}

function General() {
  const theme = useSettings((state) => state.theme)
  const markResends = useSettings((state) => state.markResends)
  return (
    <section className={styles['section']} aria-label="General">
      <h2>General</h2>
      <div className={styles['line']}>
        <span>Appearance</span>
        <Segmented
          label="Appearance"
          segments={THEMES}
          value={theme}
          onChange={(value) => void saveSettings({ theme: value })}
        />
      </div>
      <Checkbox
        checked={markResends}
        help="It holds the original's id. Your server can tell a resend by it."
        onChange={(event) => void saveSettings({ markResends: event.target.checked })}
      >
        Add a <code>Creel-Resend</code> line to a resend
      </Checkbox>
    </section>
  )
}

/** Where tokens are kept. Without a keyring this is said for as long as it is so. */
function Secrets() {
  const hasKeyring = useShell((shell) => shell.hasKeyring)
  return (
    <section className={styles['section']} aria-label="Secrets">
      <h2>Secrets</h2>
      <p className={hasKeyring ? styles['quiet'] : styles['warning']}>
        <Mark name={hasKeyring ? 'delivered' : 'client-error'} />
        {hasKeyring
          ? "Tokens and signing secrets are kept in this computer's keyring."
          : 'No keyring on this computer. Tokens are kept in a file that only you can read.'}
      </p>
    </section>
  )
}

function Hosts() {
  const hosts = useSettings((state) => state.allowedHosts)
  return (
    <section className={styles['section']} aria-label="Other hosts">
      <h2>Other hosts</h2>
      <p className={styles['quiet']}>
        {hosts.length === 0
          ? 'Requests go to this computer only. Creel asks once before it sends to another host.'
          : 'Requests may be sent to these hosts, as asked once each:'}
      </p>
      {hosts.length > 0 && (
        <ul>
          {hosts.map((host) => (
            <li key={host} className={styles['line']}>
              <code>{host}</code>
              <IconButton
                small
                label={`Ask again for ${host}`}
                icon={<X size={14} />}
                onClick={() => void saveSettings({ allowedHosts: hosts.filter((other) => other !== host) })}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function About() {
  const { version, profile } = useShell()
  const counts = useCounts((state) => state.counts)
  return (
    <section className={styles['section']} aria-label="About">
      <h2>About</h2>
      <p className={styles['quiet']}>
        Creel {version}
        {profile !== null && `, profile ${profile}`}
        {counts !== null && `. ${countOf(counts.total, 'request')} in the history, ${formatBytes(counts.historyBytes)}`}
      </p>
    </section>
  )
}
