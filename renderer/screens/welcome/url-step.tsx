import { ask, copyText } from '../../bridge.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { useShell } from '../../store/shell.ts'
import { showFailure } from '../../store/toast.ts'
import { Step } from './step.tsx'
import styles from './url-step.module.css'

export function UrlStep({ url }: { url: string | undefined }) {
  return (
    <Step
      number={1}
      title="Post to this URL"
      text="Use it in any program on this computer. It stays the same after a restart."
    >
      <div className={styles['box']}>
        {url === undefined ? <NoUrlYet /> : <code className={styles['url']}>{url}</code>}
        {url !== undefined && (
          <CopyButton
            kind="primary"
            className={styles['copy']}
            label="Copy URL"
            text="Copy URL"
            copy={() => copyText(url)}
          />
        )}
      </div>
    </Step>
  )
}

/** Why there is no URL, in the place where it would stand. */
function NoUrlYet() {
  const relay = useShell((shell) => shell.embeddedRelay)
  if (relay.state === 'port-taken')
    return (
      <>
        <Mark name="refused" />
        <span className={styles['url']}>{relay.message}</span>
        <Button small onClick={() => void moveToAnotherPort()}>
          Use another port
        </Button>
      </>
    )
  return (
    <>
      <Mark name={relay.state === 'down' ? 'refused' : 'reconnecting'} />
      <span className={styles['url']}>{relay.state === 'down' ? relay.message : 'The relay is starting'}</span>
    </>
  )
}

async function moveToAnotherPort(): Promise<void> {
  const moved = await ask('relay:use-another-port', {})
  if (!moved.ok) showFailure(moved.error)
}
