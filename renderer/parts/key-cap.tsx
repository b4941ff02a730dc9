import { clsx } from 'clsx'
import styles from './key-cap.module.css'

/** The cap of a key or of several, as `R` or `Ctrl F`. */
export function KeyCap({ keys, className }: { keys: string; className?: string | undefined }) {
  return (
    <kbd className={clsx(styles['cap'], className)} aria-hidden>
      {keys}
    </kbd>
  )
}
