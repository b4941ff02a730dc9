import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

/** A title, one sentence, the action. Fills the pane that it stands in. */
export function EmptyState({
  icon,
  title,
  actions,
  className,
  children,
}: {
  icon?: ReactNode
  title: string
  actions?: ReactNode
  className?: string | undefined
  children?: ReactNode
}) {
  return (
    <div className={clsx(styles['empty'], className)}>
      {icon}
      <h3 className={styles['title']}>{title}</h3>
      {children !== undefined && <div className={styles['text']}>{children}</div>}
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </div>
  )
}
