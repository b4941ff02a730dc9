import { X } from 'lucide-react'
import type { SourceId } from '../../../protocol/ids.ts'
import { Checkbox } from '../../parts/choice.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { describeMute, unmute } from '../../store/mutes.ts'
import { saveSettings, useSettings } from '../../store/settings.ts'
import { useSources } from '../../store/sources.ts'
import { SourceNoticeChoices } from './source-notice-choices.tsx'
import styles from './preferences-screen.module.css'

/** Of what the desktop tells, and of what it never does. */
export function Notifications() {
  const notices = useSettings((state) => state.notices)
  const sources = useSources((state) => state.sources)
  return (
    <>
      <Checkbox
        checked={notices}
        help="Only while this window has no focus. A target that keeps failing is told of once, until it has answered well or 5 minutes have passed."
        onChange={(event) => void saveSettings({ notices: event.target.checked })}
      >
        Tell of failing deliveries
      </Checkbox>
      {notices && (
        <ul className={styles['list']} aria-label="Notifications by source">
          {sources.map(({ id, name }) => (
            <SourceLine key={id} id={id} name={name} />
          ))}
        </ul>
      )}
      <Mutes />
    </>
  )
}

function SourceLine({ id, name }: { id: SourceId; name: string }) {
  return (
    <li>
      <span className={styles['grow']}>{name}</span>
      <SourceNoticeChoices id={id} name={name} short />
    </li>
  )
}

function Mutes() {
  const mutes = useSettings((state) => state.mutes)
  if (mutes.length === 0)
    return <p className={styles['help']}>Nothing is muted. A request's menu mutes its sender or its event.</p>
  return (
    <>
      <p className={styles['help']}>Muted: no dot and no notification, but stored and forwarded.</p>
      <ul className={styles['list']} aria-label="Muted">
        {mutes.map((mute) => {
          const words = describeMute(mute)
          return (
            <li key={words}>
              <span className={styles['grow']}>{words.charAt(0).toUpperCase() + words.slice(1)}</span>
              <IconButton small label={`Unmute ${words}`} icon={<X size={14} />} onClick={() => void unmute(mute)} />
            </li>
          )
        })}
      </ul>
    </>
  )
}
