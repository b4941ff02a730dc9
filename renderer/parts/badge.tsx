import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import styles from './badge.module.css'
import { Mark, toneOfMark, type MarkName, type Tone } from './mark.tsx'

/** 20 high: a mark or an icon, and a word. Give `mark`, or `tone` with an optional `icon`. */
export function Badge({
  mark,
  tone,
  icon,
  className,
  children,
}: {
  mark?: MarkName
  tone?: Tone
  icon?: ReactNode
  className?: string | undefined
  children: ReactNode
}) {
  const look = tone ?? (mark === undefined ? 'hold' : toneOfMark(mark))
  const isPlain = mark === undefined && icon === undefined
  return (
    <span className={clsx(styles['badge'], styles[look], isPlain && styles['plain'], className)}>
      {mark === undefined ? icon : <Mark name={mark} className={styles['mark']} />}
      {children}
    </span>
  )
}
