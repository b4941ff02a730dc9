import { Switch as Base } from '@base-ui/react/switch'
import { clsx } from 'clsx'
import styles from './switch.module.css'

/** For what holds at once; what is confirmed later is a checkbox. `label` is its accessible name. */
export function Switch({
  label,
  checked,
  onChange,
  className,
}: {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
  className?: string | undefined
}) {
  return (
    <Base.Root
      aria-label={label}
      checked={checked}
      className={clsx(styles['switch'], className)}
      onCheckedChange={onChange}
    >
      <Base.Thumb className={styles['thumb']} />
    </Base.Root>
  )
}
