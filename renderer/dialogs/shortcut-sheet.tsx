import { Button } from '../parts/button.tsx'
import { KeyCap } from '../parts/key-cap.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useModifier } from '../store/shell.ts'
import { closeDialog } from '../store/view.ts'
import styles from './shortcut-sheet.module.css'

/** Every key that does something today. */
export function ShortcutSheet() {
  const modifier = useModifier()
  const groups = [
    {
      title: 'Move',
      lines: [
        ['Down, up', 'J', 'K', '↓', '↑'],
        ['Newest, oldest', 'Home', 'End'],
        ['Open', 'Enter'],
        ['Back, clear', 'Esc'],
        ['Focus list, request', `${modifier} [`, `${modifier} ]`],
        ['Next pane', 'F6'],
      ],
    },
    {
      title: 'Do',
      lines: [
        ['Resend', 'R'],
        ['Edit and resend', 'E'],
        ['Send the draft', `${modifier} ↵`],
        ['New request', `${modifier} N`],
        ['Select more', 'Shift ↓', 'Shift ↑'],
        ['Select all', `${modifier} A`],
        ['Delete', `${modifier} ⌫`],
        ['Pin', 'P'],
      ],
    },
    {
      title: 'Find',
      lines: [['Search', '/']],
    },
    {
      title: 'Creel',
      lines: [
        ['Preferences', `${modifier} ,`],
        ['Shortcuts', '?'],
      ],
    },
  ]
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
