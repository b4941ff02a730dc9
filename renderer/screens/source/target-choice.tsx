import type { TargetId } from '../../../protocol/ids.ts'
import { describeTarget } from '../../format/connection-words.ts'
import { hostOfUrl } from '../../format/path.ts'
import { Checkbox } from '../../parts/choice.tsx'
import { Mark } from '../../parts/mark.tsx'
import { useTargets } from '../../store/targets.ts'
import styles from './choices.module.css'

/** To which targets a source's requests go: none, one or more. */
export function TargetChoice({
  chosen,
  onChange,
}: {
  chosen: readonly TargetId[]
  onChange: (targets: readonly TargetId[]) => void
}) {
  const targets = useTargets((state) => state.targets)
  const statuses = useTargets((state) => state.statuses)
  const toggle = (id: TargetId, isOn: boolean) =>
    onChange(isOn ? [...chosen, id] : chosen.filter((other) => other !== id))
  return (
    <fieldset className={styles['set']}>
      <legend>Forward to</legend>
      {targets.length === 0 && (
        <span className={styles['help']}>No target yet. Requests are kept, and sent nowhere.</span>
      )}
      {targets.map((target) => {
        const words = describeTarget(target, statuses.get(target.id))
        return (
          <Checkbox
            key={target.id}
            checked={chosen.includes(target.id)}
            onChange={(event) => toggle(target.id, event.target.checked)}
          >
            <span className={styles['target']}>
              <Mark name={words.mark} />
              <code>{hostOfUrl(target.url)}</code>
              <span className={styles['help']}>{words.word}</span>
            </span>
          </Checkbox>
        )
      })}
    </fieldset>
  )
}
