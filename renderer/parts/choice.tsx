import { clsx } from 'clsx'
import { useId, type ComponentPropsWithRef, type ReactNode } from 'react'
import styles from './choice.module.css'

type ChoiceProps = Omit<ComponentPropsWithRef<'input'>, 'type' | 'id' | 'children'> & {
  /** Its accessible name, when the label beside it is not the whole of it. */
  children?: ReactNode
  /** Fainter, in a line of its own. */
  help?: ReactNode
}

export function Checkbox(props: ChoiceProps) {
  return <Choice {...props} type="checkbox" />
}

export function Radio(props: ChoiceProps) {
  return <Choice {...props} type="radio" />
}

function Choice({ children, help, className, type, ...input }: ChoiceProps & { type: 'checkbox' | 'radio' }) {
  const id = useId()
  return (
    <span className={clsx(styles['choice'], className)}>
      <input
        {...input}
        {...(help === undefined ? {} : { 'aria-describedby': `${id}-help` })}
        id={id}
        type={type}
        className={clsx(styles['box'], styles[type])}
      />
      {(children !== undefined || help !== undefined) && (
        <span className={styles['words']}>
          <label htmlFor={id}>{children}</label>
          {help !== undefined && (
            <span id={`${id}-help`} className={styles['help']}>
              {help}
            </span>
          )}
        </span>
      )}
    </span>
  )
}
