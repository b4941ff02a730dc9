import { ShortcutGroups } from '../../shell/shortcut-groups.tsx'
import styles from './shortcut-list.module.css'

/** All keys, for looking up: the sheet that `?` opens shows the same. */
export function ShortcutList() {
  return (
    <>
      <h2>Shortcuts</h2>
      <div className={styles['list']}>
        <ShortcutGroups lineClass={styles['line']} />
      </div>
    </>
  )
}
