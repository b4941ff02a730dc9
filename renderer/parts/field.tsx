import { clsx } from 'clsx'
import { useId, type ComponentPropsWithRef, type ReactNode } from 'react'
import styles from './field.module.css'
import { Mark } from './mark.tsx'

type FieldProps = Omit<ComponentPropsWithRef<'input'>, 'id' | 'children'> & {
  label: ReactNode
  /** Stands under the input in a line that is kept free unless nothing can come there; an error takes its place. */
  help?: ReactNode
  error?: ReactNode
  /** A good word instead of the help, as "Reachable, Creel relay 1.4.2". */
  proof?: ReactNode
  mono?: boolean
  /** Stands behind an input that is short. */
  unit?: ReactNode
  /** Stands inside the input at its right end. */
  end?: ReactNode
}

export function Field({ label, help, error, proof, mono = false, unit, end, className, ...input }: FieldProps) {
  const id = useId()
  const isBad = error !== undefined && error !== null && error !== false
  const hasHelp = input.readOnly !== true || help !== undefined
  return (
    <div className={clsx(styles['field'], className)}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      <span className={styles['row']}>
        <span
          className={clsx(
            styles['box'],
            isBad && styles['bad'],
            mono && styles['mono'],
            input.readOnly && styles['fixed'],
            unit !== undefined && styles['short'],
          )}
        >
          <input
            spellCheck={false}
            autoComplete="off"
            {...input}
            id={id}
            className={styles['input']}
            aria-invalid={isBad}
            aria-describedby={hasHelp ? `${id}-help` : undefined}
          />
          {end}
        </span>
        {unit}
      </span>
      {hasHelp && <FieldHelp id={`${id}-help`} help={help} error={isBad ? error : null} proof={proof} />}
    </div>
  )
}

function FieldHelp({ id, help, error, proof }: { id: string; help: ReactNode; error: ReactNode; proof: ReactNode }) {
  if (error !== null)
    return (
      <span id={id} role="alert" className={clsx(styles['help'], styles['error'])}>
        <Mark name="refused" />
        <span>{error}</span>
      </span>
    )
  if (proof !== undefined && proof !== null)
    return (
      <span id={id} className={clsx(styles['help'], styles['proof'])}>
        <Mark name="delivered" />
        <span>{proof}</span>
      </span>
    )
  return (
    <span id={id} className={styles['help']}>
      {help}
    </span>
  )
}
