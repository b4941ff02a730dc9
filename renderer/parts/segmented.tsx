import { clsx } from 'clsx'
import { useId, type ReactNode } from 'react'
import styles from './segmented.module.css'

export type Segment<Value extends string> = { readonly value: Value; readonly label: ReactNode }

/** One of a few, all in sight. One stop for Tab; arrows choose. Each part is a radio button by role. */
export function Segmented<Value extends string>({
  label,
  segments,
  value,
  onChange,
}: {
  label: string
  segments: readonly Segment<Value>[]
  value: Value
  onChange: (value: Value) => void
}) {
  const name = useId()
  return (
    <div className={styles['group']} role="radiogroup" aria-label={label}>
      {segments.map((segment) => (
        <label key={segment.value} className={clsx(styles['segment'], segment.value === value && styles['on'])}>
          <input
            className={styles['input']}
            type="radio"
            name={name}
            checked={segment.value === value}
            onChange={() => onChange(segment.value)}
          />
          {segment.label}
        </label>
      ))}
    </div>
  )
}
