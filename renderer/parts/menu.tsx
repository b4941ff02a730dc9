import { ContextMenu } from '@base-ui/react/context-menu'
import { Menu as Base } from '@base-ui/react/menu'
import { clsx } from 'clsx'
import { Check, ChevronRight } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { KeyCap } from './key-cap.tsx'
import styles from './menu.module.css'

/** A menu under its trigger. Its lines are `MenuItem` and `MenuLine`. */
export function Menu({
  trigger,
  align = 'start',
  children,
}: {
  trigger: ReactElement
  align?: 'start' | 'end'
  children: ReactNode
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={styles['menu']}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** The menu that a right click on `area` opens, or the menu key on what has the focus in it. */
export function AreaMenu({ area, children }: { area: ReactElement; children: ReactNode }) {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={area} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className={styles['positioner']} collisionPadding={8}>
          <ContextMenu.Popup className={styles['menu']}>{children}</ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}

export function MenuItem({
  icon,
  keys,
  hint,
  offReason,
  danger = false,
  onPick,
  children,
}: {
  icon?: ReactNode
  keys?: string
  hint?: string
  /** Keeps its place, with the reason beside it. */
  offReason?: string | null
  danger?: boolean
  onPick: () => void
  children: ReactNode
}) {
  const isOff = offReason !== undefined && offReason !== null
  return (
    <Base.Item className={clsx(styles['item'], danger && styles['danger'])} disabled={isOff} onClick={onPick}>
      <span className={styles['icon']}>{icon}</span>
      <span className={styles['label']}>{children}</span>
      {(isOff || hint !== undefined) && <span className={styles['hint']}>{isOff ? offReason : hint}</span>}
      {keys !== undefined && <KeyCap keys={keys} className={styles['keys']} />}
    </Base.Item>
  )
}

export function MenuLine() {
  return <Base.Separator className={styles['line']} />
}

/** One level of a menu inside of another, behind a line of it. */
export function SubMenu({ icon, label, children }: { icon?: ReactNode; label: string; children: ReactNode }) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={styles['item']}>
        <span className={styles['icon']}>{icon}</span>
        <span className={styles['label']}>{label}</span>
        <ChevronRight size={14} className={styles['more']} />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} alignOffset={-5} collisionPadding={8}>
          <Base.Popup className={styles['menu']}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  )
}

/** Lines of which one holds. */
export function MenuChoice<Value extends string>({
  value,
  choices,
  onChange,
}: {
  /** Undefined = none of them. */
  value: Value | undefined
  choices: readonly {
    readonly value: Value
    readonly label: string
    readonly icon?: ReactNode
    readonly keys: string
  }[]
  onChange: (value: Value) => void
}) {
  return (
    <Base.RadioGroup value={value ?? null} onValueChange={onChange}>
      {choices.map(({ value: one, label, icon, keys }) => (
        <Base.RadioItem key={one} value={one} closeOnClick className={styles['item']}>
          <span className={styles['icon']}>{icon}</span>
          <span className={clsx(styles['label'], one === value && styles['current'])}>{label}</span>
          {one === value && <Check size={14} className={styles['tick']} />}
          <KeyCap keys={keys} className={styles['keys']} />
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  )
}

/** A line to be ticked; the menu stays open for what it is about. */
export function MenuCheckbox({
  checked,
  help,
  onChange,
  children,
}: {
  checked: boolean
  help?: ReactNode
  onChange: (checked: boolean) => void
  children: ReactNode
}) {
  return (
    <Base.CheckboxItem
      checked={checked}
      closeOnClick={false}
      className={clsx(styles['item'], styles['tall'])}
      onCheckedChange={onChange}
    >
      <span className={clsx(styles['box'], checked && styles['ticked'])} />
      <span className={styles['words']}>
        {children}
        {help !== undefined && <span className={styles['help']}>{help}</span>}
      </span>
    </Base.CheckboxItem>
  )
}
