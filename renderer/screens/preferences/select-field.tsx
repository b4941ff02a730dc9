import { useId } from 'react'
import styles from './preferences-screen.module.css'
import own from './signatures-section.module.css'

/** One of several, with its label above and what is wrong with it below. */
export function SelectField<Value extends string>({
  label,
  value,
  options,
  error = null,
  onChange,
}: {
  label: string
  value: Value
  options: readonly { readonly value: Value; readonly label: string }[]
  error?: string | null
  onChange: (value: Value) => void
}) {
  const id = useId()
  const choose = (text: string) => {
    const option = options.find((each) => each.value === text)
    if (option !== undefined) onChange(option.value)
  }
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className={own['select']}
        value={value}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : `${id}-error`}
        onChange={(event) => choose(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {error !== null && (
        <span id={`${id}-error`} role="alert" className={styles['wrong']}>
          {error}
        </span>
      )}
    </div>
  )
}
