import { LinkButton } from '../../parts/link-button.tsx'
import { useSettings } from '../../store/settings.ts'
import { showScreen } from '../../store/view.ts'
import styles from '../settings.module.css'

/** Whether a tunnel makes this computer's URLs public, and the way to change that. */
export function PublicAddress() {
  const publicUrl = useSettings((settings) => settings.publicUrl)
  return (
    <p className={styles['help']}>
      {publicUrl === null
        ? 'Only programs on this computer reach this URL. '
        : `A tunnel leads from ${publicUrl} to here. `}
      <LinkButton onClick={() => showScreen({ kind: 'doors' })}>
        {publicUrl === null ? 'Make it public through a tunnel' : 'Change the tunnel'}
      </LinkButton>
    </p>
  )
}
