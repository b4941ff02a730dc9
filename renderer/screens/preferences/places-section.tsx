import { hostOfUrl } from '../../format/path.ts'
import { Button } from '../../parts/button.tsx'
import { useSources } from '../../store/sources.ts'
import { useTargets } from '../../store/targets.ts'
import { openDialog, showScreen } from '../../store/view.ts'
import styles from './preferences-screen.module.css'

/** What is set for one source or one target stands on its own screen: these lines lead there. */
export function SourcesAndTargets() {
  const sources = useSources((state) => state.sources)
  const targets = useTargets((state) => state.targets)
  return (
    <>
      <ul className={styles['list']} aria-label="Sources">
        {sources.map(({ id, name, kind }) => (
          <li key={id}>
            <span className={styles['grow']}>{name}</span>
            <span className={styles['help']}>{kind === 'embedded' ? 'relay of this computer' : kind}</span>
            <Button small aria-label={`Settings of ${name}`} onClick={() => showScreen({ kind: 'source', id })}>
              Settings
            </Button>
          </li>
        ))}
      </ul>
      {targets.length > 0 && (
        <ul className={styles['list']} aria-label="Targets">
          {targets.map(({ id, url, options }) => (
            <li key={id}>
              <span className={styles['grow']}>{hostOfUrl(url)}</span>
              <span className={styles['help']}>
                {options.firstByteTimeoutMs === null
                  ? 'waits without limit'
                  : `waits ${options.firstByteTimeoutMs / 1000} s`}
                {`, ${options.inFlight} at once`}
                {options.keepHost && ', keeps Host'}
                {options.allowSelfSigned && ', self-signed'}
              </span>
              <Button
                small
                aria-label={`Settings of ${hostOfUrl(url)}`}
                onClick={() => showScreen({ kind: 'target', id })}
              >
                Settings
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className={styles['buttons']}>
        <Button onClick={() => openDialog({ kind: 'add-source' })}>Add source</Button>
        <Button onClick={() => showScreen({ kind: 'new-target' })}>Add target</Button>
      </div>
    </>
  )
}
