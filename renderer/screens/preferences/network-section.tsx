import { X } from 'lucide-react'
import { IconButton } from '../../parts/icon-button.tsx'
import { saveSettings, useSettings } from '../../store/settings.ts'
import { Authorities } from './authorities-field.tsx'
import styles from './preferences-screen.module.css'

/** Hosts other than this computer that requests may go to, and how relays are reached. */
export function Network() {
  const hosts = useSettings((state) => state.allowedHosts)
  return (
    <>
      <p className={styles['quiet']}>
        {hosts.length === 0
          ? 'Requests go to this computer only. Creel asks once before it sends to another host.'
          : 'Requests may be sent to these hosts, as asked once each:'}
      </p>
      {hosts.length > 0 && (
        <ul className={styles['list']} aria-label="Other hosts">
          {hosts.map((host) => (
            <li key={host}>
              <code className={styles['grow']}>{host}</code>
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
      <Authorities />
    </>
  )
}
