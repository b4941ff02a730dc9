import { KeyCap } from '../../parts/key-cap.tsx'
import { listShortcuts } from '../../shell/shortcut-list.ts'
import { useModifier } from '../../store/shell.ts'
import styles from './shortcut-list.module.css'

/** All keys, for looking up: the sheet that `?` opens shows the same. */
export function ShortcutList() {
  const modifier = useModifier()
  return (
    <>
      <h2>Shortcuts</h2>
      <div className={styles['list']}>
        {listShortcuts(modifier).map(({ title, lines }) => (
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
    </>
  )
}
