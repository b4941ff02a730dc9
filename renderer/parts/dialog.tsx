import { AlertDialog } from '@base-ui/react/alert-dialog'
import { Dialog as Base } from '@base-ui/react/dialog'
import { clsx } from 'clsx'
import type { ReactNode, RefObject } from 'react'
import styles from './dialog.module.css'

/**
 * Dims the window: only for adding a source, another host, clearing all, and releasing many. Esc is Cancel.
 * `initialFocus` is the harmless button or the first field. `asks` makes it a question that a click outside does not answer.
 */
export function Dialog({
  open,
  onClose,
  title,
  asks = false,
  initialFocus,
  buttons,
  className,
  children,
}: {
  open: boolean
  onClose: () => void
  title: string
  asks?: boolean
  initialFocus?: RefObject<HTMLElement | null>
  /** Right end of the foot; the primary last. */
  buttons?: ReactNode
  className?: string | undefined
  children: ReactNode
}) {
  const Parts = asks ? AlertDialog : Base
  return (
    <Parts.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Parts.Portal>
        <Parts.Backdrop className={styles['scrim']} />
        <Parts.Popup className={clsx(styles['dialog'], className)} initialFocus={initialFocus}>
          <Parts.Title className={styles['title']}>{title}</Parts.Title>
          <div className={styles['body']}>{children}</div>
          {buttons !== undefined && <div className={styles['buttons']}>{buttons}</div>}
        </Parts.Popup>
      </Parts.Portal>
    </Parts.Root>
  )
}
