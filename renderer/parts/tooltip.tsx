import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import styles from './tooltip.module.css'

/** Shared delay: 500 ms for the first, none from one to the next. Stands once, around the app. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider delay={500} timeout={400}>
      {children}
    </Base.Provider>
  )
}

/**
 * Says the name and key of a control, or the full text of what is cut, on hover and on focus.
 * It describes for eyes only: the control keeps an accessible name of its own. With `content` null there is nothing to say
 * just now, and the control stays the same element: one put round it later would take its focus away.
 */
export function Tooltip({
  content,
  keys,
  side = 'bottom',
  children,
}: {
  content: ReactNode
  keys?: string | undefined
  side?: 'top' | 'bottom' | 'left' | 'right'
  children: ReactElement
}) {
  return (
    <Base.Root disabled={content === null}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} side={side} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={styles['tip']}>
            {content}
            {keys !== undefined && <span className={styles['keys']}>{keys}</span>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
