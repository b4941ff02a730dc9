import { clsx } from 'clsx'
import type { ComponentPropsWithRef, MouseEvent, ReactNode } from 'react'
import styles from './button.module.css'
import { KeyCap } from './key-cap.tsx'
import { Tooltip } from './tooltip.tsx'

type ButtonProps = Omit<ComponentPropsWithRef<'button'>, 'disabled'> & {
  /** One `primary` in a view. `quiet` has no border. */
  kind?: 'normal' | 'primary' | 'danger' | 'quiet'
  small?: boolean
  icon?: ReactNode
  /** Shown as a cap inside the button. */
  keys?: string | undefined
  /** Why it cannot be pressed now. It stays focusable, and its tooltip says this. */
  offReason?: string | null | undefined
}

export function Button({
  kind = 'normal',
  small = false,
  icon,
  keys,
  offReason,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const isOff = offReason !== undefined && offReason !== null
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (isOff) event.preventDefault()
    else onClick?.(event)
  }
  const button = (
    <button
      type="button"
      {...rest}
      {...(isOff ? { 'aria-disabled': true } : {})}
      className={clsx(styles['button'], styles[kind], small && styles['small'], isOff && styles['off'], className)}
      onClick={press}
    >
      {icon}
      {children}
      {keys !== undefined && <KeyCap keys={keys} className={styles['keys']} />}
    </button>
  )
  return offReason === undefined ? button : <Tooltip content={offReason}>{button}</Tooltip>
}
