import { Checkbox } from '../../parts/choice.tsx'
import type { RelayTrial } from '../../store/try-relay.ts'
import styles from './choices.module.css'

/** Which buckets of the relay to subscribe to; none chosen means all that the token may read. */
export function BucketChoice({
  trial,
  chosen,
  onChange,
}: {
  trial: RelayTrial
  chosen: readonly string[]
  onChange: (buckets: readonly string[]) => void
}) {
  const buckets = trial.state === 'good' ? trial.test.buckets : []
  const toggle = (id: string, isOn: boolean) =>
    onChange(isOn ? [...chosen, id] : chosen.filter((other) => other !== id))
  return (
    <fieldset className={styles['set']}>
      <legend>Bucket</legend>
      {buckets.length === 0 && <span className={styles['help']}>Needs a valid token</span>}
      {buckets.length > 0 && (
        <Checkbox checked={chosen.length === 0} onChange={() => onChange([])}>
          All that the token may read
        </Checkbox>
      )}
      {buckets.map((bucket) => (
        <Checkbox
          key={bucket.id}
          checked={chosen.includes(bucket.id)}
          onChange={(event) => toggle(bucket.id, event.target.checked)}
        >
          {bucket.name}
        </Checkbox>
      ))}
    </fieldset>
  )
}
