import { clsx } from 'clsx'
import type { ComponentPropsWithRef, MouseEvent, ReactNode } from 'react'
import styles from './icon-button.module.css'
import { Tooltip } from './tooltip.tsx'

type IconButtonProps = Omit<ComponentPropsWithRef<'button'>, 'disabled' | 'children' | 'aria-label'> & {
  /** Its accessible name, and the text of its tooltip. */
  label: string
  icon: ReactNode
  keys?: string | undefined
  small?: boolean
  /** For a button that stays in: said as `aria-pressed`. */
  pressed?: boolean
  offReason?: string | null | undefined
}

export function IconButton({
  label,
  icon,
  keys,
  small = false,
  pressed,
  offReason,
  className,
  onClick,
  ...rest
}: IconButtonProps) {
  const isOff = offReason !== undefined && offReason !== null
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (isOff) event.preventDefault()
    else onClick?.(event)
  }
  return (
    <Tooltip content={isOff ? `${label}: ${offReason}` : label} keys={keys}>
      <button
        type="button"
        {...rest}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        {...(isOff ? { 'aria-disabled': true } : {})}
        aria-label={label}
        className={clsx(
          styles['button'],
          small && styles['small'],
          pressed === true && styles['on'],
          isOff && styles['off'],
          className,
        )}
        onClick={press}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
