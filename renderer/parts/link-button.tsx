import { clsx } from 'clsx'
import type { ComponentPropsWithRef } from 'react'
import styles from './link-button.module.css'

/** A button that stands among words, as a link does: it goes somewhere in the window. */
export function LinkButton({ className, ...rest }: ComponentPropsWithRef<'button'>) {
  return <button type="button" {...rest} className={clsx(styles['link'], className)} />
}
