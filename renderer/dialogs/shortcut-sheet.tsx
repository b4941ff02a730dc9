import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ShortcutGroups } from '../shell/shortcut-groups.tsx'
import { closeDialog } from '../store/view.ts'
import styles from './shortcut-sheet.module.css'

/** Every key that does something today. */
export function ShortcutSheet() {
  return (
    <Dialog
      open
      title="Shortcuts"
      className={styles['sheet']}
      onClose={closeDialog}
      buttons={
        <Button keys="Esc" onClick={closeDialog}>
          Close
        </Button>
      }
    >
      <p className={styles['note']}>Off while you type in a field</p>
      <div className={styles['groups']}>
        <ShortcutGroups lineClass={styles['line']} />
      </div>
    </Dialog>
  )
}
