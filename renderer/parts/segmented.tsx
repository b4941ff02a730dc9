import { clsx } from 'clsx'
import { useId, type ReactNode } from 'react'
import styles from './segmented.module.css'
import { Tooltip } from './tooltip.tsx'

export type Segment<Value extends string> = {
  readonly value: Value
  readonly label: ReactNode
  /** Why it cannot be chosen now. It stays in its place, and its tooltip says this. */
  readonly offReason?: string | null
}

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
        <Part key={segment.value} name={name} segment={segment} isOn={segment.value === value} onChange={onChange} />
      ))}
    </div>
  )
}

function Part<Value extends string>({
  name,
  segment: { value, label, offReason },
  isOn,
  onChange,
}: {
  name: string
  segment: Segment<Value>
  isOn: boolean
  onChange: (value: Value) => void
}) {
  const isOff = offReason !== undefined && offReason !== null
  const part = (
    <label className={clsx(styles['segment'], isOn && styles['on'], isOff && styles['off'])}>
      <input
        className={styles['input']}
        type="radio"
        name={name}
        checked={isOn}
        {...(isOff ? { 'aria-disabled': true } : {})}
        onChange={() => !isOff && onChange(value)}
      />
      {label}
      {isOff && <span className="visually-hidden">, off: {offReason}</span>}
    </label>
  )
  return offReason === undefined ? part : <Tooltip content={offReason}>{part}</Tooltip>
}
