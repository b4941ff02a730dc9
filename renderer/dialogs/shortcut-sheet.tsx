import { Button } from '../parts/button.tsx'
import { KeyCap } from '../parts/key-cap.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { listShortcuts } from '../shell/shortcut-list.ts'
import { useModifier } from '../store/shell.ts'
import { closeDialog } from '../store/view.ts'
import styles from './shortcut-sheet.module.css'

/** Every key that does something today. */
export function ShortcutSheet() {
  const modifier = useModifier()
  const groups = listShortcuts(modifier)
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
        {groups.map(({ title, lines }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {lines.map(([name, ...keys]) => (
                <div key={name} className={styles['line']}>
                  <dt>{name}</dt>
                  <dd>
                    <span className="visually-hidden">{keys.join(' or ')}</span>
                    {keys.map((key) => (
                      <KeyCap key={key} keys={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
