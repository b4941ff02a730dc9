import { KeyCap } from '../parts/key-cap.tsx'
import { useModifier } from '../store/shell.ts'
import { listShortcuts } from './shortcut-list.ts'

/** Every key that does something, by groups. How lines look is the affair of where they stand. */
export function ShortcutGroups({ lineClass }: { lineClass: string | undefined }) {
  const modifier = useModifier()
  return listShortcuts(modifier).map(({ title, lines }) => (
    <section key={title}>
      <h3>{title}</h3>
      <dl>
        {lines.map(([name, ...keys]) => (
          <div key={name} className={lineClass}>
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
  ))
}
