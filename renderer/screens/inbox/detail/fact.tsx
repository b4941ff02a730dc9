import { clsx } from 'clsx'
import type { ComponentPropsWithRef, ReactNode } from 'react'
import styles from './facts.module.css'

/** One fact: a caption, a mark with its word, and what else is known. Other props go to its button. */
export function Fact({
  caption,
  value,
  more,
  ...button
}: { caption: string; value: ReactNode; more?: ReactNode } & Omit<ComponentPropsWithRef<'button'>, 'value'>) {
  return (
    <button type="button" {...button} className={clsx(styles['fact'], button.className)}>
      <span className={styles['caption']}>{caption}</span>
      <span className={styles['value']}>
        {value}
        {more !== undefined && more !== '' && <span className={styles['more']}>{more}</span>}
      </span>
    </button>
  )
}
