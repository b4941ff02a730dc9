import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { Mark, type MarkName } from '../../../parts/mark.tsx'
import styles from './banner-frame.module.css'

/** The looks of every banner: mark, sentence that may be cut, buttons. */
export function BannerFrame({
  mark,
  tone,
  actions,
  title,
  children,
}: {
  mark: MarkName
  tone: 'warn' | 'hold' | 'fail'
  actions?: ReactNode
  /** The sentence whole, where it may be cut. */
  title?: string
  children: ReactNode
}) {
  return (
    <div className={clsx(styles['banner'], styles[tone])}>
      <Mark name={mark} />
      <output className={styles['text']} title={title}>
        {children}
      </output>
      {actions}
    </div>
  )
}

/** A name that a person gave: a long one leaves room for what is said of it. */
export function BannerName({ children }: { children: string }) {
  return <span className={styles['name']}>{children}</span>
}

/** What changes every second, inside of a banner: a screen reader hears the banner once, not its countdown. */
export function Ticking({ children }: { children: ReactNode }) {
  return <span aria-live="off">{children}</span>
}
