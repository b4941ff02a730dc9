import { Checkbox } from '../../parts/choice.tsx'
import { Segmented } from '../../parts/segmented.tsx'
import { setLaunchAtLogin, useDesktop } from '../../store/desktop.ts'
import { saveSettings, useSettings } from '../../store/settings.ts'
import styles from './preferences-screen.module.css'

const THEMES = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

export function General() {
  const theme = useSettings((state) => state.theme)
  const markResends = useSettings((state) => state.markResends)
  const login = useDesktop()?.launchAtLogin
  return (
    <>
      <Checkbox
        checked={login?.isOn ?? false}
        aria-disabled={login === undefined || login.reason !== null}
        help={login?.reason ?? 'In the tray, without a window.'}
        onChange={(event) => {
          if (login?.reason === null) void setLaunchAtLogin(event.target.checked)
        }}
      >
        Launch at login
      </Checkbox>
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
    </>
  )
}
