import { useRef } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { closeDialog } from '../store/view.ts'
import styles from './dialogs.module.css'

/** Asked once for each host that is not this computer. Starts on the harmless button. */
export function OtherHostDialog({ host, answer }: { host: string; answer: (yes: boolean) => void }) {
  const cancel = useRef<HTMLButtonElement>(null)
  const end = (yes: boolean) => {
    closeDialog()
    answer(yes)
  }
  return (
    <Dialog
      open
      asks
      title={`Send to ${host}?`}
      initialFocus={cancel}
      onClose={() => end(false)}
      buttons={
        <>
          <Button ref={cancel} onClick={() => end(false)}>
            Cancel
          </Button>
          <Button kind="primary" onClick={() => end(true)}>
            Send and remember
          </Button>
        </>
      }
    >
      <p>This host is not on this computer. It will get every request whole, headers and body included.</p>
      <p className={styles['faint']}>Creel asks once for each host. The list stands in Preferences.</p>
    </Dialog>
  )
}
